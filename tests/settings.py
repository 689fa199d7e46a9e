"""The product's settings as tests want them: nothing of var/, nothing left behind, cheap passwords, no day pinned.

DATABASE_URL and REDIS_URL are honoured, so that the same tests run on PostgreSQL and Redis. SQLite is a file, because
a browser's server thread and a real worker process read it too.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TEST_DATA_DIR" not in os.environ:  # one folder for the whole run; xdist's workers and a Celery worker inherit it
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="edu-plan-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_DATA_DIR"], ignore_errors=True)

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATA_DIR"] = str(Path(os.environ["TEST_DATA_DIR"]) / WORKER)
Path(os.environ["DATA_DIR"]).mkdir(exist_ok=True)
os.environ.pop("PLAN_TODAY", None)
if "TEST_TODAY" in os.environ:  # a Celery worker lives on the day that its test has pinned
    os.environ["PLAN_TODAY"] = os.environ["TEST_TODAY"]
os.environ["DEBUG"] = "1"

from edu_plan.settings import *  # noqa: E402, F403
from edu_plan.settings import DATA_DIR, DATABASES, INSTALLED_APPS, LOGGING, STORAGES  # noqa: E402

DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "tests"]  # a real worker finds tests/jobs.py
CELERY_TASK_DEFAULT_QUEUE = f"tests-{DATA_DIR.parent.name}-{WORKER}"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
RATELIMIT_ENABLE = False  # tests/edu_plan/test_limits.py switches it on
WHITENOISE_AUTOREFRESH = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = LOGGING | {"root": {"handlers": ["console"], "level": "WARNING"}}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
