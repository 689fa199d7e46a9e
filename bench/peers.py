"""The rates of one district as offices reckon them elsewhere, of the same figures and with the same results: a workbook
for each school put together by openpyxl, or by pandas; all figures fetched through pandas; a query for each rate and
school. Each against our fetch and core for the same rates, which find goal, pace, status and gap besides. On
PostgreSQL, in a database of its own (BENCH_SERVER names the server).

    python bench/peers.py --schools 50 --quarters 12 --json FILE
"""

import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from common import Line, line, own_database, ratio, run, say

PERIOD, RUNS = "2025H1", 3
AIM = 10
HEAD = ["school", "element", "quarter", "value"]
APPROVED = """SELECT u.code AS school, e.code AS element, v.quarter, v.approved_value::float8 AS value
    FROM submissions_entry v JOIN schools_unit u ON u.id = v.unit_id JOIN targets_element e ON e.id = v.element_id
    WHERE v.approved_value IS NOT NULL AND v.quarter <= %s"""
LATEST = """SELECT sum(value) FROM (SELECT DISTINCT ON (v.element_id) v.approved_value::float8 AS value
    FROM submissions_entry v WHERE v.unit_id = %s AND v.element_id = ANY(%s) AND v.approved_value IS NOT NULL
    AND v.quarter <= %s ORDER BY v.element_id, v.quarter DESC) AS latest"""

Sums = dict[tuple[str, str], float]  # by school and element, the latest


class Rate(NamedTuple):
    """A rate of stocks, asked of the schools of all or of some stages."""

    code: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    scale: float
    schools: list[str]


Results = dict[tuple[str, str], float]  # by rate and school; the district's under ""


def measured(schools: int, quarters: int) -> list[Line]:
    from reports.demo.synthesis import Size, synthesise

    synthesise(Size(1, schools, quarters, dice=1), tell=lambda saying: None)
    rates, expected, ours = our_way()
    with tempfile.TemporaryDirectory() as folder:
        write_workbooks(Path(folder))
        ways: dict[str, Callable[[], Results]] = {
            "a workbook for each school, by openpyxl": lambda: results(rates, merged_by_openpyxl(Path(folder))),
            "a workbook for each school, by pandas": lambda: results(rates, merged_by_pandas(Path(folder))),
            "all figures through pandas.read_sql": lambda: results(rates, read_by_pandas()),
            "a query for each rate and school": lambda: queried(rates),
        }
        for name, way in ways.items():
            assert rounded(way()) == rounded(expected), name
        return [
            line(f"{name}, against ours", ratio(way, ours, RUNS), AIM, better="higher") for name, way in ways.items()
        ]


def our_way() -> tuple[list[Rate], Results, Callable[[], Any]]:
    """The rates that all can reckon, what we find for them, and how we find everything."""
    from base.quarters import Period
    from reports.book import Promise, promise_of, sources_of
    from targets.core.measure import measure
    from targets.core.model import DISTRICT, Measure, PeriodKind
    from tasks.models import Adoption

    adoption, period = Adoption.objects.select_related("plan", "district").get(), Period.parse(PERIOD)
    whole = promise_of(adoption, period)
    book = sources_of(adoption, whole).book
    stocks = {element.code for element in book.elements if element.period_kind is PeriodKind.STOCK}
    rows = [row for row in measure(book, period) if row.measured_at == period.last and row.units_missing == 0]
    rates, expected = [], {}
    for target in book.targets:
        found = {row.scope: row.value for row in rows if row.target == target.code and row.value is not None}
        own = [scope for scope in found if scope != DISTRICT]
        if target.measure is Measure.RATIO and stocks.issuperset(target.elements) and DISTRICT in found and own:
            rates.append(Rate(target.code, target.numerator, target.denominator, target.scale, own))
            expected |= {(target.code, "" if scope == DISTRICT else scope): value for scope, value in found.items()}
    codes = {rate.code for rate in rates}
    same = Promise.of([one for one in whole.definitions if one.target.code in codes], period)
    say(f"{len(rates)} rates, {len(expected)} results")
    return rates, expected, lambda: measure(sources_of(adoption, same).book, period)


def last_quarter() -> int:
    from base.quarters import Period

    return int(Period.parse(PERIOD).last)


def fetched() -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(APPROVED, [last_quarter()])
        return cursor.fetchall()


def write_workbooks(folder: Path) -> None:
    from openpyxl import Workbook

    by_school: dict[str, list[Any]] = {}
    for row in fetched():
        by_school.setdefault(row[0], []).append(row)
    for school, rows in by_school.items():
        book = Workbook()
        for row in [HEAD, *rows]:
            book.active.append(row)
        book.save(folder / f"{school}.xlsx")


def merged_by_openpyxl(folder: Path) -> Sums:
    from openpyxl import load_workbook

    rows: list[tuple[Any, ...]] = []
    for file in folder.iterdir():
        rows += load_workbook(file, read_only=True, data_only=True).active.iter_rows(min_row=2, values_only=True)
    return {(school, element): value for school, element, _, value in sorted(rows, key=lambda row: row[2])}


def merged_by_pandas(folder: Path) -> Sums:
    import pandas as pd

    return latest(pd.concat([pd.read_excel(file, engine="openpyxl") for file in folder.iterdir()]))


def read_by_pandas() -> Sums:
    import pandas as pd
    from django.db import connection

    connection.ensure_connection()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas would rather have SQLAlchemy's connections
        return latest(pd.read_sql(APPROVED, connection.connection, params=[last_quarter()]))


def latest(frame: Any) -> Sums:
    return frame.sort_values("quarter").groupby(["school", "element"])["value"].last().to_dict()


def results(rates: list[Rate], sums: Sums) -> Results:
    found: Results = {}
    for rate in rates:
        parts = {
            school: tuple(
                sum(sums.get((school, code), 0.0) for code in codes) for codes in (rate.numerator, rate.denominator)
            )
            for school in rate.schools
        }
        found |= quotients(rate, parts)
    return found


def queried(rates: list[Rate]) -> Results:
    from django.db import connection

    from schools.models import Unit
    from targets.models import Element

    units, elements = dict(Unit.objects.values_list("code", "pk")), dict(Element.objects.values_list("code", "pk"))
    found: Results = {}
    with connection.cursor() as cursor:

        def total(school: str, codes: tuple[str, ...]) -> float:
            cursor.execute(LATEST, [units[school], [elements[code] for code in codes], last_quarter()])
            return cursor.fetchone()[0] or 0.0

        for rate in rates:
            parts = {
                school: (total(school, rate.numerator), total(school, rate.denominator)) for school in rate.schools
            }
            found |= quotients(rate, parts)
    return found


def quotients(rate: Rate, parts: dict[str, tuple[float, ...]]) -> Results:
    numerator, denominator = (sum(part[place] for part in parts.values()) for place in (0, 1))
    found = {(rate.code, school): rate.scale * part[0] / part[1] for school, part in parts.items()}
    return found | {(rate.code, ""): rate.scale * numerator / denominator}


def rounded(found: Results) -> Results:
    return {place: round(value, 9) for place, value in found.items()}


if __name__ == "__main__":
    with own_database() as url:
        os.environ["DATABASE_URL"] = url
        run(measured, filled=False, sizes={"schools": 50, "quarters": 12})
