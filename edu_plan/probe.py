"""``python edu_plan/probe.py web|worker|beat``: exit 0 if that process of this container lives; for health checks, so
without Django and at once.

web is asked for /healthz; the others leave signs of life on the disk (base/pulse.py).
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SILENT_AFTER = 90  # seconds, as base.pulse says


def web() -> bool:
    """By a name that the installation answers to, at the address on which gunicorn listens."""
    port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").partition(",")[0].strip()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host.lstrip(".")})
    try:
        with urllib.request.urlopen(request, timeout=4) as response:  # noqa: S310  our own address  # nosec B310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def lives(name: str) -> bool:
    path = Path(os.environ.get("DATA_DIR", "var")) / "files" / "pulse" / f"{name}-{socket.gethostname()}"
    try:
        return time.time() - path.stat().st_mtime < SILENT_AFTER
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    asked = sys.argv[1]
    sys.exit(0 if (web() if asked == "web" else lives(asked)) else 1)
