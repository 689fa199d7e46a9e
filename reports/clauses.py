"""条款对照: the plan clause by clause, each number of it with the target that carries it and how that stands, or why it
is no target."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from base.templatetags.quarters import deadline
from reports.models import Measurement, Result
from reports.readings import Reading
from targets.models import Clause, ClauseNumber, NoTarget, TargetDefinition
from tasks.models import Action, Adoption

Dues = tuple[datetime.date | None, ...]
CODE = re.compile(r"[A-Z][A-Z0-9_]{3,}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """The target of a number; ``reading``: how it stands, if it was measured."""

    code: str
    name: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Row:
    """Numbers, side by side, that the same goals of a target carry, or that are no target for one reason."""

    expressions: str
    carrier: Carrier | None
    due: str
    reason: str


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
    for (target, reason), numbers in groupby(clause.numbers.all(), key=lambda one: (one.target_id, one.reason)):
        named = CODE.sub(lambda code: f"“{names[code[0]]}”" if code[0] in names else code[0], reason)
        for expressions, dues in _by_goals(numbers):
            words = "、".join(deadline(due) for due in dues if due)
            yield Row("、".join(expressions), carriers[target] if target else None, words, named)


def _by_goals(numbers: Iterable[ClauseNumber]) -> Iterator[tuple[list[str], Dues]]:
    """Expressions with the goals that they bind, by due date: those that bind the same ones together."""
    dues: dict[str, Dues] = {}
    for one in numbers:
        dues[one.expression] = (*dues.get(one.expression, ()), one.due)
    together: dict[Dues, list[str]] = {}
    for expression, days in dues.items():
        together.setdefault(tuple(dict.fromkeys(days)), []).append(expression)
    for days, expressions in together.items():
        yield expressions, days


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
