"""Model fields that speak the language of the house; each is stored as a plain column that every database knows."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from base.quarters import Period, Quarter


class QuarterField(models.SmallIntegerField):
    """A ``Quarter``, stored as its ordinal: sorts, ranges and groups as a number."""

    description = "quarter"

    def from_db_value(self, value: int | None, *_: Any) -> Quarter | None:
        return None if value is None else Quarter(value)

    def to_python(self, value: Any) -> Quarter | None:
        if value is None or isinstance(value, Quarter):
            return value
        try:
            return Quarter.parse(value) if isinstance(value, str) and "Q" in value else Quarter(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> int | None:
        quarter = self.to_python(value)
        return None if quarter is None else int(quarter)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


class PeriodField(models.CharField):
    """A ``Period``, stored as its code (``2024H2``)."""

    description = "period"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 6
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> Period | None:
        return Period.parse(value) if value else None

    def to_python(self, value: Any) -> Period | None:
        if value is None or isinstance(value, Period):
            return value
        try:
            return Period.parse(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> str | None:
        period = self.to_python(value)
        return None if period is None else str(period)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


class CodesField(models.CharField):
    """An ordered tuple of short codes, stored joined by ``+`` as the audit pack writes them (measurement.md §8)."""

    description = "codes joined by +"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("default", ())
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> tuple[str, ...]:
        return tuple(value.split("+")) if value else ()

    def to_python(self, value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            return self.from_db_value(value)
        return tuple(value or ())

    def get_prep_value(self, value: Any) -> str:
        return "+".join(str(code) for code in self.to_python(value))

    def value_from_object(self, obj: models.Model) -> str:
        """As a form shows it, and takes it back."""
        return self.get_prep_value(super().value_from_object(obj))

    def value_to_string(self, obj: models.Model) -> str:
        return self.value_from_object(obj)
