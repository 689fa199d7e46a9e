"""Measuring all districts of a plan."""

from base.jobs import start
from base.models import Job
from base.quarters import Period
from schools.models import User
from tasks.models import Plan

MEASURING, MEASURING_SHARE = "measure_all", "measure_share"


def start_measuring(plan: Plan, period: Period, *, by: User | None) -> Job:
    """A job that measures every district of the plan for ``period``, or the one that is under way."""
    key = f"{MEASURING}:{plan.pk}:{period}"
    return start(MEASURING, key=key, args={"plan_id": plan.pk, "period": str(period)}, by=by)
