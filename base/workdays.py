"""Working days: Monday to Friday. Public holidays and the Saturdays worked for them are fixed anew every year by the
State Council: who sets a time limit may always set it later (docs/decisions/0127)."""

import datetime

SATURDAY = 5


def is_workday(day: datetime.date) -> bool:
    return day.weekday() < SATURDAY


def after_workdays(day: datetime.date, count: int) -> datetime.date:
    """The ``count``-th working day after ``day``, which itself is not counted."""
    while count > 0:
        day += datetime.timedelta(days=1)
        count -= is_workday(day)
    return day
