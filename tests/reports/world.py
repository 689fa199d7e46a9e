"""The real plan in a small district with invented, uneven figures: every measure, gaps, corrections, late openings."""

import datetime
import functools
import random
from decimal import Decimal
from pathlib import Path
from unittest import mock

from base import clock
from base.quarters import Quarter
from schools.models import District, Section, Unit
from submissions.models import Entry, EntryState
from targets.loader import load_plan
from targets.loader.source import read
from targets.models import AdoptedTarget, Element, ValueType
from tasks.models import Adoption
from tests import factories

PLAN = Path(__file__).parents[2] / "fixtures" / "plan_2023_2025.yaml"
FIRST, LAST = Quarter.parse("2022Q1"), Quarter.parse("2025Q2")
read_once = functools.cache(read)


def make_world(seed: int = 1) -> Adoption:
    """A district of eight schools that works by the plan, with values of 2022Q1–2025Q2, one in ten missing."""
    dice = random.Random(seed)
    with mock.patch("targets.loader.read", read_once):  # reading the file takes half the time of loading it
        load_plan(PLAN, by=None)
    adoption = Adoption.objects.select_related("plan", "district").get()
    units = make_units(adoption.district)
    adopted = AdoptedTarget.objects.filter(adoption=adoption, target__code__in=["MYOPIA", "PRI_MONITOR_EXC"])
    adopted.update(baseline_value=50, baseline_date=datetime.date(2022, 12, 31), baseline_source="2022年统计")
    elements = list(Element.objects.all())
    Entry.objects.bulk_create(
        entry(unit, element, Quarter(quarter), dice)
        for unit in units
        for element in elements
        for quarter in range(FIRST, LAST + 1)
        if element.is_asked_in(Quarter(quarter)) and fits(unit, element, Quarter(quarter)) and dice.random() < 0.9
    )
    return adoption


def make_units(district: District) -> list[Unit]:
    make = factories.make_unit
    merged = make(district, "P2", stages=["primary"], closed=datetime.date(2024, 8, 31))
    merged.successor = make(district, "N1", stages=["primary", "junior"], group="北区教育集团")
    merged.save()
    turned = make(district, "K2", stages=["kindergarten"], ownership="private")
    factories.make_facts(turned, datetime.date(2024, 9, 1), name="K2公办幼儿园", stages=["kindergarten"])
    make(district, "K1", stages=["kindergarten"])
    make(district, "P1", stages=["primary"], opened=datetime.date(2024, 9, 1))
    make(district, "P3", stages=["primary"], ownership="private")
    make(district, "J1", stages=["junior"])
    make(district, "S1", stages=["senior"])
    return list(Unit.objects.of(district).with_facts())


def fits(unit: Unit, element: Element, quarter: Quarter) -> bool:
    stages = unit.facts_in(quarter).stages
    return (
        element.about == unit.kind
        and unit.is_open_in(quarter)
        and (not element.stages or not set(element.stages).isdisjoint(stages))
    )


def entry(unit: Unit, element: Element, quarter: Quarter, dice: random.Random) -> Entry:
    number = {
        ValueType.BOOLEAN: lambda: dice.choice([0, 1, 1]),
        ValueType.DATE: lambda: (quarter.end - datetime.timedelta(days=dice.randint(-90, 400))).toordinal(),
        ValueType.VERDICT: lambda: dice.choice([0, 1, 2]),
    }.get(ValueType(element.value_type), lambda: dice.choice([0, 1, 3, dice.randint(4, 60)]))()
    return Entry(
        unit=unit,
        element=element,
        quarter=quarter,
        value=Decimal(number),
        approved_value=Decimal(number),
        state=EntryState.APPROVED,
        entered_at=clock.now(),
        approved_at=clock.now(),
    )


def section(adoption: Adoption, code: str) -> Section:
    return adoption.district.sections.get(code=code)
