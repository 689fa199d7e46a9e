"""Work behind the pages. The row in the database is the truth; the broker only wakes a worker.

A room registers the kinds of work it has and starts them::

    @job("bulletin")
    def draft_bulletin(report: Report, *, adoption_id: int, period: str) -> None:
        report(0, 3, "正在测算")
        ...

    started = start("bulletin", key=f"bulletin:{adoption.pk}:{period}", args={...}, by=user)

A worker may die at any moment and a job may then run again, so a kind must be idempotent: running it twice leaves what
running it once leaves. What a kind does between two reports should take less than ``JOB_STALE_AFTER`` seconds, and a
report inside a transaction is seen by nobody before the commit.
"""

import datetime
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from celery import shared_task
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import autodiscover_modules
from kombu.exceptions import OperationalError as BrokerError

from base import audit, clock, files, logs, origin, sealing
from base.models import Job, JobState

if TYPE_CHECKING:
    from schools.models import User

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
AGAIN_AFTER = datetime.timedelta(minutes=30)  # beat asks every hour
INTERRUPTED = "多次中断，没有完成。请重试；仍不行时把任务编号告诉系统管理员。"
BROKEN = "系统出错，没有完成，原有数据没有改动。请重试；仍不行时把任务编号告诉系统管理员。"
# The database was busy or away: the job goes back into the queue. Any other error ends it.
PASSING = (OperationalError,)

Work = Callable[..., None]
_kinds: dict[str, Work] = {}
_labels: dict[str, str] = {}
_running: set[int] = set()  # ids that this process is working on


class JobError(Exception):
    """Ends a job with a message, in Chinese, for the person who waits."""


class SupersededError(Exception):
    """Another worker has taken this job over, or somebody ended it: stop and leave no trace."""


class UnknownKindError(LookupError):
    pass


class Report:
    """``report(done, total, saying)``: how far the job is, in steps, and what it is doing now, in Chinese.

    One short write, which is also the heartbeat; raises SupersededError if the job is no longer ours.
    """

    def __init__(self, job: Job) -> None:
        self.job_id = job.pk
        self.attempt = job.attempts

    def __call__(self, done: int, total: int, saying: str) -> None:
        self.write(done=done, total=total, saying=saying[:200], heartbeat_at=clock.instant())

    def write(self, **columns: Any) -> None:
        ours = Job.objects.filter(pk=self.job_id, state=JobState.RUNNING, attempts=self.attempt)
        if ours.update(**columns) == 0:
            raise SupersededError(f"job {self.job_id}, attempt {self.attempt}")


def job(kind: str, label: str = "") -> Callable[[Work], Work]:
    """Register a function of a room's jobs.py as what a ``kind`` of job does; ``label`` is what people call it."""

    def register(work: Work) -> Work:
        if _kinds.setdefault(kind, work) is not work:
            raise ValueError(f"two jobs are called {kind}")
        _labels[kind] = label or kind
        return work

    return register


def work_of(kind: str) -> Work:
    if kind not in _kinds:
        autodiscover_modules("jobs")
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownKindError(kind) from None


def label_of(kind: str) -> str:
    """Of a kind that this version doesn't know, its name."""
    with suppress(UnknownKindError):
        work_of(kind)
    return _labels.get(kind, kind)


@transaction.atomic
def start(
    kind: str,
    *,
    key: str,
    args: dict[str, Any] | None = None,
    by: "User | None",
    district_id: int | None = None,
) -> Job:
    """A job under way: a new one, or the active one that has the same ``key`` already.

    ``args`` are ids and short texts, passed to the kind by name. The job is of the district given, else of the one that
    keeps the person's account. A worker is woken when the transaction commits.
    """
    work_of(kind)
    place = district_id or (by.district_id if by else None)
    fresh = Job(kind=kind, key=key, args=args or {}, by=by, district_id=place, created_at=clock.now())
    while True:
        joined = Job.objects.active().filter(key=key).first()
        if joined is not None:
            return joined
        try:
            with transaction.atomic():
                fresh.save(force_insert=True)
        except IntegrityError:
            continue  # another one came first; it is read next time round
        log.info("Job %s waits", fresh.pk, extra={"fields": {"job": fresh.pk, "kind": kind}})
        transaction.on_commit(partial(wake, fresh.pk))
        return fresh


@transaction.atomic
def retry(failed: Job, *, by: "User") -> Job:
    """Begin a failed job again, once: whoever comes second, or after it was begun anew otherwise, is refused with a
    JobError."""
    mine = Job.objects.select_for_update().get(pk=failed.pk)
    if mine.state != JobState.FAILED or Job.objects.filter(key=mine.key, pk__gt=mine.pk).exists():
        raise JobError("这项任务没有失败，或已经重新开始。")
    again = start(mine.kind, key=mine.key, args=mine.args, by=by, district_id=mine.district_id)
    audit.record(again, "retried", by=by, before=mine.pk, after=mine.kind)
    return again


