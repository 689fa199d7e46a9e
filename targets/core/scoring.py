"""What a school, a section or the bureau scores in a year's assessment (measurement.md §9).

``score`` is the entrance for one of them; what the totals of a whole category are worth is grading.py. Numbers are
exact fractions from here on: order and grades hang on them, and no rounding decides a tie. Shown to two decimals by
``rounding.shown_points``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from .model import Measure, Status
from .rounding import meant

T = TypeVar("T")
N = TypeVar("N", Fraction, Decimal)

FULL = Fraction(100)
HIGHEST = Fraction(105)  # of a total
MOST_BONUS = Fraction(5)
SOFT_FLOOR = Fraction(4, 5)
FEWEST_QUARTERS = 2
JUDGED = {Status.ACHIEVED: Fraction(1), Status.ON_TRACK: Fraction(1, 2), Status.BEHIND: Fraction(0)}


class Grade(StrEnum):
    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"


class Mark(StrEnum):
    """Why a line counts 0 (``MISSING``, 缺报) or is left out (all others but ``COUNTED``)."""

    COUNTED = "counted"
    MISSING = "missing"
    NOT_DUE = "not_due"
    NOT_RATED = "not_rated"
    NO_BASELINE = "no_baseline"
    NOT_CONCERNED = "not_concerned"  # no unit of the target, or no quarter was due


class Reason(StrEnum):
    """Why somebody is not assessed (不参评)."""

    MERGED = "merged"
    CLOSED = "closed"
    OPENED_LATE = "opened_late"
    TOO_LITTLE = "too_little"  # less than half of the scheme's weight stays


LEFT_OUT = {
    Status.NOT_DUE: Mark.NOT_DUE,
    Status.NOT_RATED: Mark.NOT_RATED,
    Status.NO_BASELINE: Mark.NO_BASELINE,
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """What one category is assessed by in a year. ``lines``: weight by target code.

    ``bonuses`` and ``deductions``: points by kind. ``vetoes``: the best grade that is left, by kind. ``merge_into`` is
    the category with which it is graded when fewer than four of it are assessed.
    """

    category: str
    lines: Mapping[str, Fraction]
    timeliness: Fraction = Fraction(0)
    bonuses: Mapping[str, Fraction] = field(default_factory=dict)
    deductions: Mapping[str, Fraction] = field(default_factory=dict)
    vetoes: Mapping[str, Grade] = field(default_factory=dict)
    excellent_from: Fraction = Fraction(90)
    good_from: Fraction = Fraction(80)
    pass_from: Fraction = Fraction(60)
    quota: Fraction = Fraction(3, 10)
    merge_into: str | None = None

    @property
    def weight(self) -> Fraction:
        return sum(self.lines.values(), self.timeliness)


@dataclass(frozen=True, slots=True)
class Figure:
    """The result of one target, at the scope of whoever is assessed, as far as a line needs it (``model.Result``).

    ``ceiling`` is a flow count towards less. ``value``, ``goal`` and ``anchor`` are the stored floats.
    """

    status: Status
    measure: Measure
    of_district: bool = False
    towards_less: bool = False
    ceiling: bool = False
    soft: bool = False
    sensitive: bool = False
    value: float | None = None
    goal: float | None = None
    anchor: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An approved designation or project, a deduction or a veto, by the scheme's kind; lifted, it counts nothing."""

    kind: str
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """What somebody brings to the assessment of a year. ``figures`` by target: one without does not concern it.

    ``quarters_due`` and ``quarters_in_time`` are those of the year; ``closed``: within the year.
    """

    code: str
    category: str
    figures: Mapping[str, Figure]
    quarters_due: int = 0
    quarters_in_time: int = 0
    bonuses: tuple[Event, ...] = ()
    deductions: tuple[Event, ...] = ()
    vetoes: tuple[Event, ...] = ()
    open_quarters: int = 4
    closed: bool = False
    successor: str | None = None
    adjustment: Fraction = Fraction(0)  # points that decisions give or take


TIMELINESS = ""  # the line that has no target


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet. ``attainment`` 0–1 and ``points``, its part of the score, are None where it is left out.

    ``figure`` is what it was computed from; timeliness, and a target that does not concern who is assessed, have none.
    """

    target: str
    weight: Fraction
    mark: Mark
    figure: Figure | None = None
    attainment: Fraction | None = None
    points: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A sheet. Of who is not assessed ``score`` and ``total`` are None, and ``reason`` says why.

    ``bonus`` is capped; ``best_grade`` is the best that its vetoes leave.
    """

    code: str
    category: str
    lines: tuple[Line, ...]
    bonus: Fraction
    deduction: Fraction
    best_grade: Grade
    score: Fraction | None = None
    total: Fraction | None = None
    reason: Reason | None = None


