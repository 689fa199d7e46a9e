"""Reading the environment, and the static files of an installation for work."""

import datetime
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from edu_plan import env
from tests.worker import ROOT


def test_env_reads(monkeypatch):
    monkeypatch.setenv("X", "1")
    assert (env.flag("X", False), env.text("X"), env.seconds("X", 2), env.whole("X", 2)) == (True, "1", 1.0, 1)
    monkeypatch.setenv("X", "2025-07-03")
    assert env.date("X") == datetime.date(2025, 7, 3)
    monkeypatch.setenv("X", "a, b,")
    assert env.words("X", "") == ["a", "b"]


def test_env_falls_back(monkeypatch):
    monkeypatch.delenv("X", raising=False)
    assert (env.flag("X", True), env.text("X", "d"), env.date("X"), env.seconds("X", 2)) == (True, "d", None, 2)


@pytest.mark.parametrize(
    "read", [lambda: env.flag("X", True), lambda: env.date("X"), lambda: env.seconds("X", 1), lambda: env.whole("X", 1)]
)
def test_env_names_what_it_cannot_read(monkeypatch, read):
    monkeypatch.setenv("X", "yes")
    with pytest.raises(ImproperlyConfigured, match="环境变量 X"):
        read()


def test_env_names_what_is_missing(monkeypatch):
    monkeypatch.delenv("X", raising=False)
    with pytest.raises(ImproperlyConfigured, match="缺少环境变量 X"):
        env.text("X")


def test_without_debug_a_secret_is_wanted(tmp_path):
    environment = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"}
    environment |= {"DEBUG": "0", "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "edu_plan.settings"}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert "缺少环境变量 SECRET_KEY" in result.stderr


def settings_say(expression: str, **environment: str) -> str:
    """What an expression over the product's settings comes to in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", f"from edu_plan import settings as s; print({expression})"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith("EMAIL")} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_email_is_printed_without_a_server_and_sent_with_one(tmp_path):
    expression = "s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_PORT, s.EMAIL_USE_TLS, s.DEFAULT_FROM_EMAIL"
    given = {
        "EMAIL_HOST": "mail.example.cn",
        "EMAIL_PORT": "587",
        "EMAIL_USE_TLS": "1",
        "EMAIL_HOST_USER": "a@example.cn",
    }
    assert settings_say(expression, DATA_DIR=str(tmp_path)) == "console 25 False edu-plan@localhost"
    assert settings_say(expression, DATA_DIR=str(tmp_path), **given) == "smtp 587 True a@example.cn"


def test_every_static_file_that_is_named_exists(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "vendor" / "plotly.min.js").exists()
    assert (tmp_path / "staticfiles.json").exists()
