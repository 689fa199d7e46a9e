"""The daily round: corrections whose time is over are given up, whoever owes figures is reminded."""

from celery import shared_task
from django.conf import settings

from base import clock
from base.jobs import Report, job, start_once
from schools.models import District
from submissions.actions import end_lapsed
from submissions.reminders import remind
from submissions.workbooks import jobs as workbooks  # noqa: F401 (registers the kinds of work that it has)

KIND = "remind"


@shared_task(name="submissions.remind")
def remind_everywhere() -> None:
    """From the hour of reminding on, a job for each district that works by a plan, once a day: asking again, as beat
    and the only worker's timer do, changes nothing."""
    if clock.now().time() < settings.REMIND_AT:
        return
    for district in District.objects.filter(adoptions__isnull=False).distinct():
        key = f"{KIND}:{district.code}:{clock.today()}"
        start_once(KIND, key=key, args={"district_id": district.pk}, by=None, district_id=district.pk)


@job(KIND, "催报提醒")
def remind_district(report: Report, *, district_id: int) -> None:
    """What goes wrong with the corrections fails the job, but keeps nobody from being reminded."""
    district = District.objects.get(pk=district_id)
    try:
        report(0, 2, "正在清理过期的更正")
        end_lapsed(district)
    finally:
        report(1, 2, "正在催报")
        remind(district)
