"""A second, slow implementation of measurement.md §1–§6, written sentence by sentence from that page.

It shares only the data types with the core. Where the two differ, the page decides. What is measured, §1–§3, stands in
naive_take.py; this half looks at goals.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from base.quarters import Period, Quarter
from targets.core.model import (
    DISTRICT,
    VERDICTS,
    About,
    Basis,
    Book,
    Comparator,
    Goal,
    GoalScope,
    Measure,
    Pacing,
    Status,
    Target,
    Window,
)
from tests.targets.naive_take import (
    CARRIED,
    FRESH,
    MISSING,
    NOTHING,
    Look,
    Taken,
    Taking,
    exact,
    quarters,
    window_start,
)

VERDICT_STATUS = {
    VERDICTS["met"]: Status.ACHIEVED,
    VERDICTS["advancing"]: Status.ON_TRACK,
    VERDICTS["lagging"]: Status.BEHIND,
}
Point = tuple[Quarter, Fraction]  # the end of a quarter, and a value


@dataclass
class Row:
    """The same fields as ``Result``, with fractions for numbers."""

    scope: str
    target: str
    measured_at: Quarter
    status: Status | None = None
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    expected: Fraction | None = None
    goal: Fraction | None = None
    anchor: Fraction | None = None
    pace: Fraction | None = None
    due: Quarter | None = None
    missed_goals: tuple[Quarter, ...] = ()
    units_expected: int = 0
    units_fresh: int = 0
    units_carried: int = 0
    units_missing: int = 0
    provisional: bool = False
    remarked: bool = False
    gap: Fraction | None = None
    short_units: tuple[str, ...] = ()


class Naive(Taking):
    def __init__(self, book: Book, period: Period):
        super().__init__(book)
        self.period = period

    # Goals (§4)

    def in_view(self, target: Target) -> tuple[Goal, Quarter]:
        """The goal in view and the measuring quarter m."""
        within = [goal for goal in target.goals if goal.due in self.period]
        if within:
            return within[-1], within[-1].due
        later = [goal for goal in target.goals if goal.due > self.period.last]
        if later:
            return later[0], self.period.last
        last = target.goals[-1]
        stays = self.is_yearly(target) or self.is_ceiling(target, last)
        return last, last.due if stays else self.period.last

    def goal_value(self, target: Target, goal: Goal, scope: str, m: Quarter) -> tuple[Fraction | None, bool]:
        """The goal's value, None if it cannot be computed, and whether some unit lacks last year's figure."""
        if target.measure is Measure.JUDGEMENT:
            return None, False
        value = exact(goal.value)
        if goal.basis is Basis.ABSOLUTE:
            return value, False
        if goal.basis is Basis.BASELINE_PLUS:
            return (None if target.baseline_value is None else exact(target.baseline_value) + value), False
        look = self.last_year(target, goal)
        if look.m > m:  # that year is not over
            return None, False
        last_year = self.take(look, scope)
        lacking = MISSING in last_year.states
        if last_year.value is None:
            return None, lacking
        if goal.basis is Basis.LAST_YEAR_PLUS:
            return last_year.value + value, lacking
        return (None if last_year.value == 0 else value * last_year.value), lacking

    def missed(self, target: Target, in_view: Goal, scope: str) -> tuple[Quarter, ...]:
        missed = []
        for goal in target.goals:
            if goal.due < in_view.due:
                v = self.take(self.look(target, goal, goal.due), scope).value
                g, _ = self.goal_value(target, goal, scope, goal.due)
                known = v is not None and (g is not None or target.measure is Measure.JUDGEMENT)
                if known and not meets(target, goal, g, v):
                    missed.append(goal.due)
        return tuple(missed)

    def anchor(self, target: Target, goal: Goal, g: Fraction, scope: str, m: Quarter) -> Point | None:
        """Date (the end of that quarter) and value of the start of a linear expectation."""
        if goal.pacing is Pacing.STEP or self.is_ceiling(target, goal):
            return None
        found = self.anchor_candidate(target, goal, scope, m)
        return None if found is None or meets(target, goal, g, found[1]) else found

    def anchor_candidate(self, target: Target, goal: Goal, scope: str, m: Quarter) -> Point | None:
        is_count = target.measure is Measure.COUNT
        if is_count and self.is_yearly(target):
            return window_start(target.window, goal.due, self.book.plan_start) - 1, NOTHING
        for earlier in reversed([other for other in target.goals if other.due < goal.due]):
            value, _ = self.goal_value(target, earlier, scope, m)
            if value is not None:
                return earlier.due, value
        if scope == DISTRICT and target.baseline_value is not None and target.baseline_at < goal.due:
            return target.baseline_at, exact(target.baseline_value)
        if is_count and self.has_flow(target) and target.window is Window.PLAN:
            return self.book.plan_start - 1, NOTHING
        return None

    def expected(self, look: Look, goal: Goal, g: Fraction, anchor: Point | None) -> Fraction | None:
        if look.m >= goal.due:
            return g
        if goal.pacing is Pacing.STEP:
            return None
        e = g if anchor is None else self.on_the_line(look, goal, g, *anchor)
        if look.target.measure is not Measure.COUNT:
            return e
        down = Fraction(math.floor(e))
        return anchor[1] if anchor is not None and down < anchor[1] <= e else down  # never past the anchor

    def on_the_line(self, look: Look, goal: Goal, g: Fraction, since: Quarter, start: Fraction) -> Fraction:
        """Read at the oldest of the elements' last asked quarters ≤ m; before the anchor its value."""
        last = []
        for element in self.terms(look.target):
            asked = [q for q in quarters(self.book.plan_start, look.m) if q.number in element.asked_in]
            if not asked:
                return start
            last.append(asked[-1])
        read_at = min(last)
        return start if read_at <= since else start + (g - start) * Fraction(read_at - since, goal.due - since)

    # Rows (§5, §6)

    def row(self, target: Target, scope: str) -> Row:
        goal, m = self.in_view(target)
        look = self.look(target, goal, m)
        taken = self.take(look, scope)
        row = Row(scope, target.code, m, due=goal.due)
        row.value = None if target.measure is Measure.JUDGEMENT else taken.value
        row.numerator, row.denominator = taken.numerator, taken.denominator
        row.units_expected = len(taken.states)
        row.units_fresh = taken.states.count(FRESH)
        row.units_carried = taken.states.count(CARRIED)
        row.units_missing = taken.states.count(MISSING)
        row.provisional = row.units_fresh * 10 < row.units_expected * 9
        foreign = scope != DISTRICT and target.goal_scope is GoalScope.DISTRICT
        if not foreign:
            self.compare(row, look, goal, taken)
        row.status = self.status(row, look, goal, taken, foreign)
        return row

    def compare(self, row: Row, look: Look, goal: Goal, taken: Taken) -> None:
        """Fill in what follows from the goal."""
        target, v = look.target, row.value
        row.goal, lacking = self.goal_value(target, goal, row.scope, look.m)
        row.provisional = row.provisional or lacking
        row.missed_goals = self.missed(target, goal, row.scope)
        if row.scope == DISTRICT and not goal.comparator.towards_less:
            row.short_units = taken.short_units
        if row.goal is None:
            return
        anchor = self.anchor(target, goal, row.goal, row.scope, look.m)
        row.anchor = anchor and anchor[1]
        row.expected = self.expected(look, goal, row.goal, anchor)
        if v is None:
            return
        row.pace = pace(target, goal, v, row.expected, row.anchor)
        row.remarked = goal.maximum is not None and v > exact(goal.maximum)
        row.gap = gap(target, goal, row, taken)

    def status(self, row: Row, look: Look, goal: Goal, taken: Taken, foreign: bool) -> Status:
        """§5, the first that holds."""
        target, v, g = look.target, taken.value, row.goal
        if taken.not_asked:
            return Status.NOT_DUE
        if v is None and not taken.over_zero:
            return Status.NO_DATA
        if foreign or target.pending or taken.over_zero:
            return Status.NOT_RATED
        if target.measure is Measure.JUDGEMENT:
            return VERDICT_STATUS[int(v)]
        if g is None:
            return Status.NO_BASELINE
        if meets(target, goal, g, v):
            return self.status_of_met(row, look, goal, taken)
        return self.status_of_unmet(row, look, goal)

    def status_of_met(self, row: Row, look: Look, goal: Goal, taken: Taken) -> Status:
        """Rules 6 and 7; towards less, silence must not help."""
        due = look.m >= goal.due
        if goal.comparator.towards_less and (row.units_missing > 0 or taken.incomplete):
            return Status.AT_RISK if due else Status.ON_TRACK
        return Status.ON_TRACK if self.is_ceiling(look.target, goal) and not due else Status.ACHIEVED

    def status_of_unmet(self, row: Row, look: Look, goal: Goal) -> Status:
        """Rules 6 and 8 to 10."""
        target = look.target
        if self.is_ceiling(target, goal):
            return Status.OVERDUE
        if look.m >= goal.due:
            return Status.AT_RISK if target.soft and row.pace >= exact(target.warn_at) else Status.OVERDUE
        if goal.pacing is Pacing.STEP:
            return Status.NOT_DUE
        short = row.expected - row.value
        if goal.comparator.towards_less:
            short = -short
        if row.pace >= exact(target.ok_at) or short < Fraction(1, 10**target.decimals):
            return Status.ON_TRACK
        return Status.AT_RISK if row.pace >= exact(target.warn_at) else Status.BEHIND


