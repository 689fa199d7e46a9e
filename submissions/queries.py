"""Words for reading entries and submissions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models

from base import clock
from base.quarters import Quarter

if TYPE_CHECKING:
    from schools.models import District, Unit
    from submissions.models import Correction, Entry, Submission  # noqa: F401


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, district: "District") -> Self:
        return self.filter(unit__district=district)

    def for_quarter(self, quarter: Quarter) -> Self:
        return self.filter(quarter=quarter)


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, district: "District") -> Self:
        return self.filter(unit__district=district)

    def for_quarter(self, quarter: Quarter) -> Self:
        return self.filter(quarter=quarter)

    def for_units(self, units: "Iterable[Unit]") -> Self:
        return self.filter(unit__in=[unit.pk for unit in units])

    def approved(self) -> Self:
        """With a value in force, whatever is being worked on."""
        return self.filter(approved_value__isnull=False)

    def up_to(self, quarter: Quarter) -> Self:
        return self.filter(quarter__lte=quarter)

    def waiting(self) -> Self:
        """Handed in and not reviewed yet."""
        return self.filter(state="submitted")

    def entered_by_schools(self) -> Self:
        return self.filter(element__entered_by="school")

    def entered_by_sections(self) -> Self:
        return self.exclude(element__entered_by="school")

    def locked(self) -> Self:
        """Held until the transaction ends, so that what is read is what is changed (SQLite holds the whole file)."""
        return self.select_for_update(of=("self",))


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def of(self, district: "District") -> Self:
        return self.filter(entry__unit__district=district)

    def open(self) -> Self:
        """Asked for, or granted and not done yet."""
        return self.filter(state__in=["asked", "granted"])

    def lapsed(self) -> Self:
        """Granted, out of time, and nothing handed in."""
        return self.filter(state="granted", until__lt=clock.today(), entry__state__in=["draft", "returned"])

    def asked(self) -> Self:
        """Waiting for a decision."""
        return self.filter(state="asked")

    def with_entries(self) -> Self:
        """With what their pages show."""
        related = ["entry__element", "entry__unit__district", "asked_by", "decided_by"]
        return self.select_related(*related).prefetch_related("entry__unit__facts")
