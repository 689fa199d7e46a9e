"""The data of a bulletin's charts, chosen, cut and put in order (reports/charts/builders/ says of what shape)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Sum

from base.quarters import Period
from base.templatetags.numbers import number
from reports.charts.builders import sorted_by_gap
from reports.history import COUNTABLE, gap_row, short_label, trend_of
from reports.models import Measurement, Result
from reports.readings import URGENT, Reading
from reports.tally import counts_of
from targets.models import GoalScope, Measure

Data = dict[str, Any]

MOST_TRENDS, MOST_GAPS, MOST_BARS, MOST_SCHOOLS, MOST_PERIODS = 6, 4, 10, 20, 6


def history_of(measurements: Sequence[Measurement]) -> Data:
    """Statuses of all targets by half-year."""
    rows = Result.objects.of_district().filter(measurement__in=measurements).values_list("measurement", "status")
    found: dict[int, list[str]] = defaultdict(list)
    for measurement, status in rows.order_by():
        found[measurement].append(status)
    return {"rows": [{"label": short_label(one.period), "counts": counts_of(found[one.pk])} for one in measurements]}


def trends_of(readings: Iterable[Reading], measurements: Sequence[Measurement]) -> list[Data]:
    """Of a few targets that can be counted, the most urgent first."""
    countable = [one for one in readings if one.definition.measure in COUNTABLE and one.result.value is not None]
    chosen = sorted((one for one in countable if not one.definition.sensitive), key=_urgency)[:MOST_TRENDS]
    past = _past(chosen, measurements)
    trends = [(one, trend_of(one.definition, past[one.result.target_id])) for one in chosen]
    return [{"code": one.code, **trend} for one, trend in trends if trend]


def _urgency(reading: Reading) -> int:
    return URGENT.index(reading.status) if reading.is_urgent else len(URGENT)


def _past(chosen: Sequence[Reading], measurements: Sequence[Measurement]) -> dict[int, dict[Period, Reading]]:
    """Their results in every half-year, by target."""
    periods = {one.pk: one.period for one in measurements}
    found: dict[int, dict[Period, Reading]] = defaultdict(dict)
    results = Result.objects.of_district().filter(
        measurement__in=measurements, target__in=[one.result.target_id for one in chosen]
    )
    for result in results.with_parts():
        found[result.target_id][periods[result.measurement_id]] = Reading(result)
    return found


def gaps_of(readings: Iterable[Reading], measurement: Measurement) -> list[Data]:
    """Schools against the goal, of the most urgent rates that hold for each school. Never of a sensitive target."""
    rates = [
        one
        for one in readings
        if one.definition.measure == Measure.RATIO
        and one.definition.goal_scope == GoalScope.EACH
        and not one.definition.sensitive
        and one.result.goal is not None
    ]
    chosen = sorted(rates, key=lambda one: (_urgency(one), -(one.result.gap or 0)))[:MOST_GAPS]
    schools = _schools(chosen, measurement)
    gaps = [_gap(one, schools[one.result.target_id]) for one in chosen]
    return [gap for gap in gaps if len(gap["rows"]) > 1]


def _schools(chosen: Sequence[Reading], measurement: Measurement) -> dict[int, list[Result]]:
    found: dict[int, list[Result]] = defaultdict(list)
    results = measurement.results.of_units().without_sensitive_units().with_parts().order_by("unit__code")
    for result in results.filter(target__in=[one.result.target_id for one in chosen]):
        found[result.target_id].append(result)
    return found


def _gap(reading: Reading, results: Sequence[Result]) -> Data:
    """The worst schools first; ``of`` says how many there are in all."""
    result, towards_less = reading.result, bool(reading.comparator and reading.comparator.towards_less)
    rows = [gap_row(one.unit.facts_in(one.measured_at).name, Reading(one)) for one in results]
    return {
        "code": reading.code,
        "name": reading.name,
        "unit": reading.definition.unit,
        "goal": result.goal,
        "goal_shown": number(result.goal),
        "rows": sorted_by_gap(rows, towards_less)[:MOST_BARS],
        "of": len(rows),
    }


def completeness_of(readings: Sequence[Reading], measurements: Sequence[Measurement]) -> Data:
    """What was reported of what was due, counted in results: by section and, where something lacks, by school."""
    shown = measurements[-MOST_PERIODS:]
    columns = [short_label(one.period) for one in shown]
    sections = {one.result.target_id: one.section for one in readings}
    return {
        "sections": {
            "title": "各科室目标的数据报送",
            "head": "责任科室",
            "columns": columns,
            "rows": _sections(sections, shown),
        },
        "schools": {"title": "各校数据报送", "head": "学校", "columns": columns, "rows": _lacking(shown)},
    }


def _sections(sections: dict[int, str], measurements: Sequence[Measurement]) -> list[Data]:
    found: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    results = Result.objects.of_district().filter(measurement__in=measurements, target__in=sections)
    for target, measurement, fresh, expected in results.values_list(
        "target", "measurement", "units_fresh", "units_expected"
    ):
        cell = found[sections[target], measurement]
        cell[0] += fresh
        cell[1] += expected
    names = dict.fromkeys(name for name in sections.values() if name)
    return [{"label": name, "cells": [_cell(found.get((name, one.pk))) for one in measurements]} for name in names]


def _lacking(measurements: Sequence[Measurement]) -> list[Data]:
    """The schools that owe something in the last of the periods, the worst first."""
    found: dict[int, dict[int, list[int]]] = defaultdict(dict)
    sums = (
        Result.objects.of_units()
        .filter(measurement__in=measurements)
        .order_by()
        .values_list("unit", "measurement")
        .annotate(Sum("units_fresh"), Sum("units_expected"))
    )
    for unit, measurement, fresh, expected in sums:
        found[unit][measurement] = [fresh, expected]
    now = measurements[-1]
    owing = {unit: cells for unit, cells in found.items() if now.pk in cells and cells[now.pk][0] < cells[now.pk][1]}
    worst = sorted(owing, key=lambda unit: (owing[unit][now.pk][0] / owing[unit][now.pk][1], unit))[:MOST_SCHOOLS]
    names = _names(worst, now)
    return [{"label": names[unit], "cells": [_cell(owing[unit].get(one.pk)) for one in measurements]} for unit in worst]


def _names(units: Sequence[int], measurement: Measurement) -> dict[int, str]:
    schools = measurement.adoption.district.units.filter(pk__in=units).with_facts()
    return {school.pk: school.facts_in(measurement.period.last).name for school in schools}


def _cell(counted: Sequence[int] | None) -> Data | None:
    return {"have": counted[0], "due": counted[1]} if counted and counted[1] else None
