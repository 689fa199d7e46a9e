"""What goes into a measurement and what comes out, as plain data (measurement.md §2–§5). No Django, no clock, no file.

Quarters are ``base.quarters.Quarter`` (ordinal ints). Numbers are floats, NaN is blank; a date is its proleptic ordinal
(``datetime.date.toordinal``), a boolean 1 or 0, a verdict 2 (``met``), 1 (``advancing``) or 0 (``lagging``).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from base.quarters import Quarter

VERDICTS = {"lagging": 0.0, "advancing": 1.0, "met": 2.0}


class Measure(StrEnum):
    RATIO = "ratio"
    SHARE = "share"
    COUNT = "count"
    MILESTONE = "milestone"
    JUDGEMENT = "judgement"


class PeriodKind(StrEnum):
    STOCK = "stock"
    FLOW = "flow"


class About(StrEnum):
    SCHOOL = "school"
    BUREAU = "bureau"


class ValueType(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    VERDICT = "verdict"


class Window(StrEnum):
    YEAR = "year"
    SCHOOL_YEAR = "school_year"
    PLAN = "plan"


class Comparator(StrEnum):
    AT_LEAST = ">="
    MORE = ">"
    EQUAL = "="
    BETWEEN = "between"
    AT_MOST = "<="
    LESS = "<"

    @property
    def towards_less(self) -> bool:
        return self in (Comparator.AT_MOST, Comparator.LESS)


class Basis(StrEnum):
    ABSOLUTE = "absolute"
    BASELINE_PLUS = "baseline_plus"
    LAST_YEAR_TIMES = "last_year_times"
    LAST_YEAR_PLUS = "last_year_plus"


class Pacing(StrEnum):
    LINEAR = "linear"
    STEP = "step"


class GoalScope(StrEnum):
    EACH = "each"
    DISTRICT = "district"


class Status(StrEnum):
    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BEHIND = "behind"
    OVERDUE = "overdue"
    NOT_DUE = "not_due"
    NO_DATA = "no_data"
    NOT_RATED = "not_rated"
    NO_BASELINE = "no_baseline"


@dataclass(frozen=True, slots=True)
class Element:
    code: str
    period_kind: PeriodKind
    asked_in: frozenset[int]  # quarters of a year, 1–4
    about: About
    stages: frozenset[str] = frozenset()  # empty: all
    value_type: ValueType = ValueType.INTEGER


@dataclass(frozen=True, slots=True)
class Facts:
    """A unit's dated facts, in force from the quarter ``since`` until the next."""

    since: Quarter
    stages: frozenset[str] = frozenset()
    ownership: str = ""  # "public", "private"; "" for the bureau


@dataclass(frozen=True, slots=True)
class Unit:
    """A school or the bureau. It is open from quarter ``opened`` to the one before ``closed`` (the quarter of closing).

    ``facts`` are ordered by ``since``; the first one also holds for any earlier quarter in which the unit is open.
    """

    code: str
    kind: About
    opened: Quarter
    closed: Quarter | None = None
    facts: tuple[Facts, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Of a share: ``element ⋛ threshold`` or ``element / per ⋛ threshold``."""

    element: str
    comparator: Comparator
    threshold: float
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """``value`` is the number itself, the Δ or the factor, by ``basis``; of a judgement it is None."""

    due: Quarter
    comparator: Comparator = Comparator.AT_LEAST
    value: float | None = None
    maximum: float | None = None
    basis: Basis = Basis.ABSOLUTE
    pacing: Pacing = Pacing.LINEAR


@dataclass(frozen=True, slots=True)
class Target:
    """One promise with its goals in order of due date. ``numerator`` and ``denominator`` are element codes, summed."""

    code: str
    measure: Measure
    goals: tuple[Goal, ...]
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    condition: Condition | None = None
    window: Window = Window.YEAR
    scale: float = 1.0
    stages: frozenset[str] = frozenset()  # empty: all
    ownership: str = ""  # "": both
    goal_scope: GoalScope = GoalScope.DISTRICT
    decimals: int = 0
    soft: bool = False
    pending: bool = False  # 口径待定
    ok_at: float = 1.0
    warn_at: float = 0.8
    baseline_value: float | None = None
    baseline_at: Quarter | None = None

    @property
    def elements(self) -> tuple[str, ...]:
        """Every element it reads, once, in order."""
        condition = self.condition and (self.condition.element, *([self.condition.per] if self.condition.per else []))
        return tuple(dict.fromkeys((*self.numerator, *self.denominator, *(condition or ()))))


@dataclass(frozen=True, slots=True)
class Book:
    """Everything of one district that a measurement reads.

    ``values[u, e, q]`` is the approved value of unit u, element e in quarter ``first_quarter + q``, NaN where none.
    """

    plan_start: Quarter
    plan_end: Quarter
    elements: tuple[Element, ...]
    targets: tuple[Target, ...]
    units: tuple[Unit, ...]
    values: NDArray[np.float64]
    first_quarter: Quarter


DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Result:
    """One row: a target in one scope (``DISTRICT`` or a unit's code) for one period. None where there is none.

    ``numerator`` and ``denominator`` are raw sums (ratio) or numbers of units (share); None for the other measures.
    ``provisional`` is fresh under 90 % of expected, or a last year's figure that some unit lacks (暂定).
    ``remarked`` is a ``between`` goal exceeded. ``gap`` is §6: in units of the numerator (ratio), of units (share) or
    of the count; None where there is none. ``short_units`` are the codes of the units that a share still misses, in the
    district's row.
    """

    scope: str
    target: str
    measured_at: Quarter
    status: Status
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    expected: float | None = None
    goal: float | None = None
    anchor: float | None = None
    pace: float | None = None
    due: Quarter | None = None  # of the goal in view
    missed_goals: tuple[Quarter, ...] = ()
    units_expected: int = 0
    units_fresh: int = 0
    units_carried: int = 0
    units_missing: int = 0
    provisional: bool = False
    remarked: bool = False
    gap: float | None = None
    short_units: tuple[str, ...] = ()
