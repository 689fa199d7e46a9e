"""Reading the environment, and the static files of an installation for work."""

import datetime
import os
import secrets
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from edu_plan import env
from tests.worker import ROOT

STRONG = "J7w-0fX2mQ9sLz4tBvC1kPyR8uHdE6nGaTqW3oYiZxU5cMbKjVlSrN"


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


def test_env_reads_a_secret_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "key"))
    assert env.secret("X") == "s3cret"
    monkeypatch.setenv("X", "another")
    with pytest.raises(ImproperlyConfigured, match="只能设一个"):
        env.secret("X")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_env_names_a_secret_file_that_cannot_be_read(monkeypatch, tmp_path, content):
    if content:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("X_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="X_FILE"):
        env.secret("X")


@pytest.mark.parametrize("key", ["changeme", "a" * 60, "django-insecure-" + STRONG, ""])
def test_a_weak_key_is_refused(monkeypatch, key):
    monkeypatch.setenv("X", key)
    with pytest.raises(ImproperlyConfigured, match="X 太弱"):
        env.strong_key("X")


@pytest.mark.parametrize("names", ["", "*", "plan.example.cn,*"])
def test_hosts_are_named(monkeypatch, names):
    monkeypatch.setenv("X", names)
    with pytest.raises(ImproperlyConfigured, match="环境变量 X"):
        env.hosts("X")


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """manage.py as an installation for work runs it, with nothing set but ``environment``."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "HOME")}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"DEBUG": "0", "DJANGO_SETTINGS_MODULE": "edu_plan.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.security
@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_an_installation_for_work_does_not_start_without(missing, tmp_path):
    given = {"SECRET_KEY": STRONG, "ALLOWED_HOSTS": "plan.example.cn", "DATA_DIR": str(tmp_path)}
    result = manage("check", **{name: value for name, value in given.items() if name != missing})
    assert (result.returncode, f"环境变量 {missing}" in result.stderr) == (1, True)


@pytest.mark.security
def test_check_deploy_is_clean(tmp_path):
    """Warnings fail, too; the one silenced is Django's wish for a preload list."""
    (tmp_path / "key").write_text(STRONG)
    result = manage(
        *("check", "--deploy", "--fail-level", "WARNING"),
        SECRET_KEY_FILE=str(tmp_path / "key"),
        ALLOWED_HOSTS="plan.example.cn",
        CSRF_TRUSTED_ORIGINS="https://plan.example.cn",
        DATA_DIR=str(tmp_path),
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip().endswith("(1 silenced).")


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


@pytest.mark.security
def test_no_neighbouring_host_sets_our_cookies(tmp_path):
    """Browsers take a cookie with this prefix from the host itself alone, over TLS (ASVS 3.4.4)."""
    expression = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME"
    assert settings_say(expression, DATA_DIR=str(tmp_path), TLS="1") == "__Host-sessionid __Host-csrftoken"
    assert settings_say(expression, DATA_DIR=str(tmp_path)) == "sessionid csrftoken"


def test_every_static_file_that_is_named_exists(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "vendor" / "plotly.min.js").exists()
    assert (tmp_path / "staticfiles.json").exists()


def test_a_demo_is_one_by_debug_or_by_name_alone(tmp_path):
    for environment, is_demo in [({"DEBUG": "1"}, True), ({"DEBUG": "0"}, False), ({"DEBUG": "0", "DEMO": "1"}, True)]:
        environment |= {
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost",
        }
        assert settings_say("s.DEMO", **environment) == str(is_demo)
