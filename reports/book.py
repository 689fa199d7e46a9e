"""From the database to the core: everything of one district that a measurement reads (measurement.md §2).

Definitions and units are few; the approved values are many, and come in one fetch of plain tuples.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import FloatField, IntegerField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from base.quarters import Period, Quarter
from schools.models import District, Unit, UnitFacts
from submissions.models import Entry
from targets.core import model as core
from targets.definitions import core_element, core_target
from targets.models import AdoptedTarget, Element, TargetDefinition
from targets.queries import definitions_in_force
from tasks.models import Adoption

ROW = np.dtype([("unit", np.int64), ("element", np.int64), ("quarter", np.int64), ("value", np.float64)])


@dataclass(frozen=True, slots=True)
class Sources:
    """What a book was made of; ``units`` and ``definitions`` stand in the book's order."""

    book: core.Book
    definitions: list[TargetDefinition]
    units: list[Unit]


def book_of(adoption: Adoption, period: Period) -> core.Book:
    """The definitions in force in the period's last quarter, with all approved values up to it: earlier ones serve
    windows, last year's figures, goals missed and values carried."""
    return sources_of(adoption, period).book


def sources_of(adoption: Adoption, period: Period, definitions: list[TargetDefinition] | None = None) -> Sources:
    """What a measurement of these ``definitions`` (with parts) reads; of all in force in the period without them."""
    if definitions is None:
        definitions = definitions_in_force(adoption, period.last)
    elements = _elements(definitions)
    units = list(Unit.objects.of(adoption.district).with_facts().order_by("code"))
    rows = _approved(adoption.district, elements, period.last)
    first = Quarter(min(int(rows["quarter"].min(initial=period.last)), adoption.plan.first_quarter))
    book = core.Book(
        plan_start=adoption.plan.first_quarter,
        plan_end=adoption.plan.last_quarter,
        elements=tuple(core_element(element) for element in elements),
        targets=_targets(adoption, definitions),
        units=tuple(core_unit(unit) for unit in units),
        values=cube_of(rows, [unit.pk for unit in units], [element.pk for element in elements], first, period.last),
        first_quarter=first,
    )
    return Sources(book, definitions, units)


def core_unit(unit: Unit) -> core.Unit:
    """The unit with its facts (prefetched), in order."""
    return core.Unit(
        code=unit.code,
        kind=core.About(unit.kind),
        opened=Quarter.containing(unit.opened),
        closed=Quarter.containing(unit.closed) if unit.closed else None,
        facts=tuple(core_facts(facts) for facts in sorted(unit.facts.all(), key=lambda facts: facts.since)),
    )


def core_facts(facts: UnitFacts) -> core.Facts:
    return core.Facts(Quarter.containing(facts.since), frozenset(facts.stages), facts.ownership)


def _elements(definitions: Iterable[TargetDefinition]) -> list[Element]:
    """Those that the definitions read, once each, in the order of the data standard."""
    used = {element for definition in definitions for element in definition.elements}
    return sorted(used, key=lambda element: (element.position, element.code))


def _targets(adoption: Adoption, definitions: Iterable[TargetDefinition]) -> tuple[core.Target, ...]:
    adopted = {one.target_id: one for one in AdoptedTarget.objects.filter(adoption=adoption)}
    return tuple(core_target(definition, adopted.get(definition.target_id)) for definition in definitions)


def _approved(district: District, elements: Sequence[Element], last: Quarter) -> NDArray[np.void]:
    """The values in force up to ``last``, as rows of ids, quarter and number."""
    rows = (
        Entry.objects.approved()
        .of(district)
        .up_to(last)
        .filter(element__in=[element.pk for element in elements])
        .order_by()
        .values_list("unit_id", "element_id", Cast("quarter", IntegerField()), Cast("approved_value", FloatField()))
    )
    return np.fromiter(rows.iterator(chunk_size=5000), dtype=ROW)


def cube_of(
    rows: NDArray[np.void], units: list[int], elements: list[int], first: Quarter, last: Quarter
) -> NDArray[np.float64]:
    """U × E × Q, NaN where there is none."""
    cube = np.full((len(units), len(elements), last - first + 1), np.nan)
    if len(rows):
        places = _places(rows["unit"], units), _places(rows["element"], elements), rows["quarter"] - int(first)
        cube[places] = rows["value"]
    return cube


def _places(ids: NDArray[np.int64], order: list[int]) -> NDArray[np.intp]:
    """Where each id stands in ``order``, which has them all."""
    known = np.array(order, dtype=np.int64)
    sorter = np.argsort(known)
    return sorter[np.searchsorted(known, ids, sorter=sorter)]
