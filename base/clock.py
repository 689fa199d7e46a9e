"""The one clock. ``PLAN_TODAY`` pins the day (demo, tests, rehearsals); the time of day goes on."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_pinned: ContextVar[datetime.date | None] = ContextVar("pinned", default=None)


def now() -> datetime.datetime:
    """Aware, in the installation's time zone."""
    moment = timezone.localtime()
    day = _pinned.get() or settings.PLAN_TODAY
    return moment if day is None else moment.replace(year=day.year, month=day.month, day=day.day)


def today() -> datetime.date:
    return now().date()


def instant() -> datetime.datetime:
    """The real moment, whatever day is pinned: for telling how long ago a machine spoke, never for the plan."""
    return timezone.now()


@contextmanager
def pinned(day: datetime.date) -> Iterator[None]:
    """Inside, today is ``day``: for telling the demo district's past in the order in which it happened."""
    token = _pinned.set(day)
    try:
        yield
    finally:
        _pinned.reset(token)