def start_once(
    kind: str,
    *,
    key: str,
    args: dict[str, Any] | None = None,
    by: "User | None",
    district_id: int | None = None,
) -> Job | None:
    """``start``, unless a job of that ``key`` is under way or done. One that failed is begun again, but not at once:
    the only worker's timer asks every minute."""
    failed_before = Q(state=JobState.FAILED, finished_at__lte=clock.now() - AGAIN_AFTER)
    if Job.objects.filter(key=key).exclude(failed_before).exists():
        return None
    return start(kind, key=key, args=args, by=by, district_id=district_id)


def has_failed_lately(key: str) -> bool:
    """Whether it is too early to begin it again by itself."""
    newest = Job.objects.filter(key=key).first()
    return newest is not None and newest.state == JobState.FAILED and newest.finished_at > clock.now() - AGAIN_AFTER


def wake(job_id: int) -> None:
    """Ask a worker to look at a job; asking twice does no harm, and where asking fails a sweep makes up for it."""
    try:
        run.delay(job_id)
    except (BrokerError, OSError):
        log.exception("No worker could be woken for job %s", job_id)


@shared_task(name="base.run")
def run(job_id: int) -> None:
    """Do a job if it waits or was left lying; otherwise do nothing."""
    claimed = claim(job_id)
    if claimed is None:
        return
    _running.add(job_id)
    try:
        with logs.tied(job=job_id):
            execute(claimed)
    finally:
        _running.discard(job_id)


def claim(job_id: int) -> Job | None:
    """Take a job for this worker: of several workers that try, one gets it."""
    now = clock.instant()
    taken = (
        claimable()
        .filter(pk=job_id)
        .update(
            state=JobState.RUNNING,
            attempts=F("attempts") + 1,
            started_at=now,
            heartbeat_at=now,
            done=0,
            total=0,
            saying="",
        )
    )
    return Job.objects.get(pk=job_id) if taken else None


def claimable() -> "QuerySet[Job]":
    """Waiting, or running by the row but silent for too long."""
    silent_since = clock.instant() - datetime.timedelta(seconds=settings.JOB_STALE_AFTER)
    return Job.objects.filter(
        Q(state=JobState.QUEUED)
        | Q(state=JobState.RUNNING) & (Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=silent_since))
    )


def execute(claimed: Job, report: Report | None = None) -> None:
    """Run a claimed job to its end, and write down which end that was."""
    report = report or Report(claimed)
    try:
        if claimed.attempts > MAX_ATTEMPTS:
            raise JobError(INTERRUPTED)
        with origin.coming_from(f"后台任务 {claimed.kind}"):
            work_of(claimed.kind)(report, **claimed.args)
        report.write(state=JobState.DONE, finished_at=clock.now(), done=F("total"), saying="", error="")
    except SupersededError as error:
        log.warning("Left to another worker: %s", error)
    except PASSING:
        log.exception("Job %s was interrupted and waits again", claimed.pk)
        give_up(report, state=JobState.QUEUED)
    except (JobError, ValidationError) as error:
        log.warning("Job %s ended; its row says why", claimed.pk)
        message = "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
        give_up(report, state=JobState.FAILED, finished_at=clock.now(), error=message)
    except Exception:
        log.exception("Job %s failed", claimed.pk)
        give_up(report, state=JobState.FAILED, finished_at=clock.now(), error=BROKEN)


def give_up(report: Report, **columns: Any) -> None:
    try:
        report.write(**columns)
    except SupersededError as error:
        log.warning("Left to another worker: %s", error)


def forget_heartbeats() -> None:
    """Called by the only worker there is, at its start: whatever runs by the rows was left by one that died."""
    Job.objects.filter(state=JobState.RUNNING).update(heartbeat_at=None)


@shared_task(name="base.sweep")
def sweep() -> None:
    """Wake a worker for every job that waits or was left lying (a message was lost, a worker died)."""
    if _running:
        return  # this process is the worker, and busy
    for job_id in claimable().order_by("pk").values_list("pk", flat=True):
        wake(job_id)


@shared_task(name="base.sweep_files")
def sweep_files() -> None:
    """Once a day: the bytes of files that nobody has any more."""
    swept = files.sweep()
    if swept:
        log.info("%s files that no row names were removed", swept)


@shared_task(name="base.seal")
def seal() -> None:
    """Once a minute: what has been written into the audit log since."""
    sealing.seal()
