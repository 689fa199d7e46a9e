"""Measuring a district for a period, and keeping what came out."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from django.db import transaction

from base import audit, bulk, clock
from base.quarters import Period, Quarter
from reports.book import Promise, Sources, promise_of, sources_of
from reports.models import Measurement, Result
from schools.models import User
from targets.core import model as core
from targets.core.measure import measure as measure_book
from targets.models import TargetDefinition
from tasks.models import Adoption

COPIED = (
    "measured_at",
    "value",
    "numerator",
    "denominator",
    "expected",
    "goal",
    "anchor",
    "pace",
    "due",
    "units_expected",
    "units_fresh",
    "units_carried",
    "units_missing",
    "provisional",
    "remarked",
    "gap",
)
COLUMNS = ("measurement", "target", "definition", "unit", "status", "missed_goals", "short_units", *COPIED)
copied = attrgetter(*COPIED)


def measure(
    adoption: Adoption,
    period: Period,
    *,
    by: User | None,
    promise: Promise | None = None,
    tell: Callable[[str], None] = lambda saying: None,
) -> Measurement:
    """Measure the district and its schools for ``period`` and store the rows in place of those that stood there.

    The same inputs give the same rows and the same checksum. Who measures many districts reads the ``promise`` of their
    plan once. ``tell`` hears, in Chinese, what is being done.
    """
    measured_at = clock.now()  # before anything is read: what is approved from now on counts as newer
    tell(f"正在取{period.label}的数据")
    sources = sources_of(adoption, promise or promise_of(adoption, period))
    tell(f"正在测算{period.label}的 {len(sources.definitions)} 项目标")
    rows = measure_book(sources.book, period)
    tell(f"正在保存{period.label}的 {len(rows)} 行结果")
    with transaction.atomic():
        measurement, before = _store(adoption, period, sources, rows, measured_at=measured_at, is_live=False)
        audit.record(measurement, "measured", by=by, before=before, after=measurement.checksum)
    return measurement


def measure_live(
    adoption: Adoption, period: Period, *, measured_at: datetime.datetime, with_schools: bool
) -> Measurement:
    """The same as a live measurement: in place of the live one of that period, whatever a bulletin was made from.
    Without audit row: nobody decided anything, and it follows from approvals that have theirs."""
    sources = sources_of(adoption, promise_of(adoption, period))
    rows = measure_book(sources.book, period)
    kept = rows if with_schools else [row for row in rows if row.scope == core.DISTRICT]
    with transaction.atomic():
        return _store(adoption, period, sources, kept, measured_at=measured_at, is_live=True)[0]


def is_stale(measurement: Measurement) -> bool:
    """Whether measuring again would give other results, whatever has changed: an approval, a baseline, a definition, a
    school's facts. Measures, so it takes up to a second; see ``newer_approvals`` for a quick hint."""
    sources = sources_of(measurement.adoption, promise_of(measurement.adoption, measurement.period))
    rows = measure_book(sources.book, measurement.period)
    return checksum_of(versions_of(sources.definitions), rows) != measurement.checksum


def _store(
    adoption: Adoption,
    period: Period,
    sources: Sources,
    rows: Sequence[core.Result],
    *,
    measured_at: datetime.datetime,
    is_live: bool,
) -> tuple[Measurement, str]:
    """With the checksum that it had before. Live rows that are the same are left as they are."""
    blank = {"measured_at": measured_at, "checksum": ""}
    held = Measurement.objects.select_for_update(of=("self",))
    measurement, _ = held.get_or_create(adoption=adoption, period=period, is_live=is_live, defaults=blank)
    before = measurement.checksum
    measurement.measured_at = measured_at
    measurement.checksum = checksum_of(versions_of(sources.definitions), rows)
    measurement.save()
    if not is_live or measurement.checksum != before:
        measurement.results.all().delete()
        bulk.append(Result, COLUMNS, _stored(measurement, sources, rows))
    return measurement, before


def _stored(measurement: Measurement, sources: Sources, rows: Sequence[core.Result]) -> Iterator[list[bulk.Plain]]:
    """The rows as they are kept, by ``COLUMNS``: the district's has no unit; goals are told by due date."""
    units = {unit.code: unit.pk for unit in sources.units} | {core.DISTRICT: None}
    definitions = {definition.target.code: definition for definition in sources.definitions}
    for row in rows:
        definition = definitions[row.target]
        yield [
            measurement.pk,
            definition.target_id,
            definition.pk,
            units[row.scope],
            row.status.value,
            "+".join(_due_dates(definition, row.missed_goals)),
            "+".join(row.short_units),
            *copied(row),
        ]


def _due_dates(definition: TargetDefinition, quarters: Sequence[Quarter]) -> Iterable[str]:
    if not quarters:
        return ()
    dates = {goal.due_quarter: goal.due.isoformat() for goal in definition.goals.all()}
    return [dates[quarter] for quarter in quarters]


def versions_of(definitions: Sequence[TargetDefinition]) -> dict[str, int]:
    return {definition.target.code: definition.version for definition in definitions}


def checksum_of(versions: dict[str, int], rows: Sequence[core.Result]) -> str:
    """SHA-256 of the rows in their order, numbers unrounded, each with the version of its definition."""
    digest = hashlib.sha256()
    for row in rows:
        told = [
            row.scope,
            row.target,
            versions[row.target],
            row.status,
            *copied(row),
            row.missed_goals,
            row.short_units,
        ]
        digest.update(json.dumps(told).encode())
        digest.update(b"\n")
    return digest.hexdigest()
