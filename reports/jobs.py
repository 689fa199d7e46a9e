"""The work behind bulletins."""

from base.jobs import JobError, Report, job
from base.models import Job
from base.quarters import Period
from reports.actions import KIND, draft
from reports.measuring import measure
from reports.queries import measurement_of
from schools.models import User
from tasks.models import Adoption

STEPS = 3  # of a measurement: fetch, measure, store


@job(KIND)
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
