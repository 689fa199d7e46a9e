"""A bulletin's data by school, as JSON: how each one stands (annex 2), and how it reported (annex 3).

Of sensitive targets there is nothing in it, and schools stand in the order of their codes: no ranking.
"""

from collections import Counter, defaultdict
from typing import Any, cast

from django.db.models import Count

from base import audit
from base.quarters import Quarter
from reports.models import Measurement
from reports.readings import Reading
from reports.tally import OUTSIDE, RED
from schools.models import Unit
from submissions.asking import asking_of
from submissions.matrix import Line, matrix_of
from submissions.models import Entry

Data = dict[str, Any]

MOST_LAGGING = 3


def schools_of(measurement: Measurement) -> list[Data]:
    """``{code, name, counts, total, lagging}`` of each school that has a rated target: ``counts`` by status and
    ``total`` of those rated; ``lagging``: {code, name, status, value} of the first that are behind or overdue."""
    counts, lagging = _counts(measurement), _lagging(measurement)
    units = measurement.adoption.district.units.filter(pk__in=counts).with_facts().order_by("code")
    return [
        {
            "code": unit.code,
            "name": unit.facts_in(measurement.period.last).name,
            "counts": dict(counts[unit.pk]),
            "total": sum(counts[unit.pk].values()),
            "lagging": lagging[unit.pk],
        }
        for unit in units
    ]


def _counts(measurement: Measurement) -> dict[int, dict[str, int]]:
    rows = measurement.results.of_units().without_sensitive_units().exclude(status__in=OUTSIDE)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for unit, status, n in rows.order_by().values_list("unit", "status").annotate(n=Count("pk")):
        found[unit][status] = n
    return found


def _lagging(measurement: Measurement) -> dict[int, list[Data]]:
    found: dict[int, list[Data]] = defaultdict(list)
    rows = measurement.results.of_units().without_sensitive_units().filter(status__in=RED)
    for result in rows.order_by("target__position", "target_id").with_parts().defer("short_units"):
        if len(found[result.unit_id]) < MOST_LAGGING:
            reading = Reading(result)
            shown = {"code": reading.code, "name": reading.name, "status": reading.status, "value": reading.value}
            found[result.unit_id].append(shown)
    return found


def quality_of(measurement: Measurement) -> list[Data]:
    """``{code, name, due, in_time, late, missing, days, returned}`` of each school that was asked for something in the
    half-year: forms that are due by now, how many of them came in time, late, never; the days of delay in all; how many
    times an item was returned."""
    district, period = measurement.adoption.district, measurement.period
    quarters = [Quarter(number) for number in range(period.first, period.last + 1)]
    units = list(Unit.objects.of(district).schools().with_facts().order_by("code"))
    matrix = matrix_of(asking_of(district), units, quarters, worst_first=False)
    returned = _returned(measurement, quarters)
    return [_quality(line, measurement, returned) for line in matrix.lines if line.due]


def _quality(line: Line, measurement: Measurement, returned: Counter[int]) -> Data:
    counts, unit = line.counts, cast(Unit, line.unit)
    return {
        "code": unit.code,
        "name": unit.facts_in(measurement.period.last).name,
        "due": line.due,
        "in_time": line.in_time,
        "late": counts["late"],
        "missing": counts["missing"],
        "days": sum(place.days_late for place in line.places),
        "returned": returned[unit.pk],
    }


def _returned(measurement: Measurement, quarters: list[Quarter]) -> Counter[int]:
    """Of a school's own items, by unit."""
    entries = Entry.objects.of(measurement.adoption.district).filter(quarter__in=quarters).entered_by_schools()
    units = dict(entries.values_list("pk", "unit_id"))
    told = audit.about(Entry).filter(verb="returned", subject_id__in=entries.values("pk"))
    return Counter(units[entry] for entry in told.values_list("subject_id", flat=True) if entry in units)
