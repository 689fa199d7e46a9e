"""One district's half-year: the demo's 60 schools, all targets, the district and every school. As ratios, to be trusted
on any machine: each against the least that the same work takes, timed in the same run.

    python bench/measure_half_year.py --json FILE
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 7


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios there")
    file = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        found = measured()
    for one in found:
        print(f"{one['name']}: {one['ratio']:.2f} (aim ≤ {one['aim']})")  # noqa: T201
    if file:
        file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def prepare(folder: str) -> None:
    """An installation of its own in ``folder``, with the demo district."""
    os.environ.update(DATA_DIR=folder, PLAN_TODAY="2025-07-03", DJANGO_SETTINGS_MODULE="edu_plan.settings")
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_plan", ROOT / "fixtures" / "plan_2023_2025.yaml", stdout=sys.stderr)
    call_command("seed_demo", stdout=sys.stderr)


def measured() -> list[dict[str, object]]:
    from base.quarters import Period
    from reports.book import book_of
    from reports.measuring import measure
    from reports.models import Result
    from submissions.models import Entry
    from targets.core.measure import measure as measure_book
    from tasks.models import Adoption

    adoption, period = Adoption.objects.select_related("plan", "district").get(), Period.parse("2025H1")
    entries = Entry.objects.approved().of(adoption.district).up_to(period.last)
    rows = list(measure(adoption, period, by=None).results.all())

    def fetch() -> None:
        list(entries.values_list("unit_id", "element_id", "quarter", "approved_value"))

    def insert() -> None:
        Result.objects.all().delete()
        for row in rows:
            row.pk = None
        Result.objects.bulk_create(rows)

    book = seconds(lambda: book_of(adoption, period))
    core = seconds(lambda: measure_book(book_of(adoption, period), period)) - book
    whole = seconds(lambda: measure(adoption, period, by=None))
    least = seconds(fetch), seconds(insert)
    return [
        line("reading the book, against fetching its entries bare", book / least[0], 2),
        line("measuring all targets, against fetching the entries bare", core / least[0], 3),
        line("measuring and storing, against fetching and inserting bare", whole / sum(least), 3),
    ]


def line(name: str, ratio: float, aim: float) -> dict[str, object]:
    return {"name": name, "ratio": round(ratio, 3), "aim": aim, "better": "lower"}


def seconds(work: Callable[[], object]) -> float:
    """The median of a few runs."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
