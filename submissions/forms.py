"""What comes in with a request: the cells of a sheet, a review, the quarter of a page."""

from typing import Any

from django import forms
from django.http import QueryDict

from base.quarters import Quarter
from submissions import codes
from submissions.actions import REASON_LENGTH
from submissions.sheets import Typed
from tasks.models import Adoption, QuarterDates

UNREADABLE = -1  # a version that nothing has: stale


def typed_cells(data: QueryDict) -> dict[str, Typed]:
    """``value.KEY``, ``version.KEY`` and ``note.KEY`` by key; a key without value and note was not on the page (of a
    conflict, neither side was chosen)."""
    return {
        key: Typed(_text(data, f"value.{key}"), _version(data.get(f"version.{key}", "0")), data.get(f"note.{key}"))
        for key in dict.fromkeys(name.partition(".")[2] for name in data if name.startswith("value."))
    }


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "")[:200]


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else UNREADABLE


class ValueForm(forms.Form):
    """One value on its way: the rate is shown before it is saved."""

    def __init__(self, key: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = f"value.{key}"
        self.fields[self.name] = forms.CharField(required=False, max_length=200)

    @property
    def text(self) -> str:
        return self.cleaned_data[self.name]


class WorkbookForm(forms.Form):
    """A workbook that was downloaded here and filled in."""

    file = forms.FileField(
        label="填好的表格",
        help_text="从本页下载、填好的表格：.xlsx、.xls 或 .csv，不超过 10 MB。",
        error_messages={"required": "请选择填好的表格。", "empty": "选的是空文件，请检查后重新选择。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )


class ConfirmForm(forms.Form):
    """Save what a workbook says; ``take_file``: also where the page has changed since it was downloaded."""

    take_file = forms.BooleanField(required=False)


class CodeForm(forms.Form):
    """A check code as it stands on a sign-off sheet."""

    code = forms.CharField(
        label="校验码",
        max_length=40,
        help_text="签字表右上角的 10 位，大小写、横线不论。",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        return codes.read(self.cleaned_data["code"])


class QuarterForm(forms.Form):
    """``?quarter=2025Q1``: one of the quarters that have opened; the newest without it."""

    quarter = forms.CharField(required=False)

    def __init__(self, data: QueryDict, opened: list[Quarter]) -> None:
        super().__init__(data)
        self.opened = opened

    def clean_quarter(self) -> Quarter:
        text = self.cleaned_data["quarter"]
        for quarter in self.opened:
            if str(quarter) == text or not text:
                return quarter
        raise forms.ValidationError("没有这个季度，或还没有开放。")


class ReviewForm(forms.Form):
    """``pick`` holds ``<entry>:<version>`` of the ticked items, ``seen`` of all on the page, ``reason.<entry>`` what is
    to be told when returning it."""

    APPROVE, APPROVE_AND_NEXT, RETURN = "approve", "approve_next", "return"

    do = forms.ChoiceField(choices=[(APPROVE, "通过"), (APPROVE_AND_NEXT, "通过并看下一所"), (RETURN, "退回")])

    @property
    def is_return(self) -> bool:
        return self.cleaned_data["do"] == self.RETURN

    def clean(self) -> dict[str, Any]:
        data: QueryDict = self.data  # type: ignore[assignment]
        self.seen = self._pairs(data.getlist("seen"))
        self.picked = {pk: version for pk, version in self._pairs(data.getlist("pick")).items() if pk in self.seen}
        reasons = {pk: data.get(f"reason.{pk}", "").strip() for pk in self.seen}
        self.reasons = {pk: reason for pk, reason in reasons.items() if reason}
        if self.cleaned_data.get("do") in (self.APPROVE, self.APPROVE_AND_NEXT):
            self.picked = {pk: version for pk, version in self.picked.items() if pk not in self.reasons}
            if not self.picked:
                raise forms.ValidationError("没有勾选要通过的项目。")
        elif not self.reasons:
            raise forms.ValidationError("退回须写明原因，填报的人会看到这句话。")
        elif any(len(reason) > REASON_LENGTH for reason in self.reasons.values()):
            raise forms.ValidationError(f"退回原因最多 {REASON_LENGTH} 字。")
        return self.cleaned_data

    def _pairs(self, given: list[str]) -> dict[int, int]:
        pairs = {}
        for text in given:
            pk, _, version = text.partition(":")
            if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (pk, version)):
                raise forms.ValidationError("页面内容不完整，请刷新后再试。")
            pairs[int(pk)] = int(version)
        return pairs


class SchoolsForm(forms.Form):
    """``pick`` holds ``<school>:<digest>`` of the schools ticked on the queue, as they were seen."""

    def clean(self) -> dict[str, Any]:
        data: QueryDict = self.data  # type: ignore[assignment]
        pairs = [text.rpartition(":") for text in data.getlist("pick")]
        self.picked = {code: digest for code, _, digest in pairs}
        if not self.picked:
            raise forms.ValidationError("没有勾选要通过的学校。")
        return self.cleaned_data


class EvidenceForm(forms.Form):
    """A file to attach, or the id of one of earlier to use again or to take off."""

    ATTACH, LINK, UNLINK = "attach", "link", "unlink"

    do = forms.ChoiceField(choices=[(ATTACH, "附上"), (LINK, "也用这份"), (UNLINK, "撤下")])
    file = forms.FileField(required=False, allow_empty_file=True, max_length=None)
    pick = forms.IntegerField(required=False, min_value=1, max_value=10**18)

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("do") == self.ATTACH and not asked.get("file"):
            raise forms.ValidationError("请先选择照片或文件。")
        if asked.get("do") in (self.LINK, self.UNLINK) and not asked.get("pick"):
            raise forms.ValidationError("页面内容不完整，请刷新后再试。")
        return asked


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AgreedForm(forms.Form):
    """``agreed``: what the page said that saving would do at once, when the person said yes to it."""

    agreed = forms.CharField(required=False, widget=forms.HiddenInput)


class QuarterDatesForm(AgreedForm, forms.ModelForm):
    """A quarter's own dates, with the reason."""

    class Meta:
        model = QuarterDates
        fields = ["opens", "due", "closes", "reason"]
        widgets = {"opens": day_input(), "due": day_input(), "closes": day_input()}
        help_texts = {"reason": "如“春节放假，顺延三天”。全局的人都看得到。"}


class RuleForm(AgreedForm, forms.ModelForm):
    """The days by which quarters open, are due and close."""

    class Meta:
        model = Adoption
        fields = ["opens_day", "due_day", "closes_day"]
        labels = {
            "opens_day": "开放日（季度最后一个月）",
            "due_day": "截止日（季度结束后的一个月）",
            "closes_day": "关闭日（季度结束后的一个月）",
        }
