"""Words for reading entries and submissions."""

from typing import TYPE_CHECKING, Self

from django.db import models

from base.quarters import Quarter

if TYPE_CHECKING:
    from schools.models import District
    from submissions.models import Entry, Submission  # noqa: F401


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

    def approved(self) -> Self:
        """With a value in force, whatever is being worked on."""
        return self.filter(approved_value__isnull=False)

    def up_to(self, quarter: Quarter) -> Self:
        return self.filter(quarter__lte=quarter)
