"""Words for reading entries and submissions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When

from base import audit, clock
from base.quarters import Quarter

if TYPE_CHECKING:
    from schools.models import District, Unit, User
    from submissions.models import Correction, Entry, Submission  # noqa: F401

LOOKS_BACK = 8  # quarters: every element is asked at least once a year


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

    def mark_own(self, user: "User") -> Self:
        """Each with ``is_own``: ``user`` entered it, or handed it in for her school, and may therefore not review it.
        Handing in a section's grid vouches for nothing: a section of two would have nobody left. Who entered the value
        stays its author when a colleague has touched the note since."""
        told = audit.about(self.model).filter(subject_id=OuterRef("pk"))
        handed_in = told.filter(verb="submitted", by=user)
        values = told.filter(verb__in=["created", "changed"]).exclude(before=F("after")).order_by("-id")
        own = Q(entered_by=user) | Q(author=user.pk) | (Q(element__entered_by="school") & Exists(handed_in))
        return self.annotate(author=Subquery(values.values("by")[:1])).annotate(
            is_own=Case(When(own, then=Value(True)), default=Value(False))
        )

    def with_past(self) -> Self:
        """Each with ``last``, the value approved in the newest quarter before, ``verdict``, what its reviewers did last
        (``returned``, ``approved`` or None), and ``is_proven``, whether it has evidence."""
        earlier = self.model.objects.filter(
            unit=OuterRef("unit"),
            element=OuterRef("element"),
            quarter__gte=OuterRef("quarter") - LOOKS_BACK,
            quarter__lt=OuterRef("quarter"),
        ).approved()
        last = earlier.order_by("-quarter").values("approved_value")[:1]
        verdicts = audit.about(self.model).filter(subject_id=OuterRef("pk"), verb__in=["returned", "approved"])
        evidence = self.model.evidence.rel.through.objects.filter(entry=OuterRef("pk"))
        return self.annotate(
            last=Subquery(last),
            verdict=Subquery(verdicts.order_by("-id").values("verb")[:1]),
            is_proven=Exists(evidence),
        )

    def locked(self) -> Self:
        """Held until the transaction ends, so that what is read is what is changed (SQLite holds the whole file)."""
        return self.select_for_update(of=("self",))


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def of(self, district: "District") -> Self:
        return self.filter(entry__unit__district=district)

    def open(self) -> Self:
        """Asked for, or granted and not done yet."""
        return self.filter(state__in=["asked", "granted"])

    def of_units(self, units: "Iterable[Unit]") -> Self:
        """What these schools entered themselves."""
        return self.filter(entry__unit__in=[unit.pk for unit in units], entry__element__entered_by="school")

    def granted(self) -> Self:
        return self.filter(state="granted")

    def lapsed(self) -> Self:
        """Granted, out of time, and nothing handed in."""
        return self.filter(state="granted", until__lt=clock.today(), entry__state__in=["draft", "returned"])

    def ended(self) -> Self:
        return self.exclude(state__in=["asked", "granted"])

    def with_entries(self) -> Self:
        """With what their pages show."""
        related = ["entry__element", "entry__unit__district", "asked_by", "decided_by"]
        return self.select_related(*related).prefetch_related("entry__unit__facts")
