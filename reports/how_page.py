"""How a result came about, for people: the computation with its numbers, who is in it, and the entries behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isclose

from django.core.paginator import Page, Paginator

from base.quarters import Period
from base.templatetags.numbers import number, unit
from base.templatetags.status import Mark
from reports.formula import formula, timing, worked
from reports.models import Measurement, Result
from reports.readings import Reading
from reports.tracing import STANDINGS, Share, Trace, entries_behind, trace_of
from schools.models import Unit, UnitKind
from submissions.history import Event, lives_of
from submissions.models import Entry
from targets import values
from targets.models import Element, Measure, Target, TargetDefinition

ROWS = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """What a unit gave of an element, and the entries taken for it."""

    element: Element
    text: str
    taken: list[Entry]
    is_reported: bool = True


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry with its value in force and its whole life."""

    entry: Entry
    shown: str
    life: list[Event]


@dataclass(frozen=True)
class Line:
    """One unit in the computation."""

    share: Share
    cells: list[Cell]
    enters: str  # what it adds to the result, in words

    @property
    def mark(self) -> Mark:
        tone, label, shape = STANDINGS[self.share.standing]
        return Mark(self.share.standing, label, shape, tone)

    @property
    def unit(self) -> Unit:
        return self.share.unit


@dataclass(frozen=True)
class HowPage:
    """``lines`` are those of the units that may be seen: of one page, or of the one unit that is asked for."""

    target: Target
    definition: TargetDefinition
    measurement: Measurement
    reading: Reading
    trace: Trace
    lines: list[Line]
    page: Page | None = None

    @property
    def period(self) -> Period:
        return self.measurement.period

    @property
    def formula(self) -> str:
        return formula(self.definition)

    @property
    def timing(self) -> str:
        return timing(self.definition)

    @property
    def worked(self) -> str:
        return worked(self.reading)

    @property
    def has_parts(self) -> bool:
        return self.definition.measure in (Measure.RATIO, Measure.SHARE)

    @property
    def moved_on(self) -> str:
        """The value as it would be now, if approvals since the measurement have changed it; else empty."""
        before, now = self.reading.result.value, self.trace.value
        if self.reading.result.unit_id or before is None or now is None or isclose(before, now, abs_tol=1e-9):
            return ""
        return unit(self.reading.digits(now), self.reading.unit)


def how_page(measurement: Measurement, result: Result, units: set[int] | None, at: int) -> HowPage:
    """Of the district's ``result`` (with parts and own); ``at`` is the page of units, ``units`` who may be seen."""
    trace = trace_of(measurement.adoption, result.definition, measurement.period)
    seen = [share for share in trace.shares if _is_seen(share, units)]
    page = Paginator(_worst_first(seen), ROWS).get_page(at)
    lines = _lines(trace, page.object_list)
    return HowPage(
        result.definition.target, result.definition, measurement, Reading(result, result.own), trace, lines, page
    )


def how_page_of_unit(measurement: Measurement, result: Result, unit: Unit) -> HowPage | None:
    """Of one unit; ``result`` is its own, or the district's for the bureau. None if the unit does not count."""
    trace = trace_of(measurement.adoption, result.definition, measurement.period)
    share = trace.of(unit)
    if share is None:
        return None
    lines = _lines(trace, [share])
    return HowPage(result.definition.target, result.definition, measurement, Reading(result, result.own), trace, lines)


def proofs_of(line: Line) -> list[tuple[Cell, list[Proof]]]:
    """The entries of a line with their histories, by element."""
    lives = lives_of(entry for cell in line.cells for entry in cell.taken)
    return [(cell, [_proof(entry, lives[entry.pk]) for entry in cell.taken]) for cell in line.cells]


def _proof(entry: Entry, life: list[Event]) -> Proof:
    return Proof(entry, values.display(entry.element, entry.approved_value), life)


def _is_seen(share: Share, units: set[int] | None) -> bool:
    return units is None or share.unit.kind == UnitKind.BUREAU or share.unit.pk in units


def _worst_first(shares: Sequence[Share]) -> list[Share]:
    """Missing, carried, the others; each in the order of the units."""
    order = ["missing", "carried", "fresh", "unasked"]
    return sorted(shares, key=lambda share: order.index(share.standing))


def _lines(trace: Trace, shares: Sequence[Share]) -> list[Line]:
    taken = entries_behind(trace, [share.unit for share in shares])
    return [
        Line(
            share,
            [_cell(share, element, taken.get(share.unit.pk, {})) for element in trace.elements],
            _adds(trace, share),
        )
        for share in shares
    ]


def _cell(share: Share, element: Element, taken: dict[str, list[Entry]]) -> Cell:
    """An element that the unit does not report is a dash; a blank is said to be one."""
    if element.code not in share.amounts:
        return Cell(element, "—", [], is_reported=False)
    amount = share.amounts[element.code]
    text = "未报" if amount is None else values.display(element, Decimal(repr(amount)))
    return Cell(element, text, taken.get(element.code, []))


def _adds(trace: Trace, share: Share) -> str:
    """What the unit is in the result: 24 / 124, 达标, 未计入 …"""
    measure = trace.definition.measure
    if measure == Measure.SHARE:
        return "不计" if not share.denominator else "达标" if share.numerator else "未达标"
    if not share.enters:
        return "未计入"
    if measure == Measure.RATIO:
        return f"{number(share.numerator)} / {number(share.denominator)}"
    return number(share.numerator) if measure == Measure.COUNT else "计入"
