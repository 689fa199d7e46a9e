"""What comes in with a request: the cells of a sheet, a review, the quarter of a page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from base.quarters import Quarter
from schools.models import Stage
from submissions import codes
from submissions.actions import REASON_LENGTH
from submissions.cells import Typed
from submissions.models import Correction
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
    """A file to attach, or the id of one of earlier to use again, here or for other ``units`` too, or to take off."""

    ATTACH, LINK, SPREAD, UNLINK = "attach", "link", "spread", "unlink"

    do = forms.ChoiceField(choices=[(ATTACH, "附上"), (LINK, "也用这份"), (SPREAD, "也用于其他学校"), (UNLINK, "撤下")])
    file = forms.FileField(required=False, allow_empty_file=True, max_length=None)
    pick = forms.IntegerField(required=False, min_value=1, max_value=10**18)
    units = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, units: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = [(code, code) for code in units]

    @property
    def done(self) -> str:
        """What has been done, to be followed by the name of the file."""
        asked = self.cleaned_data
        if asked["do"] == self.SPREAD:
            return f"另 {len(asked['units'])} 所学校也用了"
        return "已撤下" if asked["do"] == self.UNLINK else "已附上"

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("do") == self.ATTACH and not asked.get("file"):
            raise forms.ValidationError("请先选择照片或文件。")
        if asked.get("do") != self.ATTACH and not asked.get("pick"):
            raise forms.ValidationError("页面内容不完整，请刷新后再试。")
        if asked.get("do") == self.SPREAD and not asked.get("units"):
            raise forms.ValidationError("请勾选还要用这份佐证的学校。")
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


class ExtensionForm(forms.Form):
    """More time for one of ``schools`` ((code, label) pairs); ``seen`` is the day that the page showed as given."""

    unit = forms.ChoiceField(label="学校")
    until = forms.DateField(label="延至", widget=day_input(), help_text="当天仍可填报和提交。")
    reason = forms.CharField(label="原因", max_length=200, help_text="如“台风停课三天”。学校会看到这句话。")
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, schools: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "请选择"), *schools]  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """Which of the cells (their keys) to correct, and why. ``?pick=`` of an address ticks one."""

    pick = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": "勾选的项目刚刚有了变化，请核对后再申请。"}
    )
    reason = forms.CharField(
        label="理由",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON_LENGTH}),
        help_text="写明错在哪里、依据什么更正。科室看了再决定。",
    )

    def __init__(self, keys: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pick"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """``pick`` holds the ids of the ticked requests, ``answer.<id>`` why one is refused; one with an answer is never
    granted."""

    GRANT, REFUSE = "grant", "refuse"

    do = forms.ChoiceField(choices=[(GRANT, "同意"), (REFUSE, "不同意")])
    until = forms.DateField(label="更正期限", required=False, widget=day_input())

    def __init__(self, asked: list[Correction], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean(self) -> dict[str, Any]:
        data: QueryDict = self.data  # type: ignore[assignment]
        answers = {one: data.get(f"answer.{one.pk}", "").strip() for one in self.asked}
        self.answers = {one: answer for one, answer in answers.items() if answer}
        picked = data.getlist("pick")
        self.picked = [one for one in self.asked if str(one.pk) in picked and one not in self.answers]
        if self.cleaned_data.get("do") == self.GRANT:
            if not self.picked:
                raise forms.ValidationError("没有勾选要同意的申请。")
            if not self.cleaned_data.get("until"):
                raise forms.ValidationError("请填更正期限。")
        elif not self.answers:
            raise forms.ValidationError("不同意更正须写明原因，申请的人会看到这句话。")
        return self.cleaned_data


class MatrixForm(forms.Form):
    """``?stage=primary&sort=worst``: schools of one stage alone; the worst first, else by code."""

    WORST = "worst"

    stage = forms.ChoiceField(required=False, choices=[("", "全部"), *Stage.choices])
    sort = forms.ChoiceField(required=False, choices=[("", "按学校代码"), (WORST, "差的在前")])
