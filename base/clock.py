"""The one clock. ``PLAN_TODAY`` pins the day (demo, tests, rehearsals); the time of day goes on."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_pinned: ContextVar[datetime.datetime | None] = ContextVar("pinned", default=None)


def now() -> datetime.datetime:
    """Aware, in the installation's time zone."""
    pinned = _pinned.get()
    if pinned is not None:
        return pinned
    moment, day = timezone.localtime(), settings.PLAN_TODAY
    return moment if day is None else moment.replace(year=day.year, month=day.month, day=day.day)


def today() -> datetime.date:
    return now().date()


def instant() -> datetime.datetime:
    """The real moment, whatever day is pinned: for telling how long ago a machine spoke, never for the plan."""
    return timezone.now()


@contextmanager
def pinned(day: datetime.date, hour: int = 10) -> Iterator[None]:
    """Inside, it is ``hour`` o'clock on ``day``: for telling the demo district's past in the order of its days."""
    token = _pinned.set(datetime.datetime.combine(day, datetime.time(hour), timezone.get_current_timezone()))
    try:
        yield
    finally:
        _pinned.reset(token)
