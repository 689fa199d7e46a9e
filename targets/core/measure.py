"""A district's targets, measured for a period (measurement.md §1–§6).

``measure`` is the entrance: a book and a period in, rows out. It reads no clock and no file. Who counted in a row,
and with what, is ``taken_in_view`` of one of ``subjects_of`` the same book.
"""

from base.quarters import Period

from .evidence import Moment
from .expectation import anchor_of, expected_of
from .goals import aim_of, goal_in_view, missed, moment_of
from .ledger import lay_out
from .model import Book, Result
from .rows import rows_of
from .status import Case, pace_of
from .subject import Scopes, Subject
from .values import Measured, take


def measure(book: Book, period: Period) -> list[Result]:
    """One row for the district and every target, and for every school that is a unit of it at its measuring quarter.

    In the order of the book's targets and units, the district first.
    """
    return [row for subject in subjects_of(book, period) for row in _measured(subject, period)]


def subjects_of(book: Book, period: Period) -> list[Subject]:
    """The book's targets, in its order, each with the figures up to the end of ``period``."""
    ledger, scopes = lay_out(book, period), Scopes.of(book.units)
    return [Subject.of(ledger, scopes, target) for target in book.targets]


def taken_in_view(subject: Subject, period: Period) -> tuple[int, Moment, Measured]:
    """The place of the goal in view, when it is measured, and what was taken then of whom."""
    place, at = goal_in_view(subject, period)
    goal = subject.target.goals[place]
    moment = moment_of(subject, goal, at)
    return place, moment, take(subject, goal, moment)


def _measured(subject: Subject, period: Period) -> list[Result]:
    """The rows of one target: measure it, set it against what was promised, name its status."""
    place, moment, now = taken_in_view(subject, period)
    goals, at = subject.target.goals[: place + 1], moment.at
    aims = [aim_of(subject, goal, at) for goal in goals]
    values = [aim.value for aim in aims]
    anchor = anchor_of(subject, place, values)
    expected = expected_of(subject, goals[place], values[place], anchor, at)
    pace = pace_of(subject, goals[place], now.value, expected, anchor.value)
    case = Case(subject, goals[place], at, moment.is_open, now, aims[place], anchor, expected, pace)
    earlier = zip(goals[:place], values[:place], strict=True)
    return rows_of(case, [(goal.due, missed(subject, goal, aim)) for goal, aim in earlier])
