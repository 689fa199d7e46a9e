"""Measuring all districts of a plan for a half-year, on PostgreSQL, in a database of its own (BENCH_SERVER names the
server): processor time, the database's included, against a plain GROUP BY of the same rows and COPY of as many result
rows; a worker's memory; growth with districts, and with quarters before the window; two workers against one.

    python bench/measure.py --districts 40 --schools 50 --quarters 12 --json FILE
"""

import io
import math
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from common import Line, line, memory, own_database, run, say

PERIOD = "2025H1"
MEMORY = 500  # megabytes
EARLIER = 24  # quarters: copied so far back, the history lies before the window
ROUNDS = 3
GROUPED = """SELECT e.unit_id, e.element_id, max(e.quarter), sum(e.approved_value)
    FROM submissions_entry e JOIN schools_unit u ON u.id = e.unit_id
    WHERE u.district_id = %s AND e.approved_value IS NOT NULL AND e.quarter <= %s GROUP BY 1, 2"""


class Spent(NamedTuple):
    """Processor seconds of this process and of its connection's, and the process's peak in megabytes."""

    processor: float
    memory: float


def measured(districts: int, schools: int, quarters: int) -> list[Line]:
    few = max(1, districts // 4)
    fill(few, schools, quarters)
    of_few = min(measure_all() for _ in range(ROUNDS))
    fill(districts, schools, quarters)
    ours, floor = together_and_floor()
    one, two = with_workers(1), with_workers(2)
    lengthen()
    longer = min(measure_all() for _ in range(ROUNDS))
    say(f"{ours / districts * 1000:.0f} ms a district, floor {floor / districts * 1000:.0f} ms")
    peak = max(worker.memory for worker in (*one.workers, *two.workers))
    return [
        line("processor time, against a plain GROUP BY and COPY", ours / floor, 3),
        line(f"a worker's memory, against {MEMORY} MB", peak / MEMORY, 1),
        line("exponent of growth with districts", math.log(ours / of_few) / math.log(districts / few), 1.1),
        line("as many quarters again before the window, against none", longer / ours, 1.05),
        line("one worker's time against that of two", one.seconds / two.seconds, 1.4, better="higher"),
        line("two workers' processor time against that of one", two.processor / one.processor, 1.15),
    ]


def fill(districts: int, schools: int, quarters: int) -> None:
    from reports.demo.synthesis import Size, synthesise

    synthesise(Size(districts, schools, quarters, dice=1), tell=lambda saying: None)


def together_and_floor() -> tuple[float, float]:
    """The least of a few rounds, one after the other."""
    measure_all()
    copied = results()
    pairs = [(measure_all(), bare(copied)) for _ in range(ROUNDS)]
    return min(ours for ours, _ in pairs), min(floor for _, floor in pairs)


def measure_all() -> float:
    """Processor seconds for all districts, in this process."""
    from base.quarters import Period
    from reports.book import promise_of
    from reports.measuring import measure

    with counted() as spent:
        adoptions, period = every_adoption(), Period.parse(PERIOD)
        promise = promise_of(adoptions[0], period)
        for adoption in adoptions:
            measure(adoption, period, by=None, promise=promise)
    return spent()


def bare(copied: dict[int, str]) -> float:
    """The same rows grouped, and as many results copied, a district at a time."""
    from django.db import connection

    from base.quarters import Period

    last = int(Period.parse(PERIOD).last)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reports_result")
        with counted() as spent:
            for district, rows in copied.items():
                cursor.execute(GROUPED, [district, last])
                cursor.fetchall()
                cursor.copy_expert("COPY reports_result FROM STDIN", io.StringIO(rows))
    return spent()


def results() -> dict[int, str]:
    """What was stored, as COPY takes it, by district."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for adoption in every_adoption():
            rows = io.StringIO()
            own = f"measurement_id = {adoption.measurements.get().pk}"
            cursor.copy_expert(f"COPY (SELECT * FROM reports_result WHERE {own}) TO STDOUT", rows)  # noqa: S608
            found[adoption.district_id] = rows.getvalue()
    return found


def every_adoption() -> list:
    from tasks.models import Adoption

    return list(Adoption.objects.select_related("plan", "district").order_by("district__code"))


def lengthen() -> None:
    """Give every school the same history once more, before the window."""
    from django.db import connection

    from submissions.models import Entry

    columns = [field.column for field in Entry._meta.concrete_fields if not field.primary_key]
    shifted = ["quarter - %s" if column == "quarter" else column for column in columns]
    with connection.cursor() as cursor:
        table = f"INSERT INTO submissions_entry ({', '.join(columns)}) SELECT {', '.join(shifted)}"
        cursor.execute(f"{table} FROM submissions_entry", [EARLIER])
        cursor.execute("ANALYZE submissions_entry")


class Run(NamedTuple):
    seconds: float
    workers: list[Spent]

    @property
    def processor(self) -> float:
        return sum(worker.processor for worker in self.workers)


def with_workers(number: int) -> Run:
    """The job that measures all, done by so many processes (as Celery's do, without its broker)."""
    from base.models import Job, JobState
    from base.quarters import Period
    from reports.actions.measuring import start_measuring
    from tasks.models import Plan

    with ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=start) as pool:
        list(pool.map(time.sleep, [1] * number))  # all are up
        job = start_measuring(Plan.objects.get(), Period.parse(PERIOD), by=None)
        begun = time.perf_counter()
        workers = list(pool.map(work, [job.pk] * number))
        seconds = time.perf_counter() - begun
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    say(f"{number} workers: {seconds:.1f} s, processor {[round(one.processor, 1) for one in workers]} s")
    return Run(seconds, workers)


def start() -> None:
    import django

    django.setup()


def work(job_id: int) -> Spent:
    """Do the job, or the shares of it that wait."""
    from base import jobs, sharing
    from base.models import Job

    with counted() as spent:
        jobs.run(job_id)
        while Job.objects.get(pk=job_id).is_active:
            waiting = jobs.claimable().exclude(pk=job_id).order_by("pk").first()
            if waiting:
                jobs.run(waiting.pk)
            else:
                time.sleep(sharing.POLL)
    return Spent(spent(), memory("VmHWM"))


@contextmanager
def counted() -> Iterator[Callable[[], float]]:
    """Processor seconds of what is done inside, by this process and by the one that serves its connection."""
    before, after = processor(), []
    yield lambda: after[0] - before
    after.append(processor())


def processor() -> float:
    from django.db import connection

    connection.ensure_connection()
    server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return time.process_time() + int(server.split()[0]) / 1e9


if __name__ == "__main__":
    with own_database() as url:
        os.environ["DATABASE_URL"] = url
        run(measured, filled=False, sizes={"districts": 20, "schools": 50, "quarters": 12})
