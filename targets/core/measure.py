"""A district's targets, measured for a period (measurement.md §1–§6).

``measure`` is the one entrance: a book and a period in, rows out. It reads no clock and no file.
"""

from base.quarters import Period

from .expectation import anchor_of, expected_of
from .goals import aim_of, goal_in_view, missed, moment_of
from .ledger import lay_out
from .model import Book, Result
from .rows import rows_of
from .status import Case, pace_of
from .subject import Scopes, Subject
from .values import take


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
    return rows_of(case, [(goal.due, missed(subject, goal, aim)) for goal, aim in earlier])
