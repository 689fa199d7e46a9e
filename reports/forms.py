"""What the pages of results take from an address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from base.quarters import Period
from reports.models import Measurement


class PeriodForm(forms.Form):
    """Chooses among measurements by period; the first one where none is named."""

    period = forms.CharField(required=False, max_length=6)

    def __init__(self, data: Any, measurements: Sequence[Measurement]) -> None:
        super().__init__(data)
        self.measurements = measurements

    def clean_period(self) -> Measurement | None:
        text = self.cleaned_data["period"]
        if not text:
            return self.measurements[0] if self.measurements else None
        try:
            period = Period.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        chosen = next((one for one in self.measurements if one.period == period), None)
        if chosen is None:
            raise ValidationError(f"{period.label}还没有测算。")
        return chosen


class PageForm(forms.Form):
    """The number of a page; the first one where none is named."""

    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def clean_page(self) -> int:
        return self.cleaned_data["page"] or 1
