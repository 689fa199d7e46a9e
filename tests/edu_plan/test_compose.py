"""docker-compose.yml: complete, and in step with the program, the Makefile and the rehearsal."""

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from base import pulse
from tests.rehearsal import compose
from tests.rehearsal.conftest import HERE
from tests.worker import ROOT

OURS = ["migrate", "web", "worker", "beat"]
ELSEWHERE = {"FORWARDED_ALLOW_IPS", "WEB_CONCURRENCY", "XDG_CACHE_HOME"}  # gunicorn and fontconfig read them


@pytest.fixture
def services() -> dict[str, compose.Service]:
    return {one.name: one for one in compose.services({"ALLOWED_HOSTS": "plan.example.cn"})}


def test_servers_come_first_then_migrations_then_the_rest(services):
    names = list(services)
    assert (set(names[:2]), names[2], set(names[3:])) == ({"postgres", "redis"}, "migrate", {"web", "worker", "beat"})
    assert [services[name].after["migrate"] for name in OURS[1:]] == [compose.DONE] * 3
    assert {*services["migrate"].after.values()} == {compose.HEALTHY}


def test_each_is_watched_limited_restarted_and_no_root(services):
    for name, one in services.items():
        said = one.said
        assert said["user"].split(":")[0] not in ("0", "root"), name
        assert said["mem_limit"], name
        assert said["cpus"], name
        assert (said["cap_drop"], said["security_opt"]) == (["ALL"], ["no-new-privileges:true"]), name
        assert said["restart"] == ("no" if name == "migrate" else "unless-stopped"), name
        assert bool(one.health) == (name != "migrate"), name
        assert said["logging"]["options"]["max-size"], name


def test_data_lies_in_volumes(services):
    assert services["postgres"].said["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert {tuple(services[name].said["volumes"]) for name in OURS} == {("files:/data/files",)}


def test_secrets_come_from_files_alone(services):
    for one in services.values():
        assert [name for name in one.environment if re.search("KEY|PASSWORD|DATABASE_URL", name)] == [
            name for name in one.environment if name.endswith("_FILE")
        ]
    ignored = (ROOT / ".gitignore").read_text().split()
    assert "secrets/" in ignored
    assert "secrets" in (ROOT / ".dockerignore").read_text().split()


def test_every_variable_is_one_that_the_program_reads(services):
    sources = [ROOT / "edu_plan" / "settings.py", ROOT / "gunicorn.conf.py", ROOT / "edu_plan" / "probe.py"]
    read = "".join(path.read_text() for path in sources)
    named = {name.removesuffix("_FILE") for name in services["web"].environment} - ELSEWHERE
    assert {name for name in named if f'"{name}"' not in read} == set()
    assert {frozenset(services[name].environment) for name in OURS} == {frozenset(services["web"].environment)}


def test_the_makefile_starts_the_same_commands(services):
    made = (ROOT / "Makefile").read_text()
    for name in OURS:
        command = " ".join(services[name].command[:4]).replace("python ", "$(BIN)/python ")
        assert command.replace("gunicorn", "$(BIN)/gunicorn").replace("celery", "$(BIN)/celery", 1) in made, name
    assert 'CMD ["gunicorn", "edu_plan.wsgi"]' in (ROOT / "Dockerfile").read_text()


def test_the_rehearsal_changes_no_name_and_no_command(services):
    """Places on this machine, and what a demo wants besides."""
    assert set(HERE) - set(services["web"].environment) == {"DEMO", "PLAN_TODAY"}


def test_what_is_missing_in_env_is_named():
    with pytest.raises(KeyError, match="ALLOWED_HOSTS"):
        compose.services({})


def probe(name: str, **environment: str) -> int:
    command = [sys.executable, "edu_plan/probe.py", name]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def test_the_probe_finds_signs_of_life(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert probe("worker", DATA_DIR=str(tmp_path)) == 1
    pulse.beat(pulse.WORKER)
    assert probe("worker", DATA_DIR=str(tmp_path)) == 0
    assert probe("beat", DATA_DIR=str(tmp_path)) == 1


def test_the_probe_asks_web_by_a_name_that_it_answers_to():
    asked = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.headers["Host"], self.path))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.handle_request).start()
        port = server.server_port
        assert probe("web", BIND=f"0.0.0.0:{port}", ALLOWED_HOSTS="plan.example.cn,localhost") == 0
    assert asked == [("plan.example.cn", "/healthz")]
    assert probe("web", BIND=f"0.0.0.0:{port}") == 1


def test_the_probe_and_the_pulse_agree():
    from edu_plan import probe as module

    assert module.SILENT_AFTER == pulse.SILENT_AFTER
