"""A district's targets, measured for a period (measurement.md §1–§6).

``measure`` is the one entrance: a book and a period in, rows out. It reads no clock and no file.
"""

import numpy as np

from base.quarters import Period, Quarter

from . import exact
from .arrays import Bools, Floats
from .expectation import anchor_of, expected_of
from .gap import gaps, short_units
from .goals import aim_of, goal_in_view, missed, moment_of
from .ledger import lay_out
from .model import About, Book, Measure, Result
from .status import Case, pace_of, statuses
from .subject import Scopes, Subject
from .values import take

Missed = list[tuple[Quarter, Bools]]


def measure(book: Book, period: Period) -> list[Result]:
    """One row for the district and every target, and for every school that is a unit of it at its measuring quarter.

    In the order of the book's targets and units, the district first.
    """
    ledger = lay_out(book, period)
    scopes = Scopes.of(book.units)
    return [row for target in book.targets for row in _measured(Subject.of(ledger, scopes, target), period)]


def _measured(subject: Subject, period: Period) -> list[Result]:
    """The rows of one target: measure it, set it against what was promised, name its status."""
    place, at = goal_in_view(subject, period)
    goals = subject.target.goals[: place + 1]
    moment = moment_of(subject, goals[place], at)
    now = take(subject, goals[place], moment)
    aims = [aim_of(subject, goal, at) for goal in goals]
    values = [aim.value for aim in aims]
    anchor = anchor_of(subject, place, values)
    expected = expected_of(subject, goals[place], values[place], anchor, at)
    pace = pace_of(subject, goals[place], now.value, expected, anchor.value)
    case = Case(subject, goals[place], at, moment.is_open, now, aims[place], anchor, expected, pace)
    earlier = zip(goals[:place], values[:place], strict=True)
    return _rows(case, [(goal.due, missed(subject, goal, aim)) for goal, aim in earlier])


def _rows(case: Case, missed: Missed) -> list[Result]:
    """The district's row, and those of the schools that are units of the target."""
    scopes, evidence = case.subject.scopes, case.now.evidence
    columns, named, provisional, remarked = _columns(case), statuses(case), _provisional(case), _remarked(case)
    marks = (evidence.expected, evidence.fresh, evidence.carried, evidence.missing)
    units = np.array([scopes.total(mark) for mark in marks]).astype(np.int64).T.tolist()
    schools = [unit.kind is About.SCHOOL for unit in case.subject.ledger.book.units]
    rows = [0, *(np.flatnonzero(evidence.member & schools) + 1).tolist()]
    return [
        Result(
            scope=scopes.codes[row],
            target=case.subject.target.code,
            measured_at=case.at,
            status=named[row],
            **{name: column[row] for name, column in columns.items()},
            due=case.goal.due,
            missed_goals=tuple(due for due, marked in missed if marked[row]),
            units_expected=units[row][0],
            units_fresh=units[row][1],
            units_carried=units[row][2],
            units_missing=units[row][3],
            provisional=bool(provisional[row]),
            remarked=bool(remarked[row]),
            short_units=short_units(case) if row == 0 else (),
        )
        for row in rows
    ]


def _columns(case: Case) -> dict[str, list[float | None]]:
    """The numbers of the rows by their names in ``Result``; a judgement has none."""
    measure, now = case.subject.target.measure, case.now
    if measure is Measure.JUDGEMENT:
        return {}
    numbers = {
        "value": now.value,
        "expected": case.expected,
        "goal": case.aim.value,
        "anchor": case.anchor.value,
        "pace": case.pace.rate,
        "gap": gaps(case),
    }
    if measure in (Measure.RATIO, Measure.SHARE):
        computed = now.void | ~np.isnan(now.value)
        numbers["numerator"] = np.where(computed, now.numerator, np.nan)
        numbers["denominator"] = np.where(computed, now.denominator, np.nan)
    return {name: _blank(column) for name, column in numbers.items()}


def _blank(column: Floats) -> list[float | None]:
    """NaN is none."""
    return [None if number != number else number for number in column.tolist()]


def _provisional(case: Case) -> Bools:
    """Fresh under 90 % of expected, or a last year's figure that some unit lacks."""
    total, evidence = case.subject.scopes.total, case.now.evidence
    result: Bools = (total(evidence.fresh) * 10 < total(evidence.expected) * 9) | case.aim.lacking
    return result


def _remarked(case: Case) -> Bools:
    """Above the maximum of a ``between``: met, and remarked on."""
    result: Bools = exact.more(case.now.value, case.aim.maximum)
    return result
