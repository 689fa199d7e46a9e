"""The processes of docker-compose.yml on this machine: their commands, variables and order, with the places changed.

``make rehearse`` alone runs it (REHEARSE=1), on the PostgreSQL and the Redis that DATABASE_URL and REDIS_URL name; it
makes a database of its own, and removes it.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests.base.test_serve import free_port
from tests.rehearsal import compose
from tests.worker import ROOT, database_url, wait_for

DATABASE = "edu_rehearsal"
# What is at another place here, or wanted by a demo; by test_compose.py no other name.
HERE = {
    "SECRET_KEY_FILE": "secret_key",
    "DATABASE_URL_FILE": "database_url",
    "EMAIL_HOST_PASSWORD_FILE": "email_password",
    "REDIS_URL": "",
    "DATA_DIR": "data",
    "BIND": "",
    "BEAT_SCHEDULE": "beat",
    "XDG_CACHE_HOME": "cache",
    "TLS": "0",
    "PROXIES": "0",
    "REQUIRE_SECOND_FACTOR": "0",
    "DEMO": "1",
    "PLAN_TODAY": "2025-07-03",
}
PLACES = (
    "SECRET_KEY_FILE",
    "DATABASE_URL_FILE",
    "EMAIL_HOST_PASSWORD_FILE",
    "DATA_DIR",
    "BEAT_SCHEDULE",
    "XDG_CACHE_HOME",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("REHEARSE") != "1":
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(reason="make rehearse"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """An empty database: what is in it, the migrations of the rehearsal make."""
    parts = connection.settings_dict
    login = {"host": parts["HOST"], "port": parts["PORT"] or 5432, "user": parts["USER"], "password": parts["PASSWORD"]}
    server = psycopg2.connect(dbname=parts["NAME"], **login)
    server.autocommit = True
    with django_db_blocker.unblock(), server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
        parts["NAME"] = DATABASE
        yield
        connection.close()
        cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    server.close()


class Rehearsal:
    """Runs what the file says, in its order, and knows what runs."""

    def __init__(self, folder: Path, redis_url: str, **more: str) -> None:
        self.folder, self.port, self.running = folder, free_port(), {}
        self.here = HERE | {name: str(folder / HERE[name]) for name in PLACES}
        self.here |= {"REDIS_URL": redis_url, "BIND": f"127.0.0.1:{self.port}"} | more
        for name, content in (("secret_key", secrets.token_urlsafe(50)), ("database_url", database_url())):
            (folder / name).write_text(content)
        (folder / "email_password").touch()
        self.services = {one.name: one for one in compose.services({"ALLOWED_HOSTS": "127.0.0.1"})}

    def start(self) -> None:
        self.manage("collectstatic", "--no-input")  # which the image has done
        for one in self.services.values():
            if one.is_ours:
                sys.stdout.write(f"{one.name}: {' '.join(one.command)}\n")
                self.begin(one)

    def begin(self, one: compose.Service) -> None:
        if one.ends:
            assert self.run(one, one.command).returncode == 0, self.log(one.name)
            return
        with self.log_of(one.name).open("a") as log:
            self.running[one.name] = subprocess.Popen(
                one.command,
                cwd=ROOT,
                env=self.environment(one),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_healthy(self) -> None:
        for name in self.running:
            wait_for(lambda name=name: self.is_healthy(name), seconds=120, what=f"the health of {name}")

    def is_healthy(self, name: str) -> bool:
        one = self.services[name]
        time.sleep(0.5)
        return self.run(one, one.health).returncode == 0

    def run(self, one: compose.Service, command: list[str]) -> subprocess.CompletedProcess:
        with self.log_of(one.name).open("a") as log:
            return subprocess.run(
                command, cwd=ROOT, env=self.environment(one), stdout=log, stderr=subprocess.STDOUT, check=False
            )

    def manage(self, *arguments: str) -> None:
        one = self.services["migrate"]
        ended = self.run(one, ["python", "manage.py", *arguments])
        assert ended.returncode == 0, self.log(one.name)

    def environment(self, one: compose.Service) -> dict[str, str]:
        return compose.environment_of(one, self.here)

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def log(self, name: str) -> str:
        return self.log_of(name).read_text()

    def kill(self, name: str) -> None:
        """With all that it started, as a machine that loses its power does."""
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait()

    def end(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(60)


@pytest.fixture(scope="session")
def rehearsal(django_db_setup, tmp_path_factory) -> Iterator[Rehearsal]:
    made = Rehearsal(tmp_path_factory.mktemp("rehearsal"), settings.REDIS_URL)
    try:
        made.start()
        made.wait_until_healthy()
        yield made
    finally:
        made.end()


@pytest.fixture
def live_server(rehearsal) -> SimpleNamespace:
    """In the place of pytest-django's, which has settings to enable."""
    nothing = override_settings()
    return SimpleNamespace(url=f"http://127.0.0.1:{rehearsal.port}", _live_server_modified_settings=nothing)


@pytest.fixture
def demo(rehearsal, db) -> None:
    """As a district is installed."""
    rehearsal.manage("load_plan", "fixtures/plan_2023_2025.yaml")
    rehearsal.manage("seed_demo", "--schools", "10")


@pytest.fixture
def worker(rehearsal) -> None:
    """The one that the file names."""
