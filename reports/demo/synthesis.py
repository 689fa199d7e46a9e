"""Many districts of one plan with an invented, approved history: to try an installation at the size of a province.

The first ``MOULDS`` districts are invented figure by figure, as the demo is; each later one is like one of them with
schools of another size. Nobody did any of it, so it has no audit rows of entries. The same seed gives the same data.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import models, transaction

from base import bulk, clock
from base.quarters import Quarter
from reports.demo.district import SHARES, build_people, build_units
from reports.demo.figures import BASIC, Figures, owed, read_story
from reports.demo.seed import moment, set_baselines
from schools.models import District, Stage, Unit, UnitFacts, User
from submissions.asking import Asking
from submissions.models import Entry, EntryState, Submission
from targets.loader import load_plan
from targets.models import BY_SCHOOL, AdoptedTarget, Element, ValueType
from targets.values import parse
from tasks.models import AdoptedTask, Adoption, Plan

PLAN_FILE = Path(settings.BASE_DIR) / "fixtures" / "plan_2023_2025.yaml"
CODE = "syn-"  # begins the code of every synthetic district
MOULDS = 4
SMALLEST, LARGEST = 0.8, 1.25  # of the size of the school that it is like
NOTE = "演示数据：按台账研判"
ENTRY = (
    "element", "unit", "quarter", "value", "note", "state", "version", "entered_at", "entered_by", "return_reason",
    "approved_value", "approved_at", "approved_by", "reopened_until", "flags",
)  # fmt: skip
SUBMISSION = ("unit", "quarter", "first_submitted_at", "first_submitted_by")
Row = TypeVar("Row", bound=models.Model)


class Line(NamedTuple):
    """One figure of a mould: of the unit at this place among those of the district by code."""

    place: int
    element: Element
    quarter: Quarter
    value: int
    grows: bool  # with the size of the school


@dataclass(frozen=True)
class Size:
    districts: int
    schools: int  # of each
    quarters: int  # up to the newest one that is over, or the plan's last
    dice: int


def is_foreign() -> bool:
    """Whether the installation has a district that isn't synthetic."""
    return District.objects.exclude(code__startswith=CODE, is_demo=True).exists()


def synthesise(size: Size, *, tell: Callable[[str], None]) -> int:
    """Fill an installation without districts, or go on where it was interrupted; each district all or nothing.
    Returns how many are new."""
    standing = District.objects.count()
    filling = _Filling(size)
    for number in range(standing, size.districts):
        with transaction.atomic():
            tell(filling.fill(number))
    bulk.analyse()
    return max(0, size.districts - standing)


