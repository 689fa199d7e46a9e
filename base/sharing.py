"""A job that many workers do together: its row starts a job for each share, its worker takes shares like any other, and
it is done when all are. So one worker is enough, each further one helps, and the row tells how far all of them are."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Sum

from base import jobs
from base.models import Job, JobState

POLL = 0.2  # seconds between two looks at the shares of others
ENDED = "{failed} 份没有完成：{error}"


class Share(NamedTuple):
    args: dict[str, Any]
    steps: int  # that it reports


def together(report: jobs.Report, kind: str, shares: Sequence[Share], saying: str) -> None:
    """Have a job of ``kind`` do each of the ``shares``, once; ``saying`` tells of ``{done}`` and ``{total}`` steps.

    A worker that takes this over from a dead one finds the shares that were begun. Raises JobError if one failed.
    """
    keys = [f"{kind}:{report.job_id}:{number}" for number in range(len(shares))]
    by = Job.objects.get(pk=report.job_id).by
    for key, share in zip(keys, shares, strict=True):
        jobs.start_once(kind, key=key, args=share.args, by=by)
    ours, total = Job.objects.filter(key__in=keys), sum(share.steps for share in shares)
    while ours.active().exists():
        done = min(total, _done(ours))
        report(done, total, saying.format(done=done, total=total))
        waiting = jobs.claimable().filter(key__in=keys).order_by("-pk").first()  # the others begin with the first
        if waiting is None:
            time.sleep(POLL)
        else:
            jobs.run(waiting.pk)
    failed = ours.filter(state=JobState.FAILED)
    if failed:
        raise jobs.JobError(ENDED.format(failed=len(failed), error=failed[0].error))
    report(total, total, saying.format(done=total, total=total))


def follow(job_id: int, tell: Callable[[str], None]) -> Job:
    """Wait until the job is over, or do it here if no worker has taken it; ``tell`` hears how far it is."""
    claimed = jobs.claim(job_id)
    if claimed is not None:
        jobs.execute(claimed, _Told(claimed, tell))
    while (job := Job.objects.get(pk=job_id)).is_active:
        tell(job.saying)
        time.sleep(5 * POLL)
    return job


class _Told(jobs.Report):
    def __init__(self, job: Job, tell: Callable[[str], None]) -> None:
        super().__init__(job)
        self.tell = tell

    def __call__(self, done: int, total: int, saying: str) -> None:
        super().__call__(done, total, saying)
        self.tell(saying)


def _done(shares: QuerySet[Job]) -> int:
    return shares.aggregate(done=Sum(F("done")))["done"] or 0
