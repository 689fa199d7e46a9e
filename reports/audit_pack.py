"""The audit pack (底稿): one zip of CSV files from which a period's results can be recomputed elsewhere (measurement.md
§8, which names the files and columns).

Two packs of the same data differ only in ``generated_at``.
"""

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import IO

from django.utils import timezone

from base import clock
from base.tables import csv_text
from reports.models import Measurement, Result
from reports.rules import hidden_elements
from schools.models import District, Unit, UnitKind
from submissions.models import Entry
from targets.core.model import DISTRICT
from targets.models import AdoptedTarget, Element, Goal, TargetDefinition, TermPart
from targets.values import plain, shortest
from tasks.models import Task

Row = Iterable[object]
THEN = (1980, 1, 1, 0, 0, 0)  # the date on every file in the zip


@dataclass(frozen=True)
class Source:
    """What a pack is written from: a measurement, and whether its reader may see all of it."""

    measurement: Measurement
    sees_sensitive: bool

    @property
    def district(self) -> District:
        return self.measurement.adoption.district

    @cached_property
    def definitions(self) -> list[TargetDefinition]:
        """Those by which it was measured, in the plan's order."""
        used = self.measurement.results.of_district().values("definition")
        return list(TargetDefinition.objects.with_parts().filter(pk__in=used).order_by("target__position", "target_id"))

    @cached_property
    def elements(self) -> dict[int, Element]:
        return {element.pk: element for element in Element.objects.all()}

    @cached_property
    def hidden(self) -> set[int]:
        """Ids of the elements whose values by school are left out."""
        return set() if self.sees_sensitive else hidden_elements()

    @cached_property
    def omitted(self) -> list[str]:
        """Codes of the targets of which something is left out."""
        return [
            definition.target.code
            for definition in self.definitions
            if not self.sees_sensitive
            and (definition.sensitive or any(element.pk in self.hidden for element in definition.elements))
            and any(element.about == UnitKind.SCHOOL for element in definition.elements)
        ]


def pack(measurement: Measurement, *, sees_sensitive: bool) -> bytes:
    """The zip file. Without the right, schools' values and results of sensitive targets are left out and named."""
    buffer = io.BytesIO()
    write_pack(measurement, buffer, sees_sensitive=sees_sensitive)
    return buffer.getvalue()


