"""What stands behind a result: the units that were counted and the entries that were taken, as they are now.

The core decides who counts and what is taken (``targets.core``); here its answer is joined to units, entries, people.
A result is stored when it is measured; what was approved since then can make the two differ, which the page says.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from base.quarters import Period, Quarter
from reports.book import Promise, sources_of
from schools.models import Unit
from submissions.models import Entry
from targets.core.measure import subjects_of, taken_in_view
from targets.core.subject import Subject
from targets.core.values import Measured
from targets.models import Element, PeriodKind, TargetDefinition
from tasks.models import Adoption

FRESH, CARRIED, MISSING, UNASKED = "fresh", "carried", "missing", "unasked"
# As pages show them: a tone of app.css, a word, a shape.
STANDINGS = {
    FRESH: ("on_track", "已报", "●"),
    CARRIED: ("at_risk", "沿用", "◆"),
    MISSING: ("behind", "缺报", "■"),
    UNASKED: ("idle", "未到填报", "○"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit gives to a target: its parts of numerator and denominator, and an amount per element.

    An amount is None where nothing has been given; an element that the unit does not report is absent.
    """

    unit: Unit
    name: str
    standing: str  # of STANDINGS
    numerator: float
    denominator: float
    enters: bool  # it has what the measure needs
    amounts: dict[str, float | None]  # by element code


@dataclass(frozen=True, slots=True)
class Trace:
    """``elements`` in the order of the definition; ``value`` and its parts are the district's, measured now."""

    definition: TargetDefinition
    elements: list[Element]
    at: Quarter
    since: Quarter  # the first quarter whose flows count
    shares: list[Share]
    numerator: float | None
    denominator: float | None
    value: float | None

    def of(self, unit: Unit) -> Share | None:
        return next((share for share in self.shares if share.unit == unit), None)


def trace_of(adoption: Adoption, definition: TargetDefinition, period: Period) -> Trace:
    """Who counts for a target in ``period`` and with what; ``definition`` wants its parts."""
    sources = sources_of(adoption, Promise.of([definition], period))
    (subject,) = subjects_of(sources.book, period)
    _, moment, measured = taken_in_view(subject, period)
    return Trace(
        definition=definition,
        elements=sorted(definition.elements, key=lambda element: subject.target.elements.index(element.code)),
        at=moment.at,
        since=min(moment.flows_since, moment.at),
        shares=list(_shares(measured, sources.units, subject)),
        numerator=_blank(measured.numerator[0]),
        denominator=_blank(measured.denominator[0]),
        value=_blank(measured.value[0]),
    )


def _shares(measured: Measured, units: list[Unit], subject: Subject) -> Iterable[Share]:
    """Of every unit of the target that is expected, in the order of the units."""
    evidence, parts = measured.evidence, measured.parts
    codes = subject.target.elements
    for u, unit in enumerate(units):
        if not evidence.expected[u]:
            continue
        yield Share(
            unit=unit,
            name=unit.facts_in(evidence.at).name,
            standing=_standing(measured, u),
            numerator=float(parts.numerator[u]),
            denominator=float(parts.denominator[u]),
            enters=bool(parts.has[u]),
            amounts={
                code: float(evidence.amounts[u, k]) if evidence.given[u, k] else None
                for k, code in enumerate(codes)
                if evidence.reported[u, k]
            },
        )


def _standing(measured: Measured, u: int) -> str:
    evidence = measured.evidence
    if evidence.missing[u]:
        return MISSING
    if evidence.carried[u]:
        return CARRIED
    return FRESH if evidence.asked[u].any() else UNASKED


def _blank(number: float) -> float | None:
    return None if number != number else float(number)


def entries_behind(trace: Trace, units: Iterable[Unit]) -> dict[int, dict[str, list[Entry]]]:
    """The entries taken, by unit id and element code: the latest of a stock, those in the window of a flow.

    Oldest first; they come with who entered and who approved them, in one query.
    """
    elements = {element.pk: element for element in trace.elements}
    found: dict[int, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    entries = Entry.objects.approved().up_to(trace.at).filter(unit__in=list(units), element__in=elements)
    for entry in entries.select_related("entered_by", "approved_by").order_by("quarter"):
        element = entry.element = elements[entry.element_id]
        taken = found[entry.unit_id][element.code]
        if element.period_kind == PeriodKind.STOCK:
            taken[:] = [entry]
        elif entry.quarter >= trace.since and element.is_asked_in(entry.quarter):
            taken.append(entry)
    return {unit: dict(by_code) for unit, by_code in found.items()}
