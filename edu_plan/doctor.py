"""What a deployment lacks, part by part, and what to do about it, in Chinese: for whoever installs or keeps it."""

import datetime
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models.functions import Now

from base import append_only, clock, pulse, sealing
from base.models import AuditRow, Job, JobState
from edu_plan import env, health
from reports.assessment import guard
from schools.models import Role, User

log = logging.getLogger(__name__)

OLDEST_POSTGRES = 14  # that Django supports
CLOCKS_APART = 5  # seconds; codes of phones change every thirty
UNSEALED_FOR = datetime.timedelta(minutes=10)
WAITING_FOR = datetime.timedelta(minutes=15)
BACKED_UP_WITHIN = datetime.timedelta(days=7)
GOOD, WARNING, FAULT = "✓", "!", "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """``sign``: FAULT must be mended, WARNING should be looked at."""

    sign: str
    part: str
    text: str


Told = Iterator[tuple[str, str]]


def examine() -> Iterator[Finding]:
    """Every part in turn; one that has nothing to say is good. Without its tables what asks them is left out."""
    has_tables = not health.state_of("数据库") and not health.state_of("数据库结构")
    for part, look in LOOKS.items():
        if has_tables or part not in OF_TABLES:
            yield from _findings(part, look)


def _findings(part: str, look: Callable[[], Told]) -> Iterator[Finding]:
    told = 0
    try:
        for told, (sign, text) in enumerate(look(), 1):  # noqa: B007
            yield Finding(sign, part, text)
    except Exception:  # a look that fails is a finding, too
        log.exception("doctor: %s", part)
        yield Finding(FAULT, part, "检查不了，原因见日志。")
        return
    if not told:
        yield Finding(GOOD, part, "正常")


def _state(name: str, todo: str) -> Callable[[], Told]:
    """A part of /readyz, with what to do."""

    def look() -> Told:
        if state := health.state_of(name):
            yield FAULT, f"{state}。{todo}"

    return look


def _settings() -> Told:
    if settings.DEBUG:
        yield FAULT, "DEBUG=1 会把出错细节显示给任何人，应设为 0。"
    if settings.DEMO and not settings.DEBUG:
        yield FAULT, "DEMO=1 允许人人知道密码的演示账号，应设为 0。"
    if settings.PLAN_TODAY:
        yield FAULT, f"PLAN_TODAY 把日期固定在 {settings.PLAN_TODAY}，应去掉。"
    if not settings.REQUIRE_SECOND_FACTOR:
        yield FAULT, "REQUIRE_SECOND_FACTOR=0，科室人员、局领导和管理员只凭密码就能登录，应设为 1。"
    if len(settings.SECRET_KEY) < env.KEY_LENGTH:
        yield FAULT, f"SECRET_KEY 不足 {env.KEY_LENGTH} 个字符，应换成随机串。"
    if os.geteuid() == 0:
        yield WARNING, "正以 root 运行，应改用没有特权的账号。"


def _address() -> Told:
    if not settings.TLS:
        yield FAULT, "TLS=0，密码和数据在网络上不加密，应在代理上配好证书并设为 1。"
    if {*settings.ALLOWED_HOSTS} <= {"localhost", "127.0.0.1", "[::1]"}:
        yield FAULT, "ALLOWED_HOSTS 里没有对外的域名，别的电脑打不开。"
    if settings.TLS and not settings.PROXIES:
        yield WARNING, "PROXIES=0，若前面有代理，登录锁定和审计记录认到的都是代理的地址，应设为代理的层数。"


def _mail() -> Told:
    if not settings.EMAIL_HOST:
        yield WARNING, "没有设 EMAIL_HOST，催报和通知只在网页上，不发邮件。"
    elif not settings.SITE_URL:
        yield WARNING, "没有设 SITE_URL，邮件里没有链接。"


def _database() -> Told:
    if state := health.state_of("数据库"):
        yield FAULT, f"{state}。请检查 DATABASE_URL 和数据库服务。"
    elif connection.vendor != "postgresql":
        yield WARNING, "用的是 SQLite，只适合一台电脑上试用，正式使用应换 PostgreSQL（用 backup、restore 搬迁）。"
    elif (version := connection.get_database_version()) < (OLDEST_POSTGRES,):
        yield FAULT, f"PostgreSQL {version[0]} 太旧，应为 {OLDEST_POSTGRES} 或更新。"


def _triggers() -> Told:
    missing = append_only.unguarded(connection)
    if guard.NAME not in append_only.triggers(connection):
        missing.append(f"{guard.LINES}（成绩类目标）")
    if missing:
        yield FAULT, f"数据表 {'、'.join(missing)} 没有触发器保护，请运行 migrate。"


def _clocks() -> Told:
    at = ContentType.objects.annotate(at=Now()).values_list("at", flat=True).first()
    apart = abs((clock.instant() - at).total_seconds()) if at else 0
    if apart > CLOCKS_APART:
        yield FAULT, f"本机与数据库的时钟相差 {apart:.0f} 秒，动态码会失效，请让两边都与时间服务器同步。"


def _queue() -> Told:
    if not settings.REDIS_URL:
        if connection.vendor == "postgresql":
            yield WARNING, "没有设 REDIS_URL，后台只能有一个进程。"
    elif state := health.state_of("任务队列"):
        yield FAULT, f"{state}。请检查 REDIS_URL 和 Redis 服务；修好以前保存和审核照常，测算和邮件会推迟。"


def _worker() -> Told:
    if not pulse.lives(pulse.WORKER):
        yield FAULT, "没有后台进程在运行，请启动 worker。"


def _beat() -> Told:
    if state := health.state_of("定时进程"):
        start = "beat（只能一个）" if settings.REDIS_URL else "worker"
        yield FAULT, f"{state}。请启动 {start}。"


def _jobs() -> Told:
    long_ago = clock.now() - WAITING_FOR
    waiting = Job.objects.filter(state=JobState.QUEUED, created_at__lt=long_ago).count()
    if waiting:
        yield FAULT, f"有 {waiting} 项任务排队超过 15 分钟，请看后台进程的日志。"
    failed = Job.objects.superseded().filter(state=JobState.FAILED, is_superseded=False).count()
    if failed:
        yield WARNING, f"有 {failed} 项任务没有完成，请到“后台任务”看原因并重试。"


def _files() -> Told:
    if state := health.state_of("磁盘"):
        yield FAULT, f"{state}。请清理或扩容 DATA_DIR 所在的磁盘。"
    try:
        with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR / "files"):
            pass
    except OSError:
        yield FAULT, "DATA_DIR/files 写不进去，佐证和表格传不上来，请检查目录的属主和权限。"
    if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield FAULT, "没有收集静态文件，网页没有样式，请运行 collectstatic。"


def _paper() -> Told:
    from reports.documents import pdf

    try:
        import_module("weasyprint")
    except OSError:
        yield FAULT, "没有安装 PDF 排版组件 Pango（libpango-1.0-0、libpangoft2-1.0-0）。"
    if not pdf.has_chinese_fonts():
        yield FAULT, "没有安装中文字体（如 fonts-noto-cjk）。"


def _people() -> Told:
    people = User.objects.filter(is_active=True)
    if not people.filter(posts__role=Role.ADMINISTRATOR).exists():
        yield WARNING, "还没有系统管理员，请用 createsuperuser 建一个，再给自己任职。"
    if not people.filter(posts__role=Role.AUDITOR).exists():
        yield WARNING, "还没有安全审计员。"


def _audit() -> Told:
    """A pinned day says nothing of how long a row has waited."""
    late = AuditRow.objects.filter(pk__gt=sealing.frontier(), at__lt=clock.instant() - UNSEALED_FOR)
    if not settings.PLAN_TODAY and (count := late.count()):
        yield FAULT, f"有 {count} 行审计记录超过 10 分钟没有封存，请启动 worker 和 beat。"


def _backups() -> Told:
    since = clock.now() - BACKED_UP_WITHIN
    if not AuditRow.objects.filter(verb="backed_up", at__gte=since).exists():
        yield WARNING, "七天内没有用 backup 备份过。"


LOOKS: dict[str, Callable[[], Told]] = {
    "设置": _settings,
    "网址": _address,
    "邮件": _mail,
    "数据库": _database,
    "数据库结构": _state("数据库结构", "更新程序后都要运行。"),
    "触发器": _triggers,
    "时钟": _clocks,
    "任务队列": _queue,
    "后台进程": _worker,
    "定时进程": _beat,
    "后台任务": _jobs,
    "文件": _files,
    "PDF": _paper,
    "人员": _people,
    "审计封存": _audit,
    "备份": _backups,
}
OF_TABLES = {"触发器", "时钟", "后台任务", "人员", "审计封存", "备份"}