def score(scheme: Scheme, brought: Brought) -> Score:
    """The sheet of one. Raises ValueError for a sensitive line, an event of a kind that the scheme does not know, and a
    scheme without weight."""
    if scheme.weight <= 0:
        raise ValueError(f"{scheme.category}: a scheme needs weight")
    lines = _weighed([*(_line(*each, brought) for each in scheme.lines.items()), *_timeliness(scheme, brought)])
    staying = sum((line.weight for line in lines if line.attainment is not None), Fraction(0))
    sheet = replace(own(scheme, brought), lines=lines)
    reason = sheet.reason or (Reason.TOO_LITTLE if 2 * staying < scheme.weight else None)
    if reason is not None:
        return replace(sheet, reason=reason)
    points = sum((line.points for line in lines if line.points is not None), Fraction(0))
    total = min(HIGHEST, max(Fraction(0), points + sheet.bonus - sheet.deduction + brought.adjustment))
    return replace(sheet, score=points, total=total)


def own(scheme: Scheme, brought: Brought) -> Score:
    """What does not hang on the lines, of a sheet without any."""
    bonus = min(MOST_BONUS, _points(scheme.bonuses, brought.bonuses))
    deduction = _points(scheme.deductions, brought.deductions)
    best = _best_grade(scheme, brought)
    return Score(brought.code, brought.category, (), bonus, deduction, best, reason=_reason(brought))


def _reason(brought: Brought) -> Reason | None:
    if brought.closed:
        return Reason.MERGED if brought.successor else Reason.CLOSED
    return Reason.OPENED_LATE if brought.open_quarters < FEWEST_QUARTERS else None


def _line(target: str, weight: Fraction, brought: Brought) -> Line:
    figure = brought.figures.get(target)
    if figure is None:
        return Line(target, weight, Mark.NOT_CONCERNED)
    if figure.sensitive:
        raise ValueError(f"{target}: a sensitive target cannot be a line")
    line = Line(target, weight, LEFT_OUT.get(figure.status, Mark.COUNTED), figure)
    if figure.status is Status.NO_DATA:
        return replace(line, mark=Mark.MISSING, attainment=Fraction(0))
    return line if figure.status in LEFT_OUT else replace(line, attainment=attainment(figure))


def _timeliness(scheme: Scheme, brought: Brought) -> list[Line]:
    if not scheme.timeliness:
        return []
    if not brought.quarters_due:
        return [Line(TIMELINESS, scheme.timeliness, Mark.NOT_CONCERNED)]
    part = Fraction(brought.quarters_in_time, brought.quarters_due)
    return [Line(TIMELINESS, scheme.timeliness, Mark.COUNTED, attainment=part)]


def _weighed(lines: list[Line]) -> tuple[Line, ...]:
    """Each with its points: 100 are shared out among the lines that stay, by weight."""
    staying = sum((line.weight for line in lines if line.attainment is not None), Fraction(0))
    return tuple(
        replace(line, points=FULL * line.weight * line.attainment / staying)
        if line.attainment is not None and staying
        else line
        for line in lines
    )


def attainment(figure: Figure) -> Fraction:
    """How far the goal is reached, 0–1, of a line that has data. A soft goal's is never below 0.8."""
    reached = min(Fraction(1), max(Fraction(0), _reached(figure)))
    return max(reached, SOFT_FLOOR) if figure.soft else reached


def _reached(figure: Figure) -> Fraction:
    """Not clamped yet. A ceiling is kept until it is exceeded, which is what makes it overdue."""
    if figure.measure is Measure.JUDGEMENT:
        return JUDGED[figure.status]
    if figure.status is Status.ACHIEVED:
        return Fraction(1)
    if figure.ceiling:
        return Fraction(figure.status is not Status.OVERDUE)
    if figure.measure is Measure.MILESTONE or (figure.measure is Measure.SHARE and not figure.of_district):
        return Fraction(0)
    return _quotient(figure)


def _quotient(figure: Figure) -> Fraction:
    """From the anchor in the direction of the goal (docs/decisions/0121), else v/g, or g/v towards less."""
    if figure.value is None or figure.goal is None:
        raise ValueError(f"{figure.status} without a value and a goal")
    value, goal = meant(figure.value), meant(figure.goal)
    way, whole = (goal, value) if figure.towards_less else (value, goal)
    if figure.of_district and figure.anchor is not None:
        anchor, sign = meant(figure.anchor), -1 if figure.towards_less else 1
        way, whole = sign * (value - anchor), sign * (goal - anchor)
    return way / whole if whole > 0 else Fraction(0)


def _points(points: Mapping[str, Fraction], events: tuple[Event, ...]) -> Fraction:
    """Each event counts its kind's points."""
    return sum((_of_kind(points, event) for event in events if not event.lifted), Fraction(0))


def _best_grade(scheme: Scheme, brought: Brought) -> Grade:
    left = [_of_kind(scheme.vetoes, veto) for veto in brought.vetoes if not veto.lifted]
    return max(left, key=list(Grade).index, default=Grade.EXCELLENT)


def _of_kind(known: Mapping[str, T], event: Event) -> T:
    if event.kind not in known:
        raise ValueError(f"{event.kind}: no such kind in the scheme")
    return known[event.kind]


def lines_of_both(first: Mapping[str, N], second: Mapping[str, N]) -> dict[str, N]:
    """The lines of who has those of two schemes (a nine-year school): every weight is the mean of its two, so that
    their sum stays what it was."""
    lines = {target: weight / 2 for target, weight in first.items()}
    for target, weight in second.items():
        lines[target] = lines[target] + weight / 2 if target in lines else weight / 2
    return lines
