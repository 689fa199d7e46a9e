"""``serve``: web and worker start together and end together, and nothing stays behind."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from base import jobs
from tests.worker import ROOT, database_url, wait_for, wait_until_ended

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    children = [int(line) for line in found.stdout.split()]
    return [*children, *(grandchild for child in children for grandchild in children_of(child))]


def is_alive(pid: int) -> bool:
    """And not merely waiting to be buried."""
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except OSError:
        return False


@pytest.fixture
def served(tmp_path):
    port = free_port()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()}
    with (tmp_path / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={port}"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    process.port, process.log = port, tmp_path / "serve.log"
    try:
        wait_for(lambda: "系统已启动" in process.log.read_text(), what="the start")
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_everything(served, number):
    family = children_of(served.pid)
    assert len(family) >= 2
    served.send_signal(number)
    assert served.wait(20) == 0
    assert [pid for pid in family if is_alive(pid)] == []
    assert "已停止" in served.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_killed_it_leaves_no_orphan(served):
    family = children_of(served.pid)
    served.kill()
    wait_for(lambda: not any(is_alive(pid) for pid in family), what="the end of its children")


def test_a_job_is_done_though_the_worker_was_killed(served, tmp_path):
    worker = next(pid for pid in children_of(served.pid) if "celery" in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not is_alive(worker), what="its death")
    job = jobs.start("test.steps", key="k", args={"path": str(tmp_path / "out"), "steps": 2}, by=None)
    assert wait_until_ended(job).state == "done"


def test_a_port_that_is_taken_is_named(served):
    second = subprocess.run(
        [sys.executable, "manage.py", "serve", f"--port={served.port}"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode != 0
    assert f"端口 {served.port} 已被占用" in second.stderr
