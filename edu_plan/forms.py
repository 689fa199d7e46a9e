"""What comes in with a request."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from base.models import JobState
from edu_plan.log import KINDS, WORDS
from edu_plan.search import LONGEST


class PageForm(forms.Form):
    """``?page=2``; the first without it."""

    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


class JobsForm(PageForm):
    """``?state=``: jobs in one state."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *JobState.choices])

    @property
    def query(self) -> str:
        state = self.cleaned_data["state"]
        return urlencode({"state": state}) if state else ""


class ReadForm(forms.Form):
    """``open=1``: go on to the page that the message is about."""

    open = forms.BooleanField(required=False)


class SearchForm(forms.Form):
    """``?q=``: what is looked for."""

    q = forms.CharField(
        label="找什么",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"最多 {LONGEST} 个字。"},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "autofocus": True}),
    )


class LogForm(forms.Form):
    """``?since=&until=&who=&verb=&kind=&text=&origin=&before=``: which rows of the audit log. ``before``: older than
    that row."""

    NOTHING = dict.fromkeys(("since", "until", "who", "verb", "kind", "text", "origin"))

    since = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    who = forms.CharField(label="何人（姓名、登录名）", required=False, max_length=60)
    verb = forms.ChoiceField(label="动作", required=False, choices=[("", "全部动作"), *WORDS.items()])
    kind = forms.ChoiceField(label="对象类别", required=False, choices=[("", "全部对象"), *KINDS.items()])
    text = forms.CharField(label="内容里有", required=False, max_length=60)
    origin = forms.CharField(label="来自（地址）", required=False, max_length=60)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            raise ValidationError({"until": "结束日期不能早于开始日期。"})
        return data

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.NOTHING)

    @property
    def query(self) -> str:
        """The filters alone, urlencoded, for links."""
        return urlencode({name: self.data[name] for name in self.NOTHING if self.data.get(name)})
