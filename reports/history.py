"""A target through the half-years: its results; and readings as the data of charts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from base.quarters import Period
from base.templatetags.numbers import number
from reports.models import Edition, Measurement, Result
from reports.readings import Reading
from targets.models import AdoptedTarget, Basis, Goal, Measure, Target, TargetDefinition
from tasks.models import Adoption

COUNTABLE = (Measure.RATIO, Measure.SHARE, Measure.COUNT)
Readings = dict[Period, Reading]


def measurements_of(adoption: Adoption, *, with_live: bool) -> list[Measurement]:
    """Those that can be chosen: if wanted, the live one of the period that is being reported; then those of bulletins,
    the newest period first, a longer one before the shorter ones in it. ``is_published``: its bulletin is out."""
    editions = Edition.objects.filter(bulletin__adoption=OuterRef("adoption"), bulletin__period=OuterRef("period"))
    found = Measurement.objects.filter(adoption=adoption)
    found = found.annotate(is_published=~Q(is_live=True) & Exists(editions))
    rows = sorted(
        found.select_related("adoption__plan", "adoption__district"),
        key=lambda one: (-one.period.last, -one.period.length),
    )
    live = [one for one in rows if one.is_live and with_live]
    return live[:1] + [one for one in rows if not one.is_live]


def readings_of(
    measurements: Sequence[Measurement],
    target: Target,
    definitions: Sequence[TargetDefinition],
    own: AdoptedTarget | None,
) -> Readings:
    """The district's result in each period, the newest first."""
    by_id = {definition.pk: definition for definition in definitions}
    results = {
        result.measurement_id: result
        for result in Result.objects.filter(measurement__in=measurements).of_target(target).of_district()
    }
    found = {}
    for measurement in measurements:
        if result := results.get(measurement.pk):
            result.definition = by_id[result.definition_id]
            found[measurement.period] = Reading(result, own)
    return found


def trend_of(
    definition: TargetDefinition,
    readings: Mapping[Period, Reading],
    ahead: Mapping[Period, dict[str, Any]] | None = None,
) -> dict[str, Any] | None:
    """The data of ``build_trend_chart``: half-years to the last goal; None for what has no number. ``ahead``: what a
    forecast adds to a half-year's point (outlook.py)."""
    halves = {period: reading for period, reading in readings.items() if period.length == 2}
    if definition.measure not in COUNTABLE or not halves:
        return None
    goals = {Period.half_year_of(goal.due_quarter): goal for goal in definition.goals.all()}
    first, last = min(halves), max([*halves, *goals])
    periods = [first.moved(n) for n in range((last.first - first.first) // 2 + 1)]
    return {
        "name": definition.name,
        "unit": definition.unit,
        "points": [
            _point(period, halves.get(period), goals.get(period), definition.decimals) | (ahead or {}).get(period, {})
            for period in periods
        ],
    }


def _point(period: Period, reading: Reading | None, goal: Goal | None, decimals: int) -> dict[str, Any]:
    made: dict[str, Any] = {"label": short_label(period)}
    if reading is not None:
        result = reading.result
        made |= {
            "value": result.value,
            "shown": reading.bare,
            "provisional": result.provisional,
            "status": result.status,
        }
        made |= _shown("expected", result.expected, number(result.expected, decimals))
    value = _goal_value(period, reading, goal)
    if value is None:
        return made
    made |= _shown("goal", value, number(value))
    return made if "expected" in made else made | _shown("expected", value, number(value))


def _shown(name: str, value: float | None, text: str) -> dict[str, Any]:
    return {} if value is None else {name: value, f"{name}_shown": text}


def _goal_value(period: Period, reading: Reading | None, goal: Goal | None) -> float | None:
    """A goal stands at its due date: as it was measured, else as it is defined, if it is a number by itself."""
    if reading is not None and reading.result.due is not None and reading.result.due in period:
        return reading.result.goal
    if goal is None or goal.value is None or goal.basis != Basis.ABSOLUTE:
        return None
    return float(goal.value)


def gap_row(school: str, reading: Reading) -> dict[str, Any]:
    """One school in the data of ``build_gap_chart``."""
    return {
        "label": school,
        "value": reading.result.value,
        "shown": reading.bare,
        "status": reading.status,
        "gap_shown": reading.missing,
    }


def short_label(period: Period) -> str:
    """2024上, 2024下; other periods as their code."""
    return f"{period.first.year}{'上' if period.first.number == 1 else '下'}" if period.length == 2 else str(period)
