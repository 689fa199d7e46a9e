"""A case written down as rows: one for the district, and one for every school that is a unit of the target."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from base.quarters import Quarter

from . import exact
from .arrays import Bools, Floats
from .gap import gaps, short_units
from .model import About, Measure, Result
from .status import Case, statuses
from .values import QUOTIENTS

Columns = dict[str, Sequence[Any]]  # a value for every scope, by field of Result


def rows_of(case: Case, missed: list[tuple[Quarter, Bools]]) -> list[Result]:
    """The rows of ``case``, the district first. ``missed``: goals by due quarter, and the scopes that missed them."""
    book, scopes = case.subject.ledger.book, case.subject.scopes
    columns: Columns = {
        "scope": scopes.codes,
        "status": statuses(case),
        "missed_goals": [tuple(due for due, marks in missed if marks[s]) for s in range(len(scopes.codes))],
        "short_units": [short_units(case), *[()] * len(book.units)],
        **_numbers(case),
        **_completeness(case),
        "remarked": exact.more(case.now.value, case.aim.maximum).tolist(),  # a `between` above its maximum
    }
    schools = case.now.evidence.member & [unit.kind is About.SCHOOL for unit in book.units]
    return [
        Result(
            target=case.subject.target.code,
            measured_at=case.at,
            due=case.goal.due,
            **{name: column[s] for name, column in columns.items()},
        )
        for s in (0, *(np.flatnonzero(schools) + 1).tolist())
    ]


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
    total, evidence = case.subject.scopes.total, case.now.evidence
    expected, fresh = total(evidence.expected), total(evidence.fresh)
    provisional: Bools = (fresh * 10 < expected * 9) | case.aim.lacking
    counts = (expected, fresh, total(evidence.carried), total(evidence.missing))
    names = ("units_expected", "units_fresh", "units_carried", "units_missing")
    columns: Columns = {name: count.astype(int).tolist() for name, count in zip(names, counts, strict=True)}
    return {**columns, "provisional": provisional.tolist()}


def _blank(column: Floats) -> list[float | None]:
    """NaN is none."""
    return [None if number != number else number for number in column.tolist()]
