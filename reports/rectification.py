"""The ledger of rectifications (整改台账) of a half-year: every red target with what is done about it, the items still
open from earlier ones, and those closed since. Read from stored results and dates; nothing is measured here.

An item that is still open when the next half-year is measured has been carried into it (沿用), once for each half-year,
as long as its date has passed or its target is still red (docs/decisions/0074).
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q
from django.utils import timezone

from base import clock
from base.quarters import Period, Quarter
from reports.models import Measurement, Rectification, Result
from reports.queries import measurement_of
from reports.readings import Reading
from reports.tally import RED
from targets.models import AdoptedTarget, TargetDefinition
from tasks.models import Adoption


@dataclass
class Case:
    """One target of the ledger. ``reading``: its result of the half-year, None where it has none; ``item``: the open
    one; ``closed``: those of it that were closed, the newest first, since the half-year began."""

    adopted: AdoptedTarget
    period: Period
    today: datetime.date
    name: str
    reading: Reading | None = None
    item: Rectification | None = None
    closed: list[Rectification] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.adopted.target.code

    @property
    def is_red(self) -> bool:
        return self.reading is not None and self.reading.status in RED

    @property
    def lacks_measure(self) -> bool:
        """Red, and nobody has said, since this half-year was measured, what is done about it."""
        return self.is_red and self.item is None and all(one.period != self.period for one in self.closed)

    @property
    def is_overdue(self) -> bool:
        return self.item is not None and self.item.due < self.today

    @property
    def is_better(self) -> bool:
        """Open, and its target is red no more: to be closed."""
        return self.item is not None and self.reading is not None and not self.is_red

    @property
    def carried(self) -> int:
        """How many times the open item was carried into a next half-year."""
        if self.item is None or not (self.is_red or self.is_overdue):
            return 0
        return steps(self.item.period, self.period)


@dataclass
class Ledger:
    """Of a half-year; ``is_measured`` is False before there are results, when nothing is known to be red."""

    period: Period
    is_measured: bool
    cases: list[Case]

    @property
    def red(self) -> list[Case]:
        return [case for case in self.cases if case.is_red]

    @property
    def open(self) -> list[Case]:
        return [case for case in self.cases if case.item]

    @property
    def lacking(self) -> list[Case]:
        return [case for case in self.cases if case.lacks_measure]

    @property
    def overdue(self) -> list[Case]:
        return [case for case in self.cases if case.is_overdue]

    @property
    def carried(self) -> list[Case]:
        return [case for case in self.cases if case.carried]

    def of_section(self, section_id: int) -> "Ledger":
        mine = [case for case in self.cases if case.adopted.section_id == section_id]
        return Ledger(self.period, self.is_measured, mine)


def steps(first: Period, then: Period) -> int:
    """Half-years from one to a later one; 0 if it is not later."""
    return max(0, (then.first - first.first) // first.length)


def carried_until_closed(item: Rectification) -> int:
    """How many half-years had ended, and been told in a bulletin as its own had, before a closed item was closed."""
    closed = Period.half_year_of(Quarter.containing(timezone.localtime(item.closed_at).date()))
    return max(0, steps(item.period, closed) - 1)


def ledger_of(adoption: Adoption, period: Period) -> Ledger:
    """In the plan's order. A fixed number of queries."""
    measurement = measurement_of(adoption, period)
    items = list(_items(adoption, period))
    results = _results(measurement, {item.target.target_id for item in items}) if measurement else {}
    cases: dict[int, Case] = {}
    for adopted in _adopted(adoption, results, items):
        reading = Reading(results[adopted.target_id], adopted) if adopted.target_id in results else None
        name = reading.name if reading else name_of(adopted)
        cases[adopted.pk] = Case(adopted, period, clock.today(), name, reading)
    for item in items:
        case = cases[item.target_id]
        if item.is_open:
            case.item = item
        else:
            case.closed.append(item)
    return Ledger(period, measurement is not None, list(cases.values()))


def _items(adoption: Adoption, period: Period) -> Iterable[Rectification]:
    """Those that concern the half-year: opened in it or before, and not closed before it began."""
    start = datetime.datetime.combine(period.first.start, datetime.time(), timezone.get_current_timezone())
    found = Rectification.objects.filter(target__adoption=adoption, period__lte=period)
    found = found.exclude(closed_at__lt=start).select_related("target", "evidence", "opened_by", "closed_by")
    return found.order_by("-id")


def _results(measurement: Measurement, also: set[int]) -> dict[int, Result]:
    """The district's red results, and those of targets with an item, by target."""
    found = measurement.results.of_district().filter(Q(status__in=RED) | Q(target__in=also))
    read = found.select_related("definition__target").prefetch_related("definition__terms", "definition__goals")
    return {result.target_id: result for result in read}


def _adopted(adoption: Adoption, results: dict[int, Result], items: Sequence[Rectification]) -> Iterable[AdoptedTarget]:
    wanted = {*results, *(item.target.target_id for item in items)}
    found = AdoptedTarget.objects.filter(adoption=adoption, target__in=wanted)
    named = Prefetch("target__definitions", TargetDefinition.objects.order_by("-since"))
    return found.select_related("section", "target").prefetch_related(named).order_by("target__position", "target_id")


def name_of(adopted: AdoptedTarget) -> str:
    """Of its newest definition; wants ``target__definitions`` prefetched, the newest first."""
    definitions = adopted.target.definitions.all()
    return definitions[0].name if definitions else adopted.target.code
