"""Faults of real servers: the processes of docker-compose.yml with a Redis of their own, which a test may stop.

``make faults`` alone runs them (FAULTS=1), on the PostgreSQL that DATABASE_URL names.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.base.test_serve import free_port
from tests.journey.conftest import signed_in  # noqa: F401  a fixture
from tests.rehearsal.conftest import Rehearsal, demo, django_db_setup, live_server, worker  # noqa: F401  fixtures
from tests.services import redis_answers
from tests.worker import wait_for


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("FAULTS") != "1":
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(reason="make faults"))


class OwnRedis:
    """Keeps nothing: what is started again is empty."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(lambda: redis_answers(self.url), what="Redis")

    def fall_silent(self) -> None:
        """It takes what comes, and answers nothing, as behind a network that is cut."""
        self.process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
def own_redis() -> Iterator[OwnRedis]:
    redis = OwnRedis()
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture(scope="session")
def rehearsal(django_db_setup, own_redis, tmp_path_factory) -> Iterator[Rehearsal]:  # noqa: F811
    made = Rehearsal(tmp_path_factory.mktemp("faults"), own_redis.url, JOB_STALE_AFTER="5", JOB_SWEEP_EVERY="2")
    try:
        made.start()
        made.wait_until_healthy()
        yield made
    finally:
        made.end()
