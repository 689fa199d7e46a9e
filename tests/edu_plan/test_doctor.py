"""What doctor finds, and says to do about it."""

import datetime
import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from base import append_only, audit, clock, pulse, sealing
from base.models import Job, JobState
from edu_plan import doctor, health
from reports.assessment import guard
from tests import factories

WELL = {
    "DEMO": False,
    "REQUIRE_SECOND_FACTOR": True,
    "SECRET_KEY": "J7w-0fX2mQ9sLz4tBvC1kPyR8uHdE6nGaTqW3oYiZxU5cMbKjVlSrN",
    "TLS": True,
    "PROXIES": 1,
    "ALLOWED_HOSTS": ["plan.example.cn"],
    "EMAIL_HOST": "mail.example.cn",
    "SITE_URL": "https://plan.example.cn",
}


@pytest.fixture(autouse=True)
def well(settings, tmp_path, monkeypatch, administrator, auditor):
    """An installation without a fault; SQLite alone, where the tests run on it, is pointed out."""
    for name, value in WELL.items():
        setattr(settings, name, value)
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path
    (tmp_path / "staticfiles.json").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    pulse.beat(pulse.BEAT)
    pulse.beat(pulse.WORKER)
    audit.record(None, "backed_up", by=None)
    sealing.seal()


def found() -> dict[str, list[str]]:
    """What is not good, by part."""
    told: dict[str, list[str]] = {}
    for finding in doctor.examine():
        if finding.sign != doctor.GOOD and not finding.text.startswith("用的是 SQLite"):
            told.setdefault(finding.part, []).append(finding.sign + finding.text)
    return told


def test_a_well_one_is_well():
    assert found() == {}
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "✓ 时钟：正常" in out.getvalue()
    assert "0 处必须处理" in out.getvalue()


@pytest.mark.parametrize(
    ("part", "said", "changed"),
    [
        ("设置", "DEBUG=1", {"DEBUG": True}),
        ("设置", "DEMO=1", {"DEMO": True}),
        ("设置", "PLAN_TODAY", {"PLAN_TODAY": datetime.date(2025, 7, 3)}),
        ("设置", "REQUIRE_SECOND_FACTOR=0", {"REQUIRE_SECOND_FACTOR": False}),
        ("设置", "SECRET_KEY", {"SECRET_KEY": "short"}),
        ("网址", "TLS=0", {"TLS": False}),
        ("网址", "ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["127.0.0.1", "localhost"]}),
        ("网址", "PROXIES=0", {"PROXIES": 0}),
        ("邮件", "EMAIL_HOST", {"EMAIL_HOST": ""}),
        ("邮件", "SITE_URL", {"SITE_URL": ""}),
        ("任务队列", "Redis", {"REDIS_URL": "redis://127.0.0.1:1/0"}),
        ("文件", "磁盘", {"DISK_MIN_MB": 10**9}),
    ],
)
def test_names_a_setting_that_is_wrong(part, said, changed, settings):
    for name, value in changed.items():
        setattr(settings, name, value)
    (text,) = found()[part]
    assert said in text


def test_a_fault_ends_with_1(settings):
    settings.TLS = False
    with pytest.raises(CommandError, match="1 处必须处理"):
        call_command("doctor", stdout=StringIO())


def test_a_database_that_is_away_hides_nothing_else(settings, monkeypatch):
    monkeypatch.setitem(health.PARTS, "数据库", lambda: 1 / 0)
    settings.TLS = False
    assert set(found()) == {"数据库", "网址"}


def test_migrations_that_are_missing(monkeypatch):
    monkeypatch.setattr(health, "wanted_migrations", lambda: frozenset({("base", "9999_later")}))
    assert found() == {"数据库结构": ["✗有 1 项更新没有执行，请运行 migrate。更新程序后都要运行。"]}


def test_an_old_postgres(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(connection, "get_database_version", lambda: (13, 9))
    monkeypatch.setattr(append_only, "unguarded", lambda connection: [])
    monkeypatch.setattr(append_only, "triggers", lambda connection: {guard.NAME})
    assert found()["数据库"] == ["✗PostgreSQL 13 太旧，应为 14 或更新。"]


def test_triggers_that_are_gone():
    append_only.unguard(connection)
    try:
        assert "base_auditrow" in found()["触发器"][0]
    finally:
        append_only.guard(connection)


def test_clocks_apart(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(clock, "instant", lambda: now + datetime.timedelta(seconds=40))
    assert "时钟相差 40 秒" in found()["时钟"][0] or "时钟相差 39 秒" in found()["时钟"][0]


def test_processes_that_do_not_run(tmp_path):
    for path in (tmp_path / "files" / "pulse").iterdir():
        path.unlink()
    assert found() == {
        "后台进程": ["✗没有后台进程在运行，请启动 worker。"],
        "定时进程": [f"✗没有运行过。请启动 {doctor_starts()}。"],
    }


def doctor_starts() -> str:
    from django.conf import settings

    return "beat（只能一个）" if settings.REDIS_URL else "worker"


def test_jobs_that_wait_or_failed(db):
    long_ago = clock.now() - datetime.timedelta(hours=1)
    Job.objects.create(kind="mail", key="a", created_at=long_ago)
    for _ in range(2):
        Job.objects.create(kind="mail", key="b", state=JobState.FAILED, created_at=long_ago, finished_at=long_ago)
    assert [text[:9] for text in found()["后台任务"]] == ["✗有 1 项任务排", "!有 1 项任务没"]


def test_files_that_cannot_be_written(tmp_path):
    files = tmp_path / "files"
    files.rename(tmp_path / "gone")
    files.touch()
    assert "写不进去" in found()["文件"][0]


def test_a_server_without_chinese_fonts(monkeypatch):
    monkeypatch.setattr("reports.documents.pdf.has_chinese_fonts", lambda: False)
    assert "中文字体" in found()["PDF"][0]


def test_audit_rows_that_nobody_seals(monkeypatch):
    with clock.pinned(timezone.localdate() - datetime.timedelta(days=1)):
        audit.record(None, "logout", by=factories.make_user())
    assert "有 1 行审计记录" in found()["审计封存"][0]


def test_people_and_backups_that_are_missing(administrator, auditor):
    later = timezone.localdate() + datetime.timedelta(days=8)
    administrator.posts.all().delete()
    auditor.posts.all().delete()
    assert [text[:6] for text in found()["人员"]] == ["!还没有系统", "!还没有安全"]
    with clock.pinned(later):
        assert found()["备份"] == ["!七天内没有用 backup 备份过。"]
