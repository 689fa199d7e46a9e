"""Reading an audit pack back, with nothing but the pack: into a book that the naive implementation can measure."""

import csv
import datetime
import io
import re
import zipfile

import numpy as np

from base.quarters import Period, Quarter
from targets.core.model import (
    VERDICTS,
    About,
    Basis,
    Book,
    Comparator,
    Condition,
    Element,
    Facts,
    Goal,
    GoalScope,
    Measure,
    Pacing,
    PeriodKind,
    Target,
    Unit,
    ValueType,
    Window,
)

Rows = list[dict[str, str]]


def read_pack(content: bytes) -> dict[str, Rows]:
    """File → rows by column."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))
            for name in archive.namelist()
        }


def period_of(files: dict[str, Rows]) -> Period:
    return Period.parse(_meta(files)["period"])


def book_of_pack(files: dict[str, Rows]) -> Book:
    meta = _meta(files)
    elements = [_element(row) for row in files["elements"]]
    units = _units(files["units"])
    first = min(Quarter.parse(row["quarter"]) for row in files["values"])
    cube = np.full((len(units), len(elements), period_of(files).last - first + 1), np.nan)
    rows = {unit.code: place for place, unit in enumerate(units)}
    columns = {element.code: place for place, element in enumerate(elements)}
    types = {element.code: element.value_type for element in elements}
    for row in files["values"]:
        place = rows[row["unit_code"]], columns[row["element_code"]], Quarter.parse(row["quarter"]) - first
        cube[place] = _value(types[row["element_code"]], row["value"])
    return Book(
        plan_start=_quarter(meta["plan_start"]),
        plan_end=_quarter(meta["plan_end"]),
        elements=tuple(elements),
        targets=tuple(_target(row, files["goals"]) for row in files["targets"]),
        units=tuple(units),
        values=cube,
        first_quarter=first,
    )


def number(text: str) -> float | None:
    return float(text) if text else None


def _meta(files: dict[str, Rows]) -> dict[str, str]:
    return {row["key"]: row["value"] for row in files["meta"]}


def _quarter(text: str) -> Quarter:
    return Quarter.containing(datetime.date.fromisoformat(text))


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split("+")) if text else ()


def _element(row: dict[str, str]) -> Element:
    return Element(
        code=row["code"],
        period_kind=PeriodKind(row["period_kind"]),
        asked_in=frozenset(int(name.removeprefix("Q")) for name in _list(row["asked_in"])),
        about=About(row["about"]),
        stages=frozenset(_list(row["stages"])),
        value_type=ValueType(row["value_type"]),
    )


def _units(rows: Rows) -> list[Unit]:
    versions: dict[str, Rows] = {}
    for row in rows:
        versions.setdefault(row["unit_code"], []).append(row)
    return [
        Unit(
            code=code,
            kind=About(same[0]["kind"]),
            opened=_quarter(same[0]["opened"]),
            closed=_quarter(same[0]["closed"]) if same[0]["closed"] else None,
            facts=tuple(
                Facts(_quarter(row["from"]), frozenset(_list(row["stages"])), row["ownership"]) for row in same
            ),
        )
        for code, same in versions.items()
    ]


def _facts(row: dict[str, str]) -> Facts:
    return Facts(_quarter(row["from"]), frozenset(_list(row["stages"])), row["ownership"])


def _value(value_type: ValueType, text: str) -> float:
    if value_type is ValueType.DATE:
        return datetime.date.fromisoformat(text).toordinal()
    return VERDICTS[text] if value_type is ValueType.VERDICT else float(text)


def _target(row: dict[str, str], goals: Rows) -> Target:
    return Target(
        code=row["code"],
        measure=Measure(row["measure"]),
        goals=tuple(_goal(goal) for goal in goals if goal["target_code"] == row["code"]),
        numerator=_list(row["numerator"]),
        denominator=_list(row["denominator"]),
        condition=_condition(row["condition"]),
        window=Window(row["window"]),
        scale=float(row["scale"]),
        stages=frozenset(_list(row["stages"])),
        ownership=row["ownership"],
        goal_scope=GoalScope(row["goal_scope"]),
        decimals=int(row["decimals"]),
        soft=row["soft"] == "1",
        pending=row["pending"] == "1",
        ok_at=float(row["ok_at"]),
        warn_at=float(row["warn_at"]),
        baseline_value=number(row["baseline_value"]),
        baseline_at=_quarter(row["baseline_date"]) if row["baseline_date"] else None,
    )


def _condition(text: str) -> Condition | None:
    if not text:
        return None
    element, per, comparator, threshold = re.fullmatch(r"(\w+)(?:/(\w+))?([<>=]+)([\d.]+)", text).groups()
    return Condition(element, Comparator(comparator), float(threshold), per)


def _goal(row: dict[str, str]) -> Goal:
    return Goal(
        due=_quarter(row["due"]),
        comparator=Comparator(row["comparator"]),
        value=number(row["value"]),
        maximum=number(row["max"]),
        basis=Basis(row["basis"]),
        pacing=Pacing(row["pacing"]),
    )