def meets(target: Target, goal: Goal, g: Fraction | None, v: Fraction) -> bool:
    """§4: ``between`` from its minimum on; a count of 0 meets every ``<``; a judgement by ``met``."""
    if target.measure is Measure.JUDGEMENT:
        return v == VERDICTS["met"]
    return {
        Comparator.AT_LEAST: v >= g,
        Comparator.BETWEEN: v >= g,
        Comparator.MORE: v > g,
        Comparator.EQUAL: v == g,
        Comparator.AT_MOST: v <= g,
        Comparator.LESS: v < g or (v == 0 and target.measure is Measure.COUNT),
    }[goal.comparator]


def pace(target: Target, goal: Goal, v: Fraction, e: Fraction | None, a: Fraction | None) -> Fraction | None:
    if e is None:
        return None
    if a is not None and e != a:
        return (v - a) / (e - a)
    less = goal.comparator.towards_less
    if e > 0:
        if not less:
            return v / e
        return e / v if v > 0 else Fraction(1)
    return Fraction(v == e or meets(target, goal, e, v))  # equality meets


def gap(target: Target, goal: Goal, row: Row, taken: Taken) -> Fraction | None:
    """§6: towards more only, at least 0."""
    if goal.comparator.towards_less:
        return None
    if target.measure is Measure.COUNT:
        return max(NOTHING, row.goal - row.value)
    if target.measure not in (Measure.RATIO, Measure.SHARE):
        return None
    scale = exact(target.scale) if target.measure is Measure.RATIO else Fraction(100)
    short = row.goal * taken.denominator / scale - taken.numerator
    if target.measure is Measure.SHARE or row.scope == DISTRICT:
        short = Fraction(math.ceil(short))
    return max(NOTHING, short)


def naive_measure(book: Book, period: Period) -> list[Row]:
    """One row for the district and every target, and for every school that is a unit of it."""
    naive = Naive(book, period)
    rows = []
    for target in book.targets:
        goal, m = naive.in_view(target)
        units = naive.units(naive.look(target, goal, m), DISTRICT)
        rows.append(naive.row(target, DISTRICT))
        rows += [naive.row(target, unit.code) for unit, _ in units if unit.kind is About.SCHOOL]
    return rows
