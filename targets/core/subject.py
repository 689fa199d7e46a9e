"""What is measured, and for whom: one target of a ledger in all scopes, as plain handles for the rest of the core."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from base.quarters import Quarter

from .arrays import Bools, Floats, some
from .ledger import Ledger
from .model import DISTRICT, Element, Goal, GoalScope, Measure, Target, Unit, Window


@dataclass(frozen=True, slots=True)
class Scopes:
    """Sets of units, the first of them the district, then every unit by itself. ``sets[s, u]``: 1 if u is in set s."""

    codes: tuple[str, ...]
    sets: Floats

    @classmethod
    def of(cls, units: tuple[Unit, ...]) -> Self:
        return cls((DISTRICT, *(unit.code for unit in units)), np.ones((1, len(units))))

    @property
    def district(self) -> Bools:
        """S: which of them is the district."""
        first: Bools = np.arange(len(self.codes)) == 0
        return first

    def filled(self, value: float) -> Floats:
        """S: the same number in every scope."""
        return np.full(len(self.codes), value)

    def total(self, of_units: Floats | Bools) -> Floats:
        """The sums by scope of what is given by unit, U → S or U × K → S × K."""
        by_unit = of_units.astype(np.float64)
        return np.concatenate([self.sets @ by_unit, by_unit])

    def any(self, of_units: Bools) -> Bools:
        """Whether some unit of the scope is marked, U → S or U × K → S × K."""
        return np.concatenate([some(of_units, axis=0)[None], of_units])


@dataclass(frozen=True, slots=True)
class Subject:
    """One target, the places of its elements in the ledger, and which of them are flows (K)."""

    ledger: Ledger
    scopes: Scopes
    target: Target
    places: list[int]
    flows: Bools

    @classmethod
    def of(cls, ledger: Ledger, scopes: Scopes, target: Target) -> Self:
        places = [ledger.index[code] for code in target.elements]
        return cls(ledger, scopes, target, places, ledger.flows[places])

    @property
    def plan_start(self) -> Quarter:
        return self.ledger.book.plan_start

    @property
    def elements(self) -> list[Element]:
        return [self.ledger.book.elements[place] for place in self.places]

    @property
    def has_flows(self) -> bool:
        return bool(self.flows.any())

    @property
    def flows_alone(self) -> bool:
        return bool(self.flows.all())

    @property
    def has_yearly_window(self) -> bool:
        """A window is that of flows: of a stock it says nothing."""
        return self.has_flows and self.target.window is not Window.PLAN

    @property
    def is_count(self) -> bool:
        return self.target.measure is Measure.COUNT

    @property
    def goal_holds(self) -> Bools:
        """S: a ``district`` goal holds for the district alone."""
        return self.scopes.district | (self.target.goal_scope is GoalScope.EACH)

    def is_ceiling(self, goal: Goal) -> bool:
        """A flow count, towards less (§5)."""
        return self.is_count and self.has_flows and goal.comparator.towards_less
