"""Whether the installation can work: what /readyz answers, and doctor asks too."""

import logging
import shutil
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from base import files, pulse
from base.restoring import wanted_migrations

log = logging.getLogger(__name__)

PATIENCE = 3  # seconds for Redis to answer


class UnwellError(Exception):
    """What is wrong, in Chinese."""


def database() -> None:
    connection.ensure_connection()
    if not connection.is_usable():
        connection.close()
        raise UnwellError("连不上")


def migrations() -> None:
    missing = len(wanted_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    if missing:
        raise UnwellError(f"有 {missing} 项更新没有执行，请运行 migrate")


def broker() -> None:
    if settings.REDIS_URL:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        ) as client:
            client.ping()


def disk() -> None:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < settings.DISK_MIN_MB * files.MB:
        raise UnwellError(f"只剩 {files.megabytes(free)}")


def beat() -> None:
    since = pulse.age(pulse.BEAT)
    if since is None:
        raise UnwellError("没有运行过")
    if not pulse.lives(pulse.BEAT):
        raise UnwellError(f"已 {since / 60:.0f} 分钟没有动静")


PARTS: dict[str, Callable[[], None]] = {
    "数据库": database,
    "数据库结构": migrations,
    "任务队列": broker,
    "磁盘": disk,
    "定时进程": beat,
}


def states() -> dict[str, str]:
    """What is wrong with each part; "" if nothing."""
    return {name: state_of(name) for name in PARTS}


def state_of(name: str) -> str:
    try:
        PARTS[name]()
    except UnwellError as unwell:
        return str(unwell)
    except Exception:  # whatever it is, it is not ready; why stands in the log
        log.exception("not ready: %s", name)
        return "连不上"
    return ""