class _Filling:
    def __init__(self, size: Size) -> None:
        self.size = size
        self.story = read_story()
        self.moulds: dict[int, list[Line]] = {}

    def fill(self, number: int) -> str:
        """Make the district of this number with all that is its own. Returns what is told of it."""
        adoption, like = self._adopt(number), number % MOULDS
        chance = random.Random(f"{self.size.dice}-{like}")
        build_units(adoption.district, dealt(self.size.schools), chance)
        people = build_people(adoption.district, chance, before=_before(number))
        units = _units(adoption)
        entries = list(self._entries(number, adoption, units, people))
        bulk.append(Entry, ENTRY, entries)
        bulk.append(Submission, SUBMISSION, self._submissions(number, adoption, units, people))
        if number == like:
            set_baselines(adoption, self.story)
        return f"{adoption.district}：{len(units) - 1} 所学校，{len(entries)} 个数"

    def _adopt(self, number: int) -> Adoption:
        """The first one comes from the plan file; the others are copies of the one that they are like."""
        district = District(code=f"{CODE}{number + 1:03d}", name=f"演示{number + 1}区", is_demo=True)
        if number:
            like = Adoption.objects.get(district__code=f"{CODE}{number % MOULDS % number + 1:03d}")
            return _adopted_alike(like, district)
        load_plan(PLAN_FILE, by=None)
        adoption = Adoption.objects.select_related("plan", "district").get()
        district.pk = adoption.district_id
        district.save()
        return Adoption.objects.select_related("plan", "district").get()

    def _mould(self, like: int) -> list[Line]:
        if like not in self.moulds:
            self.moulds[like] = list(self._invented(like))
        return self.moulds[like]

    def _invented(self, like: int) -> Iterator[Line]:
        district = District.objects.get(code=f"{CODE}{like + 1:03d}")
        units = list(Unit.objects.of(district).with_facts().order_by("code"))
        figures = Figures(units=units, story=self.story, seed=self.size.dice + like)
        elements, asking = list(Element.objects.exclude(code__in=self.story["unreported"])), Asking(district)
        growing = {*self.story["parts"], "KG_CHILDREN_PUBLIC", *(code for codes in BASIC.values() for code in codes)}
        for quarter in self.quarters:
            for place, unit in enumerate(units):
                for element in owed(asking, unit, quarter, elements) if unit.is_open_in(quarter) else ():
                    text = figures.value(unit, element, quarter)
                    value = None if text is None else parse(element, text)
                    if value is not None:
                        yield Line(place, element, quarter, int(value), element.code in growing)

    @cached_property
    def quarters(self) -> list[Quarter]:
        newest = min(Quarter.containing(clock.today()) - 1, Plan.objects.get().last_quarter)
        return [newest - back for back in reversed(range(self.size.quarters))]

    def _entries(
        self, number: int, adoption: Adoption, units: list[Unit], people: dict[str, User]
    ) -> Iterator[tuple[bulk.Plain, ...]]:
        sizes, before = self._sizes(number, len(units)), _before(number)
        times = {quarter: _times(adoption, quarter) for quarter in self.quarters}
        clerks = [people.get(f"{before}{unit.code.lower()}-clerk") for unit in units]
        for place, element, quarter, value, grows in self._mould(number % MOULDS):
            entered_at, approved_at = times[quarter]
            amount = grown(value, sizes[place]) if grows else value
            by = clerks[place] if element.entered_by == BY_SCHOOL else people[f"{before}{element.entered_by}-1"]
            yield (
                element.pk, units[place].pk, int(quarter), amount,
                NOTE if element.value_type == ValueType.VERDICT else "",
                EntryState.APPROVED.value, 1, entered_at, by and by.pk, "",
                amount, approved_at, people[f"{before}{element.reviewed_by}-2"].pk, None, "",
            )  # fmt: skip

    def _sizes(self, number: int, units: int) -> list[float]:
        chance = random.Random(f"{self.size.dice}+{number}")
        return [1.0 if number < MOULDS else chance.uniform(SMALLEST, LARGEST) for _ in range(units)]

    def _submissions(
        self, number: int, adoption: Adoption, units: list[Unit], people: dict[str, User]
    ) -> Iterator[tuple[bulk.Plain, ...]]:
        for quarter in self.quarters:
            if quarter >= adoption.plan.first_quarter:
                at = bulk.plain(Submission, "first_submitted_at", moment(adoption.due(quarter)))
                for unit in units:
                    principal = people.get(f"{_before(number)}{unit.code.lower()}-principal")
                    if principal and unit.is_open_in(quarter):
                        yield unit.pk, int(quarter), at, principal.pk


def _before(number: int) -> str:
    """What the user names of a district begin with."""
    return f"syn{number + 1:03d}-"


def dealt(count: int) -> dict[tuple[Stage, ...], int]:
    """``count`` schools, by kind."""
    whole, numbers = 0.0, {}
    for stages, share in SHARES.items():
        numbers[stages] = round(count * (whole + share)) - round(count * whole)
        whole += share
    return numbers


def grown(value: int, size: float) -> int:
    """A number of heads or classes in a school of another size: no part exceeds its whole, and no one is lost."""
    return max(math.floor(value * size), min(value, 1))


def _times(adoption: Adoption, quarter: Quarter) -> tuple[str, str]:
    return (
        bulk.plain(Entry, "entered_at", moment(adoption.due(quarter))),
        bulk.plain(Entry, "approved_at", moment(adoption.closes(quarter), hour=16)),
    )


def _units(adoption: Adoption) -> list[Unit]:
    return list(Unit.objects.of(adoption.district).with_facts().order_by("code"))


def _adopted_alike(like: Adoption, district: District) -> Adoption:
    """The same plan in a new district with sections, bureau, calendar, responsible sections and baselines as there."""
    district.save()
    sections = {}
    for section in like.district.sections.all():
        sections[section.pk] = _copied(section, district_id=district.pk)
        sections[section.pk].save()
    bureau = Unit.objects.of(like.district).with_facts().get(kind="bureau")
    unit = _copied(bureau, district_id=district.pk)
    unit.save()
    UnitFacts.objects.bulk_create(_copied(facts, unit_id=unit.pk) for facts in bureau.facts.all())
    adoption = _copied(like, district_id=district.pk)
    adoption.save()
    for model in (AdoptedTask, AdoptedTarget):
        model.objects.bulk_create(
            _copied(one, adoption_id=adoption.pk, section_id=sections[one.section_id].pk)
            for one in model.objects.filter(adoption=like)
        )
    return Adoption.objects.select_related("plan", "district").get(pk=adoption.pk)


def _copied(row: Row, **changes: Any) -> Row:
    """Unsaved."""
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{name: getattr(row, name) for name in names} | changes)
