"""The one clock. ``PLAN_TODAY`` pins the day (demo, tests, rehearsals); the time of day goes on."""

import datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime.datetime:
    """Aware, in the installation's time zone."""
    moment = timezone.localtime()
    if settings.PLAN_TODAY is None:
        return moment
    return moment.replace(year=settings.PLAN_TODAY.year, month=settings.PLAN_TODAY.month, day=settings.PLAN_TODAY.day)


def today() -> datetime.date:
    return now().date()
