"""实时（未发布）: the results as they are with what is approved by now. A job stores them, so that no page measures.

Kept of each adoption, as live measurements: the period that is being reported now, with its schools; and each quarter
that has opened, of the district alone, for trends. Measured again is what approvals have come for since, and nothing
else, so asking often costs little and misses nothing: a beat that was down or a worker that died is made up for by the
next look.
"""

import datetime
from collections.abc import Callable, Iterator

from base import clock, jobs
from base.models import Job, JobState
from base.quarters import Period, Quarter
from reports.measuring import measure_live
from reports.models import Measurement, Result
from reports.queries import approved_since
from submissions.calendar import opened_quarters
from tasks.models import Adoption

KIND = "live"
# An approval bears the moment at which it was written, and is seen when its transaction ends: within so long.
SEEN_WITHIN = datetime.timedelta(minutes=2)


def period_now(adoption: Adoption) -> Period | None:
    """The half-year that is being reported; of a half-year whose second form has not opened, its first quarter: what
    nobody could report yet is not missing. None before the first form opens."""
    opened = opened_quarters([adoption])
    if not opened:
        return None
    half = Period.half_year_of(opened[0])
    return half if opened[0] == half.last else _quarter(opened[0])


def periods_kept(adoption: Adoption) -> list[Period]:
    """In order, the one that is being reported at the end."""
    now = period_now(adoption)
    quarters = [_quarter(quarter) for quarter in reversed(opened_quarters([adoption]))]
    return [one for one in quarters if one != now] + ([now] if now else [])


def adoptions_behind() -> Iterator[Adoption]:
    """Those whose live results approvals have come for."""
    for adoption in Adoption.objects.select_related("plan", "district").prefetch_related("dates").order_by("pk"):
        period = period_now(adoption)
        if period is not None and _is_behind(adoption, period, live_of(adoption, period)):
            yield adoption


def start(adoption: Adoption) -> Job:
    """Start the job that measures what is behind, or join the one that is at it. What earlier ones of the district
    left behind goes: there is one each minute on the evening of a deadline."""
    key = key_of(adoption)
    Job.objects.filter(key=key, state=JobState.DONE).delete()
    return jobs.start(KIND, key=key, args={"adoption_id": adoption.pk}, by=None, district_id=adoption.district_id)


def key_of(adoption: Adoption) -> str:
    return f"{KIND}:{adoption.pk}"


def bring_up(adoption: Adoption, tell: Callable[[int, int, str], None]) -> None:
    """Measure what is behind: the period of now last, by which ``adoptions_behind`` sees that all is done."""
    measured_at = clock.now()  # before anything is read: what is approved from now on counts as newer
    kept = periods_kept(adoption)
    behind = [period for period in kept if _is_behind(adoption, period, live_of(adoption, period))]
    for done, period in enumerate(behind):
        tell(done, len(behind), f"正在测算{period.label}的实时结果")
        measure_live(adoption, period, measured_at=measured_at, with_schools=period == kept[-1])
    _tidy(adoption, kept)


def live_of(adoption: Adoption, period: Period) -> Measurement | None:
    return Measurement.objects.live().filter(adoption=adoption, period=period).first()


def _is_behind(adoption: Adoption, period: Period, live: Measurement | None) -> bool:
    """Never measured, or approvals have come since. Once it is old enough for all to be seen that came while it was
    measured, those are looked for, too; so each is measured twice at most."""
    if live is None:
        return True
    is_settled = clock.now() - live.measured_at >= SEEN_WITHIN
    return approved_since(adoption, period, live.measured_at - is_settled * SEEN_WITHIN).exists()


def _tidy(adoption: Adoption, kept: list[Period]) -> None:
    """Schools are kept of the period of now alone, and nothing of a half-year that is over."""
    earlier = Measurement.objects.live().filter(adoption=adoption).exclude(period=kept[-1])
    Result.objects.filter(measurement__in=earlier).of_units().delete()
    earlier.exclude(period__in=kept).delete()


def _quarter(quarter: Quarter) -> Period:
    return Period(quarter, quarter)
