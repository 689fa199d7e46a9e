"""The web server and a worker as one thing: started together, ended together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

QUIET = {"LOG_LEVEL": "WARNING"}  # a line for each request would bury the address to open
PATIENCE = 10  # seconds that a child has to end by itself
SHORT_LIFE = 5  # a child that fails within so many seconds is not started again
PR_SET_PDEATHSIG = 1
# A demo may well be tried as root; a worker's warning about it would bury the address to open.
CELERY = ["-W", "ignore:You're running the worker", "-m", "celery", "-A", "edu_plan", "--quiet"]
WORKER = [*CELERY, "worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--loglevel=WARNING"]


def web(port: int) -> list[str]:
    return ["-m", "gunicorn", "edu_plan.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--log-level=warning"]


def end_with_parent() -> None:
    """In the child: however the parent ends, even by kill -9, end too (where the system can do that)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A process in a session of its own, so that a Ctrl-C reaches it through us alone."""

    def __init__(self, arguments: list[str]) -> None:
        self.arguments = arguments
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  our own commands  # nosec B603
            [sys.executable, *self.arguments],
            stdin=subprocess.DEVNULL,
            env=QUIET | os.environ,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def ended(self) -> bool:
        return self.process.poll() is not None

    def is_hopeless(self) -> bool:
        """It could not start; one that was killed could."""
        return (self.process.poll() or 0) > 0 and time.monotonic() - self.started < SHORT_LIFE


class Command(BaseCommand):
    help = "网页服务和后台任务进程一并启动，按 Ctrl-C 一并结束"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **_: Any) -> None:
        refuse_taken(port)
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        commands = [web(port), WORKER] + ([BEAT] if settings.REDIS_URL else [])
        children = [Child(command) for command in commands]
        try:
            wait_until_open(port, children)
            self.stdout.write(f"\n系统已启动：http://127.0.0.1:{port}/  按 Ctrl-C 停止。\n")
            self.stdout.flush()
            watch(children)
        except KeyboardInterrupt:
            self.stdout.write("\n正在停止……\n")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            end(children)
        self.stdout.write("已停止。未做完的后台任务下次启动时接着做。\n")


def stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"端口 {port} 已被占用，换一个端口：make run PORT=8001") from error


def wait_until_open(port: int, children: list[Child]) -> None:
    while True:
        refuse_hopeless(children)
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)


def watch(children: list[Child]) -> None:
    """Start again what ended, until something cannot start."""
    while True:
        time.sleep(0.5)
        refuse_hopeless(children)
        for child in children:
            if child.ended():
                child.start()


def refuse_hopeless(children: list[Child]) -> None:
    if any(child.is_hopeless() for child in children):
        raise CommandError("有一个进程启动不了，原因见上面的输出。")


def end(children: list[Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
