"""Which bulletins the calendar wants drafted (the first half-year's on 10 July, the second's on 10 January), and which
assessments computed: a year's on 15 January of the next.

Asked at any time, it looks at the clock itself: a beat that was down on the day is made up for by the next one. What
people made or worked on since is left to them.
"""

import datetime
from collections.abc import Iterator

from django.utils import timezone

from base import clock
from base.quarters import Period, Quarter
from reports.models import Assessment, Bulletin, Scheme
from tasks.models import Adoption

DAY = 10  # of the month after the half-year
AT = datetime.time(6)
ASSESSED_ON = (1, 15)  # month and day


def drafts_due() -> Iterator[tuple[Adoption, Period]]:
    """Of each adoption the half-year that ended last, if its bulletin is due and nobody has drafted it."""
    for adoption in Adoption.objects.select_related("plan", "district").order_by("pk"):
        period = Period.half_year_of(Quarter.containing(clock.today())).moved(-1)
        since = moment_of(period)
        if clock.now() < since or not adoption.plan.runs_in(period) or clock.today() < adoption.opens(period.last):
            continue
        bulletin = Bulletin.objects.filter(adoption=adoption, period=period).first()
        if bulletin is None or not (bulletin.drafted_at >= since or _is_worked_on(bulletin)):
            yield adoption, period


def moment_of(period: Period) -> datetime.datetime:
    """When it is to be drafted."""
    return timezone.make_aware(datetime.datetime.combine((period.last + 1).start.replace(day=DAY), AT))


def _is_worked_on(bulletin: Bulletin) -> bool:
    """Published once, sent, sent back, worded, or given a head."""
    touched = bulletin.sent_at is not None or bulletin.returned or bulletin.head_version
    return bool(touched) or bulletin.wordings.exists() or bulletin.editions.exists()


def assessments_due() -> Iterator[tuple[Adoption, int]]:
    """Of each adoption with schemes for the year before, if that was never computed and its last forms were due."""
    today = clock.today()
    year = today.year - 1
    if (today.month, today.day) < ASSESSED_ON:
        return
    schemed = Scheme.objects.filter(year=year).values("adoption")
    computed = Assessment.objects.filter(year=year).values("adoption")
    wanted = Adoption.objects.filter(pk__in=schemed).exclude(pk__in=computed)
    for adoption in wanted.select_related("plan", "district").prefetch_related("dates").order_by("pk"):
        if today > adoption.due(Quarter.of(year, 4)):
            yield adoption, year
