"""Words for reading results."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from reports.models import Result  # noqa: F401


class ResultQuerySet(models.QuerySet["Result"]):
    def of_district(self) -> Self:
        """The district's own rows."""
        return self.filter(unit__isnull=True)

    def of_units(self) -> Self:
        return self.filter(unit__isnull=False)
