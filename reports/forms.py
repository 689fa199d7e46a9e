"""What the pages of results take from an address."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from base.quarters import Period
from reports.models import Bulletin, Measurement


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


class EditionForm(forms.Form):
    """The number of an edition; none: the newest of what may be seen."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=1000)


class PublishForm(forms.Form):
    """``seen`` is when the draft was written that stood on the page: another one is not published unseen."""

    seen = forms.CharField(max_length=40)

    def __init__(self, data: Any, *, bulletin: Bulletin) -> None:
        super().__init__(data)
        self.bulletin = bulletin

    def clean_seen(self) -> str:
        try:
            seen = datetime.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise ValidationError("没有说明看的是哪一稿，请刷新页面再发布。") from error
        if seen != self.bulletin.drafted_at:
            raise ValidationError("这一稿刚刚重新生成过，请看过新稿再发布。", code="redrafted")
        return self.cleaned_data["seen"]

    def require_valid(self) -> None:
        """Raises ValidationError with what is wrong."""
        if not self.is_valid():
            raise ValidationError([message for messages in self.errors.values() for message in messages])
