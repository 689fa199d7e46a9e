"""/healthz and /readyz: part by part, in words, for anybody."""

import os
import socket
from collections import namedtuple

import pytest
from django.db.migrations.recorder import MigrationRecorder

from base import pulse
from edu_plan import health

WELL = "数据库：正常\n数据库结构：正常\n任务队列：正常\n磁盘：正常\n定时进程：正常\n"


@pytest.fixture(autouse=True)
def well(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    pulse.beat(pulse.BEAT)


def unwell(client):
    """The parts that are, as /readyz tells them."""
    response = client.get("/readyz")
    assert response.status_code == 503
    return [line for line in response.text.splitlines() if not line.endswith("：正常")]


def test_alive_asks_no_database(client):
    assert client.get("/healthz").status_code == 200


def test_ready_when_all_is_well(db, client):
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (200, WELL)


def test_both_answer_within_the_installation_without_tls(settings, db, client):
    settings.SECURE_SSL_REDIRECT = True
    assert [client.get(url).status_code for url in ("/healthz", "/readyz", "/login/")] == [200, 200, 301]


def test_a_missing_migration(db, client):
    MigrationRecorder.Migration.objects.filter(app="base").order_by("-pk")[:1].get().delete()
    assert unwell(client) == ["数据库结构：有 1 项更新没有执行，请运行 migrate"]


def test_a_broker_that_is_away(settings, db, client):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://:secret@127.0.0.1:{nobody.getsockname()[1]}/0"
        assert unwell(client) == ["任务队列：连不上"]


def test_a_disk_that_is_nearly_full(settings, db, client, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(3 * 1024 * 1024))
    assert unwell(client) == ["磁盘：只剩 3 MB"]


def test_a_silent_beat(db, client, tmp_path):
    (path,) = (tmp_path / "files" / "pulse").iterdir()
    os.utime(path, (path.stat().st_mtime - 600,) * 2)
    assert unwell(client) == ["定时进程：已 10 分钟没有动静"]
    path.unlink()
    assert unwell(client) == ["定时进程：没有运行过"]


def test_a_database_that_is_away_is_named_and_nothing_else_told(client, monkeypatch):
    def away(*_):
        raise ConnectionError("password=geheim host=db1")

    monkeypatch.setitem(health.PARTS, "数据库", away)
    monkeypatch.setitem(health.PARTS, "数据库结构", away)
    assert unwell(client) == ["数据库：连不上", "数据库结构：连不上"]
