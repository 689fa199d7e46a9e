"""What the benches share: an installation of their own with the demo district, and ratios instead of seconds, to be
trusted on any machine, each against the least that the same work takes, timed in the same run."""

import argparse
import io
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
RUNS = 7
TOKEN = "b" * 32  # against forged requests

Line = dict[str, object]


def run(
    measured: Callable[..., list[Line]],
    *,
    bare: bool = False,
    filled: bool = True,
    sizes: Mapping[str, int] | None = None,
    **environment: str,
) -> None:
    """Parse ``--json FILE`` and ``sizes``, prepare (``bare``: nothing; not ``filled``: no plan and no demo), measure,
    print and write the lines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios there")
    for name, size in (sizes or {}).items():
        parser.add_argument(f"--{name}", type=int, default=size, help=f"{size} if not told")
    told = vars(parser.parse_args())
    file = told.pop("json")
    with tempfile.TemporaryDirectory() as folder:
        if bare:
            sys.path.insert(0, str(ROOT))
        else:
            prepare(folder, environment, filled=filled)
        found = measured(**told)
    for one in found:
        sign = "≥" if one["better"] == "higher" else "≤"
        print(f"{one['name']}: {one['ratio']:.2f} (aim {sign} {one['aim']})")  # noqa: T201
    if file:
        file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def prepare(folder: str, environment: dict[str, str], *, filled: bool = True) -> None:
    """An installation of its own in ``folder``, with the demo district if it shall be ``filled``."""
    os.environ.update(DATA_DIR=folder, DEMO="1", PLAN_TODAY="2025-07-03", DJANGO_SETTINGS_MODULE="edu_plan.settings")
    os.environ.update(environment)
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if not filled:
        return
    call_command("load_plan", ROOT / "fixtures" / "plan_2023_2025.yaml", stdout=sys.stderr)
    call_command("seed_demo", stdout=sys.stderr)


@contextmanager
def own_database() -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped in the end; BENCH_SERVER says on which server."""
    import psycopg2

    server, name = os.environ.get("BENCH_SERVER", "postgres://postgres@127.0.0.1:5432"), f"edu_bench_{os.getpid()}"
    connection = psycopg2.connect(f"{server}/postgres")
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


def memory(which: str) -> float:
    """Megabytes of this process: resident now (VmRSS) or at its peak (VmHWM)."""
    found = re.search(rf"{which}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def line(name: str, ratio: float, aim: float, better: str = "lower") -> Line:
    return {"name": name, "ratio": round(ratio, 3), "aim": aim, "better": better}


Clock = Callable[[], float]


def seconds(work: Callable[[], object], runs: int = RUNS, clock: Clock = time.perf_counter) -> float:
    """The median of a few runs. ``clock``: ``time.process_time`` for what does nothing but compute."""
    return statistics.median(timed(work, clock) for _ in range(runs))


def timed(work: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    begun = clock()
    work()
    return clock() - begun


def ratio(
    work: Callable[[], object],
    least: Callable[[], object],
    runs: int,
    before: Callable[[], object] = lambda: None,
    clock: Clock = time.perf_counter,
) -> float:
    """How many times as long as ``least`` does ``work`` take: the median of pairs, one run after the other. What comes
    ``before`` a pair is not timed."""
    pairs = []
    for _ in range(runs + 1):
        before()
        pairs.append(timed(work, clock) / timed(least, clock))
    return statistics.median(pairs[1:])


def cookies_of(user: object) -> str:
    """Of a session in which the user is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"


def answered(
    application: Callable[..., object], address: str, cookie: str, form: dict[str, object] | None = None
) -> bytes:
    """What the server answers to a GET as a browser sends it; or to a POST of the form, as HTMX sends that."""
    body = urlencode(form or {}).encode()
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }
    if form is None:
        environ["HTTP_ACCEPT_ENCODING"] = "gzip"
    else:
        environ |= {"REQUEST_METHOD": "POST", "HTTP_X_CSRFTOKEN": TOKEN, "HTTP_HX_REQUEST": "true"}
        environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
    answer = application(environ, lambda status, headers: None)
    try:
        return b"".join(answer)  # type: ignore[call-overload]
    finally:
        answer.close()  # type: ignore[attr-defined]
