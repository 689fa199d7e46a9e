"""A target through time: its results by half-year and by quarter; and readings as the data of charts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from base.quarters import Period, Quarter
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
    *,
    quarters_of: Adoption | None = None,
) -> tuple[Readings, Readings]:
    """The district's result in each of the ``measurements``' periods, the newest first; and in each quarter that is
    stored by itself (live.py) where ``quarters_of`` is given, in order. One query."""
    by_id = {definition.pk: definition for definition in definitions}
    wanted = Q(measurement__in=measurements)
    if quarters_of is not None:
        wanted |= Q(measurement__adoption=quarters_of, measurement__is_live=True)
    results = Result.objects.filter(wanted).of_target(target).of_district().select_related("measurement")
    found: dict[int, Reading] = {}
    quarters: Readings = {}
    for result in results:
        result.definition = by_id[result.definition_id]
        found[result.measurement_id] = Reading(result, own)
        if result.measurement.is_live and result.measurement.period.length == 1:
            quarters[result.measurement.period] = found[result.measurement_id]
    readings = {one.period: found[one.pk] for one in measurements if one.pk in found}
    return readings, (dict(sorted(quarters.items())) if quarters_of else {})


def line_of(definition: TargetDefinition, readings: Readings, quarters: Readings) -> Readings:
    """What a trend is made of, in order: by quarter where quarters are stored and the target is asked in most of them,
    else by half-year. A half-year's own result, which a bulletin told, goes before that of its last quarter."""
    halves = {period: reading for period, reading in sorted(readings.items()) if period.length == 2}
    if not quarters or not _is_asked_by_quarter(definition):
        return halves
    told = {Period(one.result.measured_at, one.result.measured_at): one for one in halves.values()}
    newest = max((period.last for period in readings), default=Quarter(0))
    seen = {period: one for period, one in quarters.items() if period.last <= newest}
    return dict(sorted((seen | told).items()))


def _is_asked_by_quarter(definition: TargetDefinition) -> bool:
    return sum(all(one.is_asked_in(Quarter(n)) for one in definition.elements) for n in range(4)) > 2


def trend_of(
    definition: TargetDefinition,
    line: Mapping[Period, Reading],
    ahead: Mapping[Quarter, dict[str, Any]] | None = None,
) -> dict[str, Any] | None:
    """The data of ``build_trend_chart``: the ``line``'s half-years, or quarters (line_of), to the last goal; None for
    what has no number. ``ahead``: what a forecast adds to the point of a quarter (outlook.py)."""
    if definition.measure not in COUNTABLE or not line:
        return None
    of = _quarterly if next(iter(line)).length == 1 else Period.half_year_of
    goals = {of(goal.due_quarter): goal for goal in definition.goals.all()}
    added = {of(quarter): more for quarter, more in (ahead or {}).items()}
    first, last = min(line), max([*line, *goals])
    periods = [first.moved(n) for n in range((last.first - first.first) // first.length + 1)]
    return {
        "name": definition.name,
        "unit": definition.unit,
        "points": [
            _point(period, line.get(period), goals.get(period), definition.decimals) | added.get(period, {})
            for period in periods
        ],
    }


def _quarterly(quarter: Quarter) -> Period:
    return Period(quarter, quarter)


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
    """2024上, 2024下; 24年1季; a year as its number."""
    if period.length == 1:
        return f"{period.first.year % 100}年{period.first.number}季"
    return f"{period.first.year}{'上' if period.first.number == 1 else '下'}" if period.length == 2 else str(period)
