"""The first half of the naive implementation: what is measured, measurement.md §1–§3. Goals and status: naive.py.

Exact fractions, dictionaries, one unit and one quarter at a time.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from base.quarters import Quarter
from targets.core.model import (
    DISTRICT,
    About,
    Book,
    Comparator,
    Condition,
    Element,
    Facts,
    Goal,
    Measure,
    PeriodKind,
    Target,
    Unit,
    ValueType,
    Window,
)

FRESH, CARRIED, MISSING = 0, 1, 2
NOTHING = Fraction(0)


def exact(number: float) -> Fraction:
    """A float is read as the decimal that it prints: 0.96 is 96/100."""
    return Fraction(repr(float(number)))


@dataclass
class Taken:
    """What one measurement finds in a scope, before any goal is looked at."""

    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    over_zero: bool = False
    states: list[int] = field(default_factory=list)  # one for each expected unit: its worst element
    incomplete: bool = False  # some flow is there in part
    not_asked: bool = False  # §5, rule 1
    short_units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """One target, looked at in quarter m, with the first quarter of the window (None: stocks alone) and of asking."""

    target: Target
    goal: Goal
    m: Quarter
    opens: Quarter | None
    asking_from: Quarter | None  # None: any quarter, for last year's figure


def quarters(first: int, last: int) -> Iterator[Quarter]:
    return (Quarter(q) for q in range(first, last + 1))


def is_open(unit: Unit, quarter: Quarter) -> bool:
    """§2: open from the quarter of its opening to the one before its closing."""
    return unit.opened <= quarter and (unit.closed is None or quarter < unit.closed)


def facts_of(unit: Unit, quarter: Quarter) -> Facts:
    in_force = [facts for facts in unit.facts if facts.since <= quarter]
    return in_force[-1] if in_force else unit.facts[0] if unit.facts else Facts(unit.opened)


def reports(unit: Unit, element: Element, quarter: Quarter) -> bool:
    """§2: a unit reports the elements of its own stages in that quarter (the bureau has no stages: all)."""
    stages = facts_of(unit, quarter).stages
    return unit.kind is element.about and (not stages or not element.stages or bool(stages & element.stages))


def window_start(window: Window, quarter: Quarter, plan_start: Quarter) -> Quarter:
    """§3: the year, the school year (Q4–Q3), or the plan."""
    if window is Window.PLAN:
        return plan_start
    if window is Window.YEAR:
        return Quarter.of(quarter.year, 1)
    return quarter if quarter.number == 4 else Quarter.of(quarter.year - 1, 4)


class Taking:
    """Reads one book."""

    def __init__(self, book: Book):
        self.book = book
        self.elements = {element.code: element for element in book.elements}

    @cached_property
    def values(self) -> dict[tuple[str, str], dict[Quarter, Fraction]]:
        """Unit and element to quarter to value; what is blank is not there."""
        found: dict[tuple[str, str], dict[Quarter, Fraction]] = {}
        for u, unit in enumerate(self.book.units):
            for e, element in enumerate(self.book.elements):
                cells = enumerate(self.book.values[u, e])
                known = {self.book.first_quarter + q: exact(x) for q, x in cells if not math.isnan(x)}
                found[unit.code, element.code] = known
        return found

    # Targets and their windows

    def terms(self, target: Target) -> list[Element]:
        return [self.elements[code] for code in target.elements]

    def has_flow(self, target: Target) -> bool:
        return any(element.period_kind is PeriodKind.FLOW for element in self.terms(target))

    def flows_alone(self, target: Target) -> bool:
        return all(element.period_kind is PeriodKind.FLOW for element in self.terms(target))

    def is_yearly(self, target: Target) -> bool:
        """A window is a flow's (§3): stocks alone have none."""
        return self.has_flow(target) and target.window in (Window.YEAR, Window.SCHOOL_YEAR)

    def is_ceiling(self, target: Target, goal: Goal) -> bool:
        """§5, rule 6: a flow count, towards less."""
        return target.measure is Measure.COUNT and self.flows_alone(target) and goal.comparator.towards_less

    def look(self, target: Target, goal: Goal, m: Quarter) -> Look:
        """§4: a goal looks only at its own window."""
        opens = window_start(target.window, goal.due, self.book.plan_start) if self.has_flow(target) else None
        return Look(target, goal, m, opens, self.book.plan_start)

    def last_year(self, target: Target, goal: Goal) -> Look:
        """§4: last year's whole window; of a stock four quarters before the due date. Earlier flows serve here."""
        if not self.has_flow(target):
            return Look(target, goal, goal.due - 4, None, None)
        opens = window_start(target.window, goal.due, self.book.plan_start) - 4
        return Look(target, goal, opens + 3, opens, None)

    # Units (§2)

    def calendar(self, look: Look, element: Element, quarter: Quarter) -> bool:
        """§2: asking begins with the plan."""
        return quarter.number in element.asked_in and (look.asking_from is None or quarter >= look.asking_from)

    def asked(self, look: Look, unit: Unit, element: Element) -> list[Quarter]:
        """Quarters in which the element was asked of the unit; of a flow, those of the window."""
        first = look.opens if element.period_kind is PeriodKind.FLOW else unit.opened
        return [q for q in quarters(first, look.m) if self.asked_in(look, unit, element, q)]

    def asked_in(self, look: Look, unit: Unit, element: Element, quarter: Quarter) -> bool:
        return self.calendar(look, element, quarter) and is_open(unit, quarter) and reports(unit, element, quarter)

    def is_expected(self, look: Look, unit: Unit, own: list[Element]) -> bool:
        """§2: from the first asked quarter in which it is open; of the elements that it reports."""
        return any(self.asked_in(look, unit, element, q) for element in own for q in quarters(unit.opened, look.m))

    def facts_quarter(self, look: Look, unit: Unit) -> Quarter | None:
        """The quarter whose facts make it a unit of the target; None if it is none."""
        if is_open(unit, look.m):
            at = look.m
        elif self.flows_alone(look.target) and unit.opened <= look.m:
            # §2: those that closed within the window, with the facts of the last asked quarter in which they were open
            terms = self.terms(look.target)
            span = [q for q in quarters(look.opens, look.m) if is_open(unit, q)]
            span = [q for q in span if any(self.calendar(look, element, q) for element in terms)]
            if not span:
                return None
            at = span[-1]
        else:
            return None
        return at if self.belongs(look.target, unit, at) else None

    def belongs(self, target: Target, unit: Unit, quarter: Quarter) -> bool:
        """§2: of one of the target's stages and of its ownership, and reports at least one of its elements."""
        facts = facts_of(unit, quarter)
        if unit.kind is About.SCHOOL:
            if target.stages and not target.stages & facts.stages:
                return False
            if target.ownership and target.ownership != facts.ownership:
                return False
        return any(reports(unit, element, quarter) for element in self.terms(target))

    def units(self, look: Look, scope: str) -> list[tuple[Unit, list[Element]]]:
        """The units in a scope, each with the elements that it reports."""
        found = []
        for unit in self.book.units:
            at = self.facts_quarter(look, unit) if scope in (DISTRICT, unit.code) else None
            if at is not None:
                found.append((unit, [element for element in self.terms(look.target) if reports(unit, element, at)]))
        return found

    # Values and their state (§2)

    def latest(self, look: Look, unit: Unit, element: Element) -> tuple[Quarter, Fraction] | None:
        known = {q: x for q, x in self.values[unit.code, element.code].items() if q <= look.m}
        return (max(known), known[max(known)]) if known else None

    def flow(self, look: Look, unit: Unit, element: Element) -> dict[Quarter, Fraction]:
        known = self.values[unit.code, element.code]
        return {q: known[q] for q in self.asked(look, unit, element) if q in known}

    def value(self, look: Look, unit: Unit, element: Element) -> Fraction | None:
        """A stock's latest value, a flow's sum; None if there is nothing."""
        if element.period_kind is PeriodKind.FLOW:
            parts = self.flow(look, unit, element)
            return sum(parts.values(), NOTHING) if parts else None
        latest = self.latest(look, unit, element)
        return latest[1] if latest else None

    def state(self, look: Look, unit: Unit, element: Element) -> int:
        asked = self.asked(look, unit, element)
        if not asked:
            return FRESH  # §2: what has not been asked yet is fresh
        if element.period_kind is PeriodKind.FLOW:
            there = self.flow(look, unit, element)
            return FRESH if len(there) == len(asked) else CARRIED if there else MISSING
        latest = self.latest(look, unit, element)
        if latest is None:
            return MISSING
        if latest[0] >= asked[-1]:
            return FRESH
        return MISSING if look.target.measure is Measure.JUDGEMENT else CARRIED  # §3: an older verdict is missing

    # The five measures (§3)

    def take(self, look: Look, scope: str) -> Taken:
        in_scope = self.units(look, scope)
        counted = [(unit, own) for unit, own in in_scope if self.is_expected(look, unit, own)]
        taken = Taken(not_asked=self.something_not_asked(look, in_scope))
        for unit, own in counted:
            taken.states.append(max(self.state(look, unit, element) for element in own))
            for element in own:
                if element.period_kind is PeriodKind.FLOW and self.state(look, unit, element) == CARRIED:
                    taken.incomplete = True
        if look.opens is not None and look.m < look.opens:
            taken.not_asked = True  # §4: before the window opens: no value
            return taken
        getattr(self, f"take_{look.target.measure.value}")(look, counted, taken)
        return taken

    def something_not_asked(self, look: Look, in_scope: list[tuple[Unit, list[Element]]]) -> bool:
        """§5, rule 1: an element that units of the scope report has not been asked yet of any of them."""
        reported = [element for element in self.terms(look.target) if any(element in own for _, own in in_scope)]
        return not reported or not all(
            any(self.asked(look, unit, element) for unit, _ in in_scope) for element in reported
        )

    def take_ratio(self, look: Look, counted: list[tuple[Unit, list[Element]]], taken: Taken) -> None:
        entered = [parts for unit, own in counted if (parts := self.all_or_nothing(look, unit, own)) is not None]
        if not entered:
            return
        taken.numerator = sum((p.get(code, NOTHING) for p in entered for code in look.target.numerator), NOTHING)
        taken.denominator = sum((p.get(code, NOTHING) for p in entered for code in look.target.denominator), NOTHING)
        taken.over_zero = taken.denominator == 0
        if not taken.over_zero:
            taken.value = exact(look.target.scale) * taken.numerator / taken.denominator

    def all_or_nothing(self, look: Look, unit: Unit, own: list[Element]) -> dict[str, Fraction] | None:
        """A unit enters with all its elements; a quarter of its flows enters with all of those asked in it."""
        parts = {}
        flows = [element for element in own if element.period_kind is PeriodKind.FLOW]
        for element in own:
            if element in flows:
                whole = [
                    q
                    for q in self.flow(look, unit, element)
                    if all(q in self.flow(look, unit, f) for f in flows if q in self.asked(look, unit, f))
                ]
                found = sum((self.flow(look, unit, element)[q] for q in whole), NOTHING) if whole else None
            else:
                found = self.value(look, unit, element)
            if found is None:
                return None
            parts[element.code] = found
        return parts

    def take_share(self, look: Look, counted: list[tuple[Unit, list[Element]]], taken: Taken) -> None:
        condition = look.target.condition
        towards_less = look.goal.comparator.towards_less
        should, meeting, somebody_has_it, short = 0, 0, False, []
        for unit, own in counted:
            found = {element.code: self.value(look, unit, element) for element in own}
            if None in found.values():  # lacks values: counts against the goal
                should += 1
                meeting += towards_less
                short.append(unit.code)
                continue
            somebody_has_it = True
            x = found.get(condition.element, NOTHING)
            per = found.get(condition.per, NOTHING) if condition.per else Fraction(1)
            if per == 0:  # x/0: not among those that should
                continue
            should += 1
            meets = holds(condition, x / per)
            meeting += meets
            if not meets:
                short.append(unit.code)
        taken.short_units = tuple(short)
        if not somebody_has_it:
            return
        taken.numerator, taken.denominator = Fraction(meeting), Fraction(should)
        taken.over_zero = should == 0
        if should:
            taken.value = Fraction(100 * meeting, should)

    def take_count(self, look: Look, counted: list[tuple[Unit, list[Element]]], taken: Taken) -> None:
        found = [self.value(look, unit, element) for unit, own in counted for element in own]
        there = [x for x in found if x is not None]
        if there:
            taken.value = sum(there, NOTHING)

    def take_milestone(self, look: Look, counted: list[tuple[Unit, list[Element]]], taken: Taken) -> None:
        taken.value = NOTHING
        for unit, own in counted:
            for element in own:
                x = self.latest(look, unit, element)
                is_date = element.value_type is ValueType.DATE
                if x and (x[1] <= look.m.end.toordinal() if is_date else x[1] == 1):
                    taken.value = Fraction(1)

    def take_judgement(self, look: Look, counted: list[tuple[Unit, list[Element]]], taken: Taken) -> None:
        for unit, own in counted:
            for element in own:
                if self.state(look, unit, element) == FRESH:
                    taken.value = self.value(look, unit, element)


def holds(condition: Condition, x: Fraction) -> bool:
    threshold = exact(condition.threshold)
    return {
        Comparator.AT_LEAST: x >= threshold,
        Comparator.MORE: x > threshold,
        Comparator.EQUAL: x == threshold,
        Comparator.AT_MOST: x <= threshold,
        Comparator.LESS: x < threshold,
    }[condition.comparator]