def save_pack(measurement: Measurement, path: Path, *, sees_sensitive: bool) -> None:
    """Write the zip file at ``path``, which is the whole of it or what it was before. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write_pack(measurement, file, sees_sensitive=sees_sensitive)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_pack(measurement: Measurement, file: IO[bytes], *, sees_sensitive: bool) -> None:
    source = Source(measurement, sees_sensitive)
    with zipfile.ZipFile(file, "w") as archive:
        for name, (columns, rows) in FILES.items():
            entry = zipfile.ZipInfo(f"{name}.csv", THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
                writer = csv.writer(text)
                writer.writerow(columns.split())
                writer.writerows([_cell(value) for value in row] for row in rows(source))


def _cell(value: object) -> str:
    """As §8 wants it: none is empty, booleans 1/0, lists joined by ``+``, numbers plain and unrounded;
    a text is no formula."""
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case float():
            return shortest(Decimal(repr(value)))
        case Decimal():
            return shortest(value)
        case tuple() | list():
            return csv_text("+".join(str(one) for one in value))
    return csv_text(str(value))


def _meta(source: Source) -> Iterator[Row]:
    plan = source.measurement.adoption.plan
    yield "district", source.district.code
    yield "plan", plan.code
    yield "plan_start", plan.start
    yield "plan_end", plan.end
    yield "period", source.measurement.period
    yield "generated_at", clock.now().isoformat(timespec="seconds")
    yield "omitted", source.omitted


def _plan(source: Source) -> Iterator[Row]:
    for task in Task.objects.filter(plan=source.measurement.adoption.plan).select_related("action"):
        yield task.action.no, task.action.name, task.no, task.name


def _units(source: Source) -> Iterator[Row]:
    for unit in Unit.objects.of(source.district).with_facts().select_related("successor").order_by("code"):
        successor = unit.successor.code if unit.successor else None
        for facts in sorted(unit.facts.all(), key=lambda facts: facts.since):
            known = unit.code, facts.name, unit.kind, facts.stages, facts.ownership, facts.group
            yield *known, unit.opened, unit.closed, successor, facts.since


def _elements(source: Source) -> Iterator[Row]:
    for element in source.elements.values():
        yield (
            element.code,
            element.period_kind,
            element.asked_in,
            element.about,
            element.entered_by,
            element.stages,
            element.value_type,
            plain(element, element.lower),
            plain(element, element.upper),
            element.unit,
        )


def _targets(source: Source) -> Iterator[Row]:
    adopted = {one.target_id: one for one in AdoptedTarget.objects.filter(adoption=source.measurement.adoption)}
    for definition in source.definitions:
        target, own = definition.target, adopted.get(definition.target_id) or AdoptedTarget()
        yield (
            target.code,
            target.task.action.no if target.task else None,
            target.task.no if target.task else None,
            target.objective.no if target.objective else None,
            definition.name,
            definition.unit,
            definition.measure,
            _codes(definition, TermPart.NUMERATOR),
            _codes(definition, TermPart.DENOMINATOR),
            _condition(definition),
            definition.window,
            definition.scale,
            definition.stages,
            definition.ownership,
            definition.goal_scope,
            definition.decimals,
            definition.soft,
            definition.sensitive,
            bool(definition.pending),
            Decimal(own.warn_at),
            Decimal(own.ok_at),
            own.baseline_value,
            own.baseline_date,
            definition.version,
        )


def _codes(definition: TargetDefinition, part: str) -> list[str]:
    return [term.element.code for term in definition.terms_of(part)]


def _condition(definition: TargetDefinition) -> str:
    """``CODE>=1`` or ``CODE/CODE>=0.96``."""
    if definition.condition_threshold is None:
        return ""
    amount = "/".join(_codes(definition, TermPart.CONDITION) + _codes(definition, TermPart.PER))
    return f"{amount}{definition.condition_comparator}{shortest(definition.condition_threshold)}"


def _goals(source: Source) -> Iterator[Row]:
    for definition in source.definitions:
        for goal in definition.goals.all():
            yield definition.target.code, *_goal(goal)


def _goal(goal: Goal) -> Row:
    return goal.due, goal.comparator, goal.value, goal.maximum, goal.basis, goal.pacing


def _values(source: Source) -> Iterator[Row]:
    entries = Entry.objects.approved().of(source.district).up_to(source.measurement.period.last)
    shown = entries.exclude(unit__kind=UnitKind.SCHOOL, element__in=source.hidden)
    ordered = shown.order_by("unit__code", "quarter", "element__position", "element__code")
    columns = ordered.values_list("unit__code", "quarter", "element_id", "approved_value", "approved_at")
    for unit, quarter, element_id, value, at in columns.iterator(chunk_size=5000):
        element = source.elements[element_id]
        approved_at = timezone.localtime(at).isoformat(timespec="seconds")
        yield unit, quarter, element.code, plain(element, value), approved_at


def _results(source: Source) -> Iterator[Row]:
    results = source.measurement.results.in_plan_order().select_related("target", "unit")
    if not source.sees_sensitive:
        results = results.without_sensitive_units()
    return (_result(source.measurement, result) for result in results.iterator())


def _result(measurement: Measurement, result: Result) -> Row:
    return (
        measurement.period,
        result.unit.code if result.unit else DISTRICT,
        result.target.code,
        result.measured_at,
        result.value,
        result.numerator,
        result.denominator,
        result.expected,
        result.goal,
        result.anchor,
        result.pace,
        result.status,
        result.missed_goals,
        result.units_expected,
        result.units_fresh,
        result.units_carried,
        result.units_missing,
    )


# In the order of §8: file → columns, rows.
FILES: dict[str, tuple[str, Callable[[Source], Iterable[Row]]]] = {
    "meta": ("key value", _meta),
    "plan": ("action_no action task_no task", _plan),
    "units": ("unit_code name kind stages ownership group opened closed successor from", _units),
    "elements": ("code period_kind asked_in about entered_by stages value_type lower upper unit", _elements),
    "targets": (
        "code action_no task_no objective_no name unit measure numerator denominator condition window scale stages"
        " ownership goal_scope decimals soft sensitive pending warn_at ok_at baseline_value baseline_date"
        " definition_version",
        _targets,
    ),
    "goals": ("target_code due comparator value max basis pacing", _goals),
    "values": ("unit_code quarter element_code value approved_at", _values),
    "results": (
        "period scope target_code measured_at value numerator denominator expected goal anchor pace status"
        " missed_goals units_expected units_fresh units_carried units_missing",
        _results,
    ),
}
