"""条款对照: the plan clause by clause, each number of it with the target that carries it and how that stands, or why it
is no target."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from base.templatetags.quarters import deadline
from reports.models import Measurement, Result
from reports.readings import Reading
from targets.models import Clause, ClauseNumber, NoTarget, TargetDefinition
from tasks.models import Action, Adoption

CODE = re.compile(r"[A-Z][A-Z0-9_]{3,}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """The target of a number; ``reading``: how it stands, if it was measured."""

    code: str
    name: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Row:
    """Numbers, side by side, that one goal carries, or that are no target for one reason."""

    numbers: list[ClauseNumber]
    carrier: Carrier | None
    reason: str

    @property
    def expressions(self) -> str:
        return "、".join(one.expression for one in self.numbers)

    @property
    def due(self) -> str:
        return deadline(self.numbers[0].due)


@dataclass(frozen=True, slots=True)
class Part:
    clause: Clause
    rows: list[Row]


@dataclass(frozen=True)
class Contents:
    """``parts``: the clauses that the filter leaves; the counts are of the whole plan."""

    clauses: list[Clause]
    parts: list[Part]

    @property
    def actions(self) -> list[Action]:
        return list(dict.fromkeys(one.action for one in self.clauses if one.action))

    @cached_property
    def numbers(self) -> list[ClauseNumber]:
        return [one for clause in self.clauses for one in clause.numbers.all()]

    @property
    def carried(self) -> int:
        return sum(1 for one in self.numbers if one.target_id)

    @property
    def targets(self) -> int:
        """How many targets carry them."""
        return len({one.target_id for one in self.numbers if one.target_id})

    @property
    def others(self) -> list[tuple[str, int]]:
        """Why the rest are no targets, and how many."""
        counts = Counter(one.none for one in self.numbers if one.none)
        return [(str(NoTarget(none).label), counts[none]) for none in NoTarget.values if counts[none]]

    @property
    def uncarried(self) -> int:
        return len(self.numbers) - self.carried


def contents_of(adoption: Adoption, measurement: Measurement | None, action: int | None = None) -> Contents:
    """``action``: by number, the only one whose clauses are looked for; None: all."""
    found = Clause.objects.filter(plan=adoption.plan_id).select_related("action").prefetch_related("numbers")
    clauses = list(found)
    carriers = _carriers(adoption, measurement)
    names = {one.code: one.name for one in carriers.values()}
    left = [one for one in clauses if action is None or (one.action and one.action.no == action)]
    return Contents(clauses, [Part(clause, list(_rows(clause, carriers, names))) for clause in left])


def _rows(clause: Clause, carriers: Mapping[int, Carrier], names: Mapping[str, str]) -> Iterator[Row]:
    def together(one: ClauseNumber) -> tuple[int | None, datetime.date | None, str]:
        return one.target_id, one.due, one.reason

    for (target, _, reason), numbers in groupby(clause.numbers.all(), key=together):
        named = CODE.sub(lambda code: f"“{names[code[0]]}”" if code[0] in names else code[0], reason)
        yield Row(list(numbers), carriers[target] if target else None, named)


def _carriers(adoption: Adoption, measurement: Measurement | None) -> dict[int, Carrier]:
    """The plan's targets by id, named as they were measured, else as they are defined now."""
    results = Result.objects.filter(measurement=measurement).of_district() if measurement else Result.objects.none()
    read = results.select_related("definition__target").prefetch_related("definition__goals", "definition__terms")
    readings = {one.target_id: Reading(one) for one in read}
    newest = TargetDefinition.objects.select_related("target").versions_of(adoption.plan_id)
    found = {}
    for *_, definition in newest:
        reading = readings.get(definition.target_id)
        name = reading.name if reading else definition.name
        found[definition.target_id] = Carrier(definition.target.code, name, reading)
    return found
