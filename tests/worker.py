"""A real Celery worker in a process of its own, on the test database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from base.models import Job

ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """Of the test database that this process uses."""
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parts['NAME']}"
    login = quote(parts["USER"]) + (f":{quote(parts['PASSWORD'])}" if parts["PASSWORD"] else "")
    return f"postgres://{login}@{parts['HOST']}:{parts['PORT'] or 5432}/{parts['NAME']}"


def start_worker(log: Path, **environment: str) -> subprocess.Popen:
    """Running, perhaps not ready yet: what is queued meanwhile is taken up when it is. The caller ends it."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "JOB_SWEEP_EVERY": "0.5",
        **({"TEST_TODAY": settings.PLAN_TODAY.isoformat()} if settings.PLAN_TODAY else {}),
        **environment,
    }
    command = [sys.executable, "-m", "celery", "-A", "edu_plan", "worker", "--loglevel=INFO", "--concurrency=1"]
    with log.open("a") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )


@contextmanager
def running_worker(log: Path, **environment: str) -> Iterator[subprocess.Popen]:
    process = start_worker(log, **environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], *, seconds: float = 30, what: str = "it") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds} s")
        time.sleep(0.05)


def wait_until_ended(job: Job, *, seconds: float = 30) -> Job:
    def ended() -> bool:
        job.refresh_from_db()
        return not job.is_active

    wait_for(ended, seconds=seconds, what=f"the end of {job}")
    return job


@pytest.fixture
def worker(transactional_db, tmp_path: Path) -> Iterator[subprocess.Popen]:
    """A worker that serves this test; its log is worker.log in ``tmp_path``."""
    with running_worker(tmp_path / "worker.log") as process:
        yield process
