"""The work behind bulletins and assessments."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from celery import shared_task

from base.jobs import JobError, Report, has_failed_lately, job
from base.models import Job
from base.quarters import Period
from base.sharing import Share, together
from reports import live
from reports.actions import (
    ASSESSMENT,
    FILES,
    KIND,
    assessment_key,
    compute,
    draft,
    key_of,
    start_assessment,
    start_bulletin,
)
from reports.actions.measuring import MEASURING, MEASURING_SHARE
from reports.actions.papers import PAPERS
from reports.book import promise_of
from reports.documents import assessment_making, making
from reports.measuring import measure
from reports.models import AssessmentEdition, Edition, FileKind
from reports.queries import measurement_of
from reports.schedule import assessments_due, drafts_due
from schools.models import User
from tasks.models import Adoption

log = logging.getLogger(__name__)

SHARE = 4  # districts that one job measures one after the other
STEPS = 3  # of a measurement: fetch, measure, store
ASSESSING = 3  # of an assessment: read, score, store


@job(KIND, "测算和起草通报")
def generate_bulletin(report: Report, *, adoption_id: int, period: str, by_id: int | None) -> None:
    """Measure the half-year, and earlier ones of the plan that never were (to compare with); store; draft."""
    adoption = Adoption.objects.select_related("plan", "district").filter(pk=adoption_id).first()
    if adoption is None:
        raise JobError("这个区县已不再采用该方案。")
    by = User.objects.filter(pk=by_id).first()
    wanted = _to_measure(adoption, Period.parse(period))
    progress = _Progress(report, STEPS * len(wanted) + 1)
    for one in wanted:
        measurement = measure(adoption, one, by=by, tell=progress)
    progress("正在起草通报")
    draft(measurement, by=by, job=Job.objects.filter(pk=report.job_id).first())


@job(MEASURING, "测算所有区县")
def measure_all(report: Report, *, plan_id: int, period: str) -> None:
    """Measure every district of the plan, with as many workers as there are."""
    districts = list(Adoption.objects.filter(plan=plan_id).order_by("pk").values_list("pk", flat=True))
    shares = [districts[start : start + SHARE] for start in range(0, len(districts), SHARE)]
    together(
        report,
        MEASURING_SHARE,
        [Share({"adoption_ids": share, "period": period}, len(share)) for share in shares],
        f"正在测算{Period.parse(period).label}：{{done}}/{{total}} 个区县",
    )


@job(MEASURING_SHARE, "测算一部分区县")
def measure_share(report: Report, *, adoption_ids: list[int], period: str) -> None:
    """Measure some districts of one plan, whose definitions are read once."""
    when, by, promise = Period.parse(period), Job.objects.get(pk=report.job_id).by, None
    adoptions = Adoption.objects.select_related("plan", "district").filter(pk__in=adoption_ids).order_by("pk")
    for done, adoption in enumerate(adoptions):
        report(done, len(adoption_ids), f"正在测算{adoption.district}{when.label}")
        promise = promise or promise_of(adoption, when)
        measure(adoption, when, by=by, promise=promise)
    report(len(adoption_ids), len(adoption_ids), "")


@shared_task(name="reports.draft")
def draft_what_is_due() -> None:
    """What the calendar wants drafted (schedule.py): a job each, which a start by hand joins; asking again, as beat and
    the only worker's timer do, changes nothing."""
    for adoption, period in drafts_due():
        if not has_failed_lately(key_of(adoption, period)):
            start_bulletin(adoption, period, by=None)


@shared_task(name="reports.live")
def bring_up_what_is_behind() -> None:
    """A job for each district that approvals have come for; asked each minute."""
    for adoption in live.adoptions_behind():
        if not has_failed_lately(live.key_of(adoption)):
            live.start(adoption)


@job(live.KIND, "测算实时结果")
def measure_live_results(report: Report, *, adoption_id: int) -> None:
    """A worker that takes it over from a dead one measures what is still behind."""
    adoption = Adoption.objects.select_related("plan", "district").filter(pk=adoption_id).first()
    if adoption is not None:
        live.bring_up(adoption, report)


@job(FILES, "生成通报文件")
def make_edition_files(report: Report, *, edition_id: int) -> None:
    """Make the files that are missing, one after the other; what is made stays, however this ends."""
    places = "bulletin__adoption__district", "bulletin__adoption__plan", "published_by"
    edition = Edition.objects.select_related(*places).get(pk=edition_id)
    wanted = making.missing_of(edition)
    for done, kind in enumerate(wanted):
        tell = partial(report, done, len(wanted))
        tell(f"正在生成{FileKind(kind).label}")
        with _disk_told(FileKind(kind).label):
            made = making.make(edition, kind, tell)
        if made.problem:
            log.warning("Edition %s has no %s: %s", edition_id, kind, made.problem)


@job(PAPERS, "生成考核文件")
def make_assessment_files(report: Report, *, edition_id: int) -> None:
    """As those of an edition; a sheet for each who was assessed, then the archive of all."""
    edition = AssessmentEdition.objects.get(pk=edition_id)
    wanted = assessment_making.missing_of(edition)
    for done, one in enumerate(wanted):
        report(done, len(wanted), one.saying)
        with _disk_told(one.name):
            made = assessment_making.make(edition, one)
        if made.problem:
            log.warning("Assessment %s has no %s: %s", edition_id, one.name, made.problem)


@contextmanager
def _disk_told(what: str) -> Iterator[None]:
    """A disk that takes nothing ends the job in words; what was made stays."""
    try:
        yield
    except OSError as error:
        log.exception("%s is not made", what)
        raise JobError(f"{what}写不到服务器的磁盘上：{in_chinese(error)}。{KEPT}") from error


@job(ASSESSMENT, "计算考核")
def compute_assessment(report: Report, *, adoption_id: int, year: int, by_id: int | None) -> None:
    """All or nothing, and the same again: a worker that takes it over from a dead one begins anew."""
    adoption = Adoption.objects.select_related("plan", "district").filter(pk=adoption_id).first()
    if adoption is None:
        raise JobError("这个区县已不再采用该方案。")
    by, own = User.objects.filter(pk=by_id).first(), Job.objects.filter(pk=report.job_id).first()
    compute(adoption, year, by=by, job=own, tell=_Progress(report, ASSESSING))


@shared_task(name="reports.assess")
def assess_what_is_due() -> None:
    """From 15 January on the year before (schedule.py), as ``draft_what_is_due`` does bulletins."""
    for adoption, year in assessments_due():
        if not has_failed_lately(assessment_key(adoption, year)):
            start_assessment(adoption, year, by=None)


KEPT = "已生成的文件不受影响；请系统管理员处理后，点“生成缺少的文件”。"


def in_chinese(error: OSError) -> str:
    return {errno.ENOSPC: "磁盘已满", errno.EDQUOT: "超出磁盘配额", errno.EROFS: "磁盘只读"}.get(
        error.errno or 0, error.strerror or "原因不明"
    )


def _to_measure(adoption: Adoption, period: Period) -> list[Period]:
    """Half-years of the plan that were not measured yet, and ``period`` at the end."""
    earlier = [one for one in adoption.plan.half_years if one < period]
    return [one for one in earlier if measurement_of(adoption, one) is None] + [period]


class _Progress:
    """Counts the steps as they begin."""

    def __init__(self, report: Report, total: int) -> None:
        self.report, self.total, self.done = report, total, 0

    def __call__(self, saying: str) -> None:
        self.report(self.done, self.total, saying)
        self.done += 1
