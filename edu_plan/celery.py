"""The Celery application, and what a worker does about jobs when it starts and while it waits.

With Redis there may be many workers, and one beat does what is due regularly. Without, messages are files in
DATA_DIR/queue: one solo worker, guarded by a lock, takes over at once what a dead one left, and its timer stands in for
beat.
"""

import fcntl
import os
from typing import Any

from celery import Celery, Task, signals
from celery.schedules import crontab
from celery.utils.log import get_logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_plan.settings")

app = Celery("edu_plan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")

A_MINUTE = 60  # what beat does at its hour looks at the clock itself, and may be asked at any time
log = get_logger(__name__)
_locks: list[int] = []


@signals.setup_logging.connect
def log_as_the_settings_say(**_: Any) -> None:
    """Django has set the log up by then; being asked keeps Celery from doing it another way."""


@signals.before_task_publish.connect(sender="base.sweep")
def beat_lives(**_: Any) -> None:
    """Beat alone publishes this task, whether or not a worker has time for it."""
    from base import pulse

    pulse.beat(pulse.BEAT)


def has_folder_queue() -> bool:
    return str(app.conf.broker_url).startswith("filesystem:")


@signals.celeryd_init.connect
def be_the_only_worker(**_: Any) -> None:
    """A folder of messages has no more than one reader; the lock ends with the process, however it ends."""
    from django.conf import settings

    if not has_folder_queue():
        return
    lock = os.open(settings.DATA_DIR / "worker.lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit("已有一个后台进程在处理这个队列。没有 Redis 时只能有一个。") from None
    _locks.append(lock)


@signals.worker_ready.connect
def take_up_work(sender: Any, **_: Any) -> None:
    from base import jobs, pulse

    pulse.forget()
    pulse.beat(pulse.WORKER)
    sender.timer.call_repeatedly(pulse.EVERY, pulse.beat, (pulse.WORKER,))
    if has_folder_queue():
        jobs.forget_heartbeats()
        for entry in app.conf.beat_schedule.values():
            every = A_MINUTE if isinstance(entry["schedule"], crontab) else entry["schedule"]
            sender.timer.call_repeatedly(every, in_timer, (app.tasks[entry["task"]],))
    jobs.sweep()


def in_timer(task: Task) -> None:
    """In the timer's thread, with a connection of its own that is closed again."""
    from django.db import connection

    from base import pulse

    try:
        pulse.beat(pulse.BEAT)
        task()
    except Exception:
        log.exception("%s failed and is tried again later", task.name)
    finally:
        connection.close()
