"""Computing an assessment (a job does).

Refused here too: computing what has been shown, or before the year's last forms were due. Objections, decisions and
publishing build on these rows and never overwrite them.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit, clock, jobs
from base.models import Job
from base.templatetags.quarters import day
from reports.assessment.computing import checksum_of, faults_of, fingerprint_of, rows_of, sheets_of
from reports.assessment.subjects import Year, half_year_of
from reports.measuring import measure
from reports.models import Assessment, AssessmentState, LineScore, SubjectScore
from reports.queries import measurement_of
from schools.models import User
from tasks.models import Adoption

ASSESSMENT = "assessment"
BATCH = 500


def start_assessment(adoption: Adoption, year: int, *, by: User | None) -> Job:
    """Start the job that computes (jobs.py), or join the one that is at it already. Raises ValidationError where it
    can't be computed (yet)."""
    check_year(adoption, year)
    args = {"adoption_id": adoption.pk, "year": year, "by_id": by.pk if by else None}
    return jobs.start(
        ASSESSMENT, key=assessment_key(adoption, year), args=args, by=by, district_id=adoption.district_id
    )


def assessment_key(adoption: Adoption, year: int) -> str:
    return f"{ASSESSMENT}:{adoption.pk}:{year}"


def check_year(adoption: Adoption, year: int) -> None:
    period = half_year_of(year)
    if not adoption.plan.runs_in(period):
        raise ValidationError(f"{year}年不在方案的期限内。", code="year")
    due = adoption.due(period.last)
    if clock.today() <= due:
        raise ValidationError(f"{period.last.label}的数据{day(due)}才截止，过后才能考核{year}年。", code="year")
    standing = Assessment.objects.filter(adoption=adoption, year=year).first()
    if standing is not None and standing.state != AssessmentState.COMPUTED:
        raise ValidationError(f"{year}年度考核{standing.get_state_display()}，不能重新计算。", code="state")


def compute(
    adoption: Adoption,
    year: int,
    *,
    by: User | None,
    job: Job | None = None,
    tell: Callable[[str], None] = lambda saying: None,
) -> Assessment:
    """Score and grade everybody from the stored results of the year's second half, in place of what was computed.

    Where the half-year was never measured, it is measured first. The same inputs give the same checksum. ``tell``
    hears, in Chinese, what is being done. Raises ValidationError with everything that keeps the year from it.
    """
    check_year(adoption, year)
    period = half_year_of(year)
    measurement = measurement_of(adoption, period) or measure(adoption, period, by=by)
    tell(f"正在读取{period.label}的测算结果")
    read = Year(adoption, year, measurement)
    faults = list(faults_of(read))
    if faults:
        raise ValidationError(faults, code="faults")
    tell("正在计分、评定等次")
    sheets = sheets_of(read)
    computed_at = clock.now()  # not before it was read: what counted was confirmed by then (Decided)
    tell(f"正在保存 {len(sheets)} 张考核表")
    columns = {"computed_at": computed_at, "computed_by": by, "job": job, "measured": measurement.checksum}
    columns["fingerprint"] = fingerprint_of(read)
    with transaction.atomic():
        held = Assessment.objects.select_for_update(of=("self",))
        assessment, _ = held.get_or_create(adoption=adoption, year=year, defaults=columns | {"checksum": ""})
        check_year(adoption, year)  # it may have been shown meanwhile
        before = assessment.checksum
        for name, value in columns.items():
            setattr(assessment, name, value)
        assessment.checksum = checksum_of(sheets)
        assessment.save()
        assessment.schemes.set(read.schemes.values())
        assessment.scores.all().delete()
        subjects, lines = rows_of(assessment, sheets)
        SubjectScore.objects.bulk_create(subjects, batch_size=BATCH)
        LineScore.objects.bulk_create(lines, batch_size=BATCH)
        audit.record(assessment, "assessed", by=by, before=before, after=assessment.checksum)
    return assessment
