"""Words for reading units and posts."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from base.quarters import Quarter

if TYPE_CHECKING:
    from schools.models import District, Post, Unit  # noqa: F401


class UnitQuerySet(models.QuerySet["Unit"]):
    def of(self, district: "District") -> Self:
        return self.filter(district=district)

    def schools(self) -> Self:
        return self.filter(kind="school")

    def open_in(self, quarter: Quarter) -> Self:
        """Open from the quarter of opening to the one before the quarter of closing."""
        return self.filter(Q(closed__isnull=True) | Q(closed__gt=quarter.end), opened__lte=quarter.end)

    def with_facts(self) -> Self:
        return self.prefetch_related("facts")


class PostQuerySet(models.QuerySet["Post"]):
    def with_place(self) -> Self:
        return self.select_related("user", "district", "unit", "section").prefetch_related("unit__facts")
