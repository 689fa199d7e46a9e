"""What an edition was computed from and what came out, as data: kept when it is published, so that it can be computed
again to the last digit (``verify_editions``), whatever has been corrected, renamed or defined anew since.

It is a JSON text of ``Frozen``, with sorted keys and no spaces; its SHA-256 stands in the edition's content. FORMAT 1:
quarters are ordinals (base.quarters), numbers are unrounded, a value is told as
[entry id, entry version, unit code, element code, quarter, value].
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
from cattrs import Converter

from base.quarters import Period, Quarter
from reports import measuring
from reports.book import ROW, cube_of, promise_of, sources_of
from submissions.models import Entry
from targets.core import model as core
from targets.core.measure import measure
from tasks.models import Adoption

FORMAT = 1
COLUMNS = tuple(field.name for field in fields(core.Result))
_converter = Converter()
_converter.register_structure_hook(Quarter, lambda value, _: Quarter(value))


@dataclass(frozen=True, slots=True)
class Frozen:
    """``versions`` are the definitions', by target code; ``results`` are rows of ``columns``, ``checksum`` is theirs as
    a measurement has it (measuring.py)."""

    format: int
    period: str
    plan_start: Quarter
    plan_end: Quarter
    elements: tuple[core.Element, ...]
    targets: tuple[core.Target, ...]
    versions: dict[str, int]
    units: tuple[core.Unit, ...]
    values: list[Any]
    columns: list[str]
    results: list[Any]
    checksum: str


def freeze(adoption: Adoption, period: Period) -> Frozen:
    """What a measurement reads now, and what it makes of it."""
    sources = sources_of(adoption, promise_of(adoption, period))
    book = sources.book
    elements = [element.code for element in book.elements]
    frozen = Frozen(
        format=FORMAT,
        period=str(period),
        plan_start=book.plan_start,
        plan_end=book.plan_end,
        elements=book.elements,
        targets=book.targets,
        versions=measuring.versions_of(sources.definitions),
        units=book.units,
        values=list(_values(adoption, period, elements)),
        columns=list(COLUMNS),
        results=[],
        checksum="",
    )
    rows = measured(frozen)
    return replace(
        frozen, results=[_listed(row) for row in rows], checksum=measuring.checksum_of(frozen.versions, rows)
    )


def _values(adoption: Adoption, period: Period, elements: list[str]) -> Iterator[list[Any]]:
    approved = Entry.objects.approved().of(adoption.district).up_to(period.last).filter(element__code__in=elements)
    columns = approved.order_by("unit__code", "element__code", "quarter").values_list(
        "pk", "version", "unit__code", "element__code", "quarter", "approved_value"
    )
    for pk, version, unit, element, quarter, value in columns.iterator(chunk_size=5000):
        yield [pk, version, unit, element, int(quarter), f"{value.normalize():f}"]


def measured(frozen: Frozen) -> list[core.Result]:
    """Computed from the kept sources, and nothing else."""
    return measure(_book(frozen), Period.parse(frozen.period))


def _book(frozen: Frozen) -> core.Book:
    units = {unit.code: place for place, unit in enumerate(frozen.units)}
    elements = {element.code: place for place, element in enumerate(frozen.elements)}
    told = [(units[unit], elements[code], quarter, float(value)) for *_, unit, code, quarter, value in frozen.values]
    rows = np.array(told, dtype=ROW)
    last = Period.parse(frozen.period).last
    first = Quarter(min(int(rows["quarter"].min(initial=last)), frozen.plan_start))
    return core.Book(
        plan_start=frozen.plan_start,
        plan_end=frozen.plan_end,
        elements=frozen.elements,
        targets=frozen.targets,
        units=frozen.units,
        values=cube_of(rows, list(units.values()), list(elements.values()), first, last),
        first_quarter=first,
    )


def _listed(row: core.Result) -> list[Any]:
    """As JSON has it."""
    return [_plain(getattr(row, name)) for name in COLUMNS]


def _plain(value: Any) -> Any:
    match value:
        case Quarter():
            return int(value)
        case core.Status():
            return value.value
        case tuple():
            return [_plain(one) for one in value]
    return value


def results_of(frozen: Frozen, rows: Iterable[list[Any]] | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    """The kept results, or other ``rows``, by scope and target."""
    named = [dict(zip(frozen.columns, row, strict=True)) for row in (frozen.results if rows is None else rows)]
    return {(row["scope"], row["target"]): row for row in named}


def recomputed(frozen: Frozen) -> dict[tuple[str, str], dict[str, Any]]:
    return results_of(frozen, [_listed(row) for row in measured(frozen)])


def text_of(frozen: Frozen) -> str:
    return json.dumps(
        asdict(frozen), default=sorted, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def read(text: str) -> Frozen:
    return _converter.structure(json.loads(text), Frozen)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
