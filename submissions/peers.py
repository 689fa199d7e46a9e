"""Schools like one school: what those that are open last had approved, for comparing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, F, Q, When

from base.quarters import Quarter
from schools.models import Unit
from submissions.asking import Asking, Rule, overlap
from submissions.models import Entry
from targets.models import Element

PEERS_BACK = 4  # quarters: the same time last year is the oldest that compares

Kind = frozenset[str]  # the stages in which schools are alike
Figures = dict[int, tuple[Kind, Decimal]]  # by unit id


@dataclass
class Peers:
    """The approved values of a district's open schools, of the latest quarters up to ``quarter``."""

    asking: Asking
    quarter: Quarter
    units: list[Unit]
    values: dict[int, dict[Quarter, dict[int, Decimal]]]  # by unit, quarter (newest first) and element
    _known: dict[tuple[tuple[int, ...], ...], Figures] = field(default_factory=dict)

    @classmethod
    def read(cls, asking: Asking, quarter: Quarter, elements: Collection[int], *, waiting: bool = False) -> "Peers":
        """Of these ``elements`` (ids); ``waiting``: what waits for review in ``quarter`` counts as if it were approved.
        Three queries, none if there are no elements."""
        values: dict[int, dict[Quarter, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        if not elements:
            return cls(asking, quarter, [], values)
        units = list(Unit.objects.of(asking.district).schools().open_in(quarter).with_facts())
        entries = Entry.objects.of(asking.district).filter(element__in=elements)
        entries = entries.filter(quarter__range=(quarter - PEERS_BACK, quarter)).order_by("-quarter")
        here = Q(quarter=quarter, state="submitted")
        told = Case(When(here, then="value"), default="approved_value") if waiting else F("approved_value")
        known = entries.annotate(told=told).filter(told__isnull=False)
        for unit, when, element, value in known.values_list("unit_id", "quarter", "element_id", "told"):
            values[unit][when][element] = value
        return cls(asking, quarter, units, values)

    def figures(self, rule: Rule, unit: Unit) -> list[Decimal]:
        """Of the other schools that are of ``unit``'s stages, so far as these matter to the elements of ``rule``: what
        its left side comes to, divided by its right side if it has one."""
        return self._like(unit, tuple(rule.left), tuple(rule.right))

    def others(self, unit: Unit, element: Element) -> list[Decimal]:
        """``figures`` of one element."""
        return self._like(unit, (element.pk,), ())

    def _like(self, unit: Unit, *sides: tuple[int, ...]) -> list[Decimal]:
        if sides not in self._known:
            self._known[sides] = self._figures(*sides)
        kind = self._kind([pk for side in sides for pk in side], unit)
        return [value for pk, (like, value) in self._known[sides].items() if like == kind and pk != unit.pk]

    def _figures(self, left: Iterable[int], right: Iterable[int]) -> Figures:
        found: Figures = {}
        for unit in self.units:
            over, under = self._reported(left, unit), self._reported(right, unit)
            wanted = {*over, *under}
            known = next((one for one in self.values[unit.pk].values() if wanted <= one.keys()), None)
            divisor = sum(known[pk] for pk in under) if known and right else Decimal(1)
            if over and known and divisor:
                found[unit.pk] = self._kind(wanted, unit), sum(known[pk] for pk in over) / divisor
        return found

    def _reported(self, ids: Iterable[int], unit: Unit) -> list[int]:
        stages = unit.facts_in(self.quarter).stages
        return [pk for pk in ids if overlap(self.asking.elements[pk].stages, stages)]

    def _kind(self, ids: Iterable[int], unit: Unit) -> Kind:
        """A nine-year school's primary figures compare with those of primary schools; figures of all stages with those
        of other nine-year schools."""
        had = frozenset(unit.facts_in(self.quarter).stages)
        limited = [self.asking.elements[pk].stages for pk in ids if self.asking.elements[pk].stages]
        return had.intersection(*limited) if limited else had
