"""A case written down as rows: one for the district, and one for every school that is a unit of the target."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import compress, repeat
from typing import Any

import numpy as np

from base.quarters import Quarter

from . import exact
from .arrays import Bools, Floats
from .gap import gaps, short_units
from .model import About, Measure, Result
from .status import Case, statuses
from .values import QUOTIENTS

Columns = dict[str, Iterable[Any]]  # a value for every scope, by field of Result
FIELDS = fields(Result)


def rows_of(case: Case, missed: list[tuple[Quarter, Bools]]) -> list[Result]:
    """The rows of ``case``, the district first. ``missed``: goals by due quarter, and the scopes that missed them."""
    book, scopes = case.subject.ledger.book, case.subject.scopes
    columns: Columns = {
        "scope": scopes.codes,
        "target": repeat(case.subject.target.code),
        "measured_at": repeat(case.at),
        "status": statuses(case),
        "due": repeat(case.goal.due),
        "missed_goals": _due_of([(due, marks.tolist()) for due, marks in missed]),
        "short_units": [short_units(case), *[()] * len(book.units)],
        **_numbers(case),
        **_completeness(case),
        "remarked": exact.more(case.now.value, case.aim.maximum).tolist(),  # a `between` above its maximum
    }
    schools = case.now.evidence.member & np.array([unit.kind is About.SCHOOL for unit in book.units], dtype=np.bool_)
    rows = zip(*(columns.get(field.name, repeat(field.default)) for field in FIELDS), strict=False)
    return [Result(*row) for row in compress(rows, [True, *schools.tolist()])]


def _due_of(missed: list[tuple[Quarter, list[bool]]]) -> Iterable[tuple[Quarter, ...]]:
    """The due quarters of the goals that each scope missed."""
    if not missed:
        return repeat(())
    return [tuple(compress([due for due, _ in missed], marks)) for marks in zip(*(m for _, m in missed), strict=True)]


def _numbers(case: Case) -> Columns:
    """A judgement has none; numerator and denominator belong to ratios and shares."""
    measure, now = case.subject.target.measure, case.now
    if measure is Measure.JUDGEMENT:
        return {}
    parts = {"numerator": now.numerator, "denominator": now.denominator}
    numbers = {
        "value": now.value,
        "expected": case.expected,
        "goal": case.aim.value,
        "anchor": case.anchor.value,
        "pace": case.pace.rate,
        "gap": gaps(case),
    }
    return {name: _blank(column) for name, column in (numbers | (parts if measure in QUOTIENTS else {})).items()}


def _completeness(case: Case) -> Columns:
    """Numbers of units. Provisional (暂定): fresh under 90 % of expected, or a unit lacks the last year's figure."""
    evidence = case.now.evidence
    marks = (evidence.expected, evidence.fresh, evidence.carried, evidence.missing)
    counts = case.subject.scopes.total(np.stack(marks, axis=1)).astype(int).T
    expected, fresh = counts[:2]
    provisional: Bools = (fresh * 10 < expected * 9) | case.aim.lacking
    names = ("units_expected", "units_fresh", "units_carried", "units_missing")
    return {**dict(zip(names, counts.tolist(), strict=True)), "provisional": provisional.tolist()}


def _blank(column: Floats) -> list[float | None]:
    """NaN is none."""
    return [None if number != number else number for number in column.tolist()]
