"""Words for reading results, and the reads that pages share."""

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from base.quarters import Period
from targets.queries import own_part

if TYPE_CHECKING:
    from reports.models import Measurement, Result  # noqa: F401
    from submissions.queries import EntryQuerySet
    from targets.models import Target
    from tasks.models import Adoption


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def of_bulletins(self) -> Self:
        """Those that bulletins and assessments are made from."""
        return self.filter(is_live=False)

    def live(self) -> Self:
        """Those that follow the approvals, and that nothing is published from."""
        return self.filter(is_live=True)


class ResultQuerySet(models.QuerySet["Result"]):
    def of_district(self) -> Self:
        """The district's own rows."""
        return self.filter(unit__isnull=True)

    def of_units(self) -> Self:
        return self.filter(unit__isnull=False)

    def of_target(self, target: "Target") -> Self:
        return self.filter(target=target)

    def without_sensitive_units(self) -> Self:
        """No school's row of a sensitive target (measurement.md §7)."""
        return self.exclude(unit__isnull=False, definition__sensitive=True)

    def in_plan_order(self) -> Self:
        """By target in the plan's order, the district before its schools."""
        return self.order_by("target__position", "target_id", models.F("unit__code").asc(nulls_first=True))

    def with_parts(self) -> Self:
        """With the target's home, the definition's terms and goals, and the school, in a fixed number of queries."""
        return self.select_related(
            "target__task__action", "target__safeguard", "target__objective", "definition__target", "unit"
        ).prefetch_related("definition__goals", "definition__terms", "unit__facts")

    def with_own(self, adoption: "Adoption") -> Self:
        """``own``: what the district has made of the target, its AdoptedTarget with its section."""
        return self.annotate(own=own_part(adoption)).select_related("own__section")

    def status_counts(self) -> dict[str, int]:
        """How many rows have which status; those that do not occur are absent."""
        rows = self.order_by().values("status").annotate(n=models.Count("pk"))
        return {row["status"]: row["n"] for row in rows}


def measurement_of(adoption: "Adoption", period: Period) -> "Measurement | None":
    from reports.models import Measurement

    return Measurement.objects.of_bulletins().filter(adoption=adoption, period=period).first()


def approved_since(adoption: "Adoption", period: Period, moment: datetime.datetime) -> "EntryQuerySet":
    """The values that a measurement of ``period`` would read and that have been approved, or corrected, since."""
    from submissions.models import Entry
    from targets.models import Term

    used = Term.objects.filter(definition__target__plan=adoption.plan_id).values("element")
    found = Entry.objects.of(adoption.district).up_to(period.last).filter(element__in=used)
    return found.filter(approved_at__gt=moment)


def newer_approvals(measurement: "Measurement") -> int:
    """How many values that the measurement would read have been approved since: a quick hint that it may be stale."""
    return approved_since(measurement.adoption, measurement.period, measurement.measured_at).count()


def half_years(adoption: "Adoption") -> "list[Measurement]":
    """The measurements of half-years that bulletins are made from, the oldest first."""
    from reports.models import Measurement

    found = Measurement.objects.of_bulletins().filter(adoption=adoption)
    found = found.select_related("adoption__plan", "adoption__district")
    return sorted((one for one in found if one.period.length == 2), key=lambda one: one.period)
