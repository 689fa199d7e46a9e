"""Signs of life that beat and the workers leave for /readyz, doctor and the containers' health checks: files beside
those that every process of the installation shares, so that they tell something even while Redis is away."""

import os
import socket
from pathlib import Path

from django.conf import settings

from base import clock

EVERY = 15  # seconds
SILENT_AFTER = 90
FORGOTTEN_AFTER = 24 * 3600
BEAT, WORKER = "beat", "worker"


def beat(name: str) -> None:
    """``name`` lives, on this machine."""
    path, now = _folder() / f"{name}-{socket.gethostname()}", clock.instant().timestamp()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (now, now))


def age(name: str) -> float | None:
    """Seconds since the newest sign of life, on any machine; None: never one."""
    newest = max((path.stat().st_mtime for path in _folder().glob(f"{name}-*")), default=None)
    return None if newest is None else clock.instant().timestamp() - newest


def lives(name: str) -> bool:
    since = age(name)
    return since is not None and since < SILENT_AFTER


def forget() -> None:
    """Files of machines that have long been gone."""
    long_ago = clock.instant().timestamp() - FORGOTTEN_AFTER
    for path in _folder().glob("*"):
        if path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return settings.DATA_DIR / "files" / "pulse"
