"""Kinds of jobs that only tests have; a real worker process finds them here."""

import time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import OperationalError

from base.jobs import JobError, Report, job


@job("test.steps")
def steps(report: Report, *, path: str, steps: int, pause: float = 0) -> None:
    """Append a line per step to ``path``."""
    for step in range(steps):
        report(step, steps, f"第 {step + 1} 步")
        with Path(path).open("a") as file:
            file.write(f"{step}\n")
        time.sleep(pause)
    report(steps, steps, "收尾")


@job("test.refuse")
def refuse(report: Report) -> None:
    raise JobError("没有可测算的数据。")


@job("test.invalid")
def invalid(report: Report) -> None:
    raise ValidationError(["甲不对", "乙不对"])


@job("test.break")
def break_down(report: Report) -> None:
    report(1, 4, "正在出错")
    raise ZeroDivisionError("boom")


@job("test.locked")
def locked(report: Report) -> None:
    raise OperationalError("database is locked")
