"""From the database to the core: everything of one district that a measurement reads (measurement.md §2).

Definitions and units are few; the approved values are many, and come as plain tuples, not as objects.
"""

from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
from django.db.models import Exists, F, FloatField, OuterRef, Window
from django.db.models.functions import Cast, RowNumber
from numpy.typing import NDArray

from base import bulk
from base.quarters import Period, Quarter
from schools.models import Unit, UnitFacts
from submissions.models import Entry
from targets.core import model as core
from targets.core.ledger import origin_of
from targets.definitions import core_element, core_target, with_own
from targets.models import AdoptedTarget, Element, TargetDefinition
from targets.queries import definitions_in_force
from tasks.models import Adoption

ROW = np.dtype([("unit", np.int64), ("element", np.int64), ("quarter", np.int64), ("value", np.float64)])
NEAR = 4  # quarters from the axis' begin on in which nothing is measured yet: a value there outdates what is older


@dataclass(frozen=True, slots=True)
class Promise:
    """What a plan promises in a period, the same for all its districts: read once for many of them."""

    definitions: list[TargetDefinition]
    targets: list[core.Target]  # in their order, without what is a district's own
    elements: list[Element]  # that they read, once each, in the order of the data standard
    period: Period

    @classmethod
    def of(cls, definitions: list[TargetDefinition], period: Period) -> Self:
        """Wants definitions with parts."""
        used = {element for definition in definitions for element in definition.elements}
        elements = sorted(used, key=lambda element: (element.position, element.code))
        return cls(definitions, [core_target(one) for one in definitions], elements, period)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a book was made of; ``units`` and ``definitions`` stand in the book's order."""

    book: core.Book
    definitions: list[TargetDefinition]
    units: list[Unit]


def book_of(adoption: Adoption, period: Period) -> core.Book:
    """The definitions in force in the period's last quarter, with all approved values up to it that still count:
    earlier ones serve windows, last year's figures, goals missed and values carried."""
    return sources_of(adoption, promise_of(adoption, period)).book


def promise_of(adoption: Adoption, period: Period) -> Promise:
    """All of the plan's targets, as they are in force in the period."""
    return Promise.of(definitions_in_force(adoption, period.last), period)


def sources_of(adoption: Adoption, promise: Promise) -> Sources:
    """What a measurement of the district reads. Five queries."""
    plan, last = adoption.plan, promise.period.last
    units = list(Unit.objects.of(adoption.district).with_facts().order_by("code"))
    rows = _approved(adoption, promise)
    first = Quarter(min(int(rows["quarter"].min(initial=last)), plan.first_quarter))
    places = [unit.pk for unit in units], [element.pk for element in promise.elements]
    book = core.Book(
        plan_start=plan.first_quarter,
        plan_end=plan.last_quarter,
        elements=tuple(core_element(element) for element in promise.elements),
        targets=_targets(adoption, promise),
        units=tuple(core_unit(unit) for unit in units),
        values=cube_of(rows, *places, first, last),
        first_quarter=first,
    )
    return Sources(book, promise.definitions, units)


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


def _targets(adoption: Adoption, promise: Promise) -> tuple[core.Target, ...]:
    adopted = {one.target_id: one for one in AdoptedTarget.objects.filter(adoption=adoption)}
    together = zip(promise.definitions, promise.targets, strict=True)
    return tuple(with_own(target, adopted.get(definition.target_id)) for definition, target in together)


def _approved(adoption: Adoption, promise: Promise) -> NDArray[np.void]:
    """The values in force that count, as rows of ids, quarter and number: those on the axis of the core's ledger, and
    of what is older the latest of each stock that has none in the axis' first quarters, so that a long history costs no
    more than a short one."""
    begins = origin_of(adoption.plan.first_quarter, promise.targets, promise.period)
    approved = Entry.objects.approved().of(adoption.district).order_by()
    on_axis = approved.up_to(promise.period.last).filter(quarter__gte=begins, element__in=promise.elements)
    older = approved.filter(quarter__lt=begins, element__in=[one for one in promise.elements if one.is_stock])
    near = approved.filter(unit=OuterRef("unit"), element=OuterRef("element"))
    older = older.filter(~Exists(near.filter(quarter__range=(begins, begins + NEAR))))
    latest = Window(RowNumber(), partition_by=["unit_id", "element_id"], order_by=F("quarter").desc())
    carried = older.annotate(latest=latest).filter(latest=1)
    columns = "unit_id", "element_id", "quarter", Cast("approved_value", FloatField())
    fetched = (bulk.fetch(rows.values_list(*columns)) for rows in (on_axis, carried))
    return np.fromiter(chain.from_iterable(fetched), dtype=ROW)


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
