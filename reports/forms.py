"""What the pages of results take from an address."""

import datetime
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from base.quarters import Period
from reports.actions.rectifying import OWNER
from reports.actions.reviewing import NOT_SENT
from reports.assessment.schemes import SENSITIVE, sensitive_codes
from reports.models import REASON, WORDS, Bulletin, Measurement, Rectification
from reports.progress import Typed
from submissions.forms import day_input
from targets.models import Target
from tasks.models import Plan


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


class WallForm(forms.Form):
    """Which targets of the wall are looked for; ``choices`` by field (wall.choices_of)."""

    section = forms.ChoiceField(label="责任科室", required=False)
    stage = forms.ChoiceField(label="学段", required=False)
    status = forms.ChoiceField(label="状态", required=False)
    year = forms.TypedChoiceField(label="到期", required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, choices: Mapping[str, list[tuple[str, str]]]) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            field.choices = [("", "全部"), *choices[name]]
            field.widget.attrs["data-autosubmit"] = True


class PageForm(forms.Form):
    """The number of a page; the first one where none is named."""

    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def clean_page(self) -> int:
        return self.cleaned_data["page"] or 1


class EditionForm(forms.Form):
    """The number of an edition; none: the newest of what may be seen."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=1000)


class ToldForm(forms.Form):
    """A form whose faults are told at the head of the page."""

    def require_valid(self) -> None:
        """Raises ValidationError with what is wrong."""
        if not self.is_valid():
            raise ValidationError([message for messages in self.errors.values() for message in messages])


class PublishForm(ToldForm):
    """``seen`` is when the bulletin was sent that stood on the page: what was sent later is not published unseen."""

    seen = forms.CharField(max_length=40)

    def __init__(self, data: Any, *, bulletin: Bulletin) -> None:
        super().__init__(data)
        self.bulletin = bulletin

    def clean_seen(self) -> str:
        try:
            seen = datetime.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise ValidationError("没有说明看的是哪一稿，请刷新页面再发布。") from error
        if seen != self.bulletin.sent_at:
            raise ValidationError(NOT_SENT, code="not_sent")
        return self.cleaned_data["seen"]


class SendForm(ToldForm):
    """``correction``: why there is another edition; the action says when it is needed."""

    correction = forms.CharField(required=False, max_length=REASON)


class ReturnForm(ToldForm):
    reason = forms.CharField(max_length=REASON, error_messages={"required": "请写明退回的意见。"})


class HeadForm(forms.Form):
    """What the office gives the head of a bulletin; empty: as drafted. ``seen`` is the version that stood there."""

    title = forms.CharField(label="标题", required=False, max_length=200, help_text="不填时用自动标题。")
    number = forms.CharField(
        label="发文字号", required=False, max_length=60, help_text="如“开教〔2025〕3号”，由办公室编。"
    )
    addressees = forms.CharField(
        label="主送", required=False, max_length=200, help_text="不填时为各学校（幼儿园）、各科室。"
    )
    dated = forms.DateField(label="成文日期", required=False, widget=day_input(), help_text="不填时为签发当天。")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @classmethod
    def of(cls, bulletin: Bulletin) -> "HeadForm":
        stands = {name: getattr(bulletin, name) for name in ("title", "number", "addressees", "dated")}
        form = cls(initial=stands | {"seen": bulletin.head_version})
        for name in ("title", "addressees"):
            form.fields[name].widget.attrs["placeholder"] = bulletin.content["head"][name]
        return form

    def clean_number(self) -> str:
        number = self.cleaned_data["number"].replace("[", "〔").replace("]", "〕")
        if number and not re.fullmatch(r".+〔20\d\d〕[1-9]\d*号", number):
            raise ValidationError("发文字号应写成“开教〔2025〕3号”的样子：年份用六角括号，序号不编虚位、不加“第”字。")

        return number


class WordingForm(forms.Form):
    """What is done with texts of a bulletin: saved, or (of one section) given back to the draft."""

    MOST_TYPED = 10_000

    restore = forms.CharField(required=False, max_length=20)


MOST_TYPED = 4000  # more than this of one text is cut: it is refused as too long, and shown as typed
UNREADABLE = -1  # a version that nothing has: stale


def typed_texts(data: QueryDict, *, limit: int = MOST_TYPED) -> dict[str, Typed]:
    """``text.KEY`` and ``version.KEY`` by key; of a conflict in which no side was chosen, nothing."""
    keys = [name.removeprefix("text.") for name in data if name.startswith("text.")]
    return {key: Typed(data[f"text.{key}"][:limit], _version(data.get(f"version.{key}", "0"))) for key in keys}


def read_over(data: QueryDict, key: str) -> str:
    """``over.KEY``: the mark of the text over which one was typed (composing.py)."""
    return data.get(f"over.{key}", "")[:64]


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else UNREADABLE


class WritingForm(forms.Form):
    """What is done with the texts of a sheet: saved (as a field does when it is left), handed in as well, or (of one
    ``task``, by number) taken back."""

    SAVE, HAND_IN, REOPEN = "save", "hand_in", "reopen"

    do = forms.ChoiceField(required=False, choices=[(SAVE, "保存"), (HAND_IN, "提交"), (REOPEN, "撤回修改")])
    task = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("do") == self.REOPEN and not self.cleaned_data.get("task"):
            raise ValidationError("页面内容不完整，请刷新后再试。")
        return self.cleaned_data


def words_input(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-limit-words": WORDS})


class MeasureForm(forms.Form):
    """What is done about a red target."""

    measure = forms.CharField(
        label="整改措施",
        max_length=WORDS,
        widget=words_input(),
        help_text=f"做什么、做到什么程度，最多 {WORDS} 字。会列入通报的整改台账，不要写学生姓名和分校成绩。",
    )
    owner = forms.CharField(label="责任人", max_length=OWNER, help_text="姓名和职务，可以写几个人。")
    due = forms.DateField(label="时限", widget=day_input(), help_text="这一天以前（含当天）完成。")


class ReviseForm(MeasureForm):
    """The same of an open item, with the reason; ``seen`` is the version that stood on the page."""

    why = forms.CharField(label="为什么调整", max_length=WORDS, help_text="如“设备招标流标，顺延一个月”。记入经过。")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @classmethod
    def of(cls, item: Rectification) -> "ReviseForm":
        stands = {name: getattr(item, name) for name in ("measure", "owner", "due")}
        return cls(initial=stands | {"seen": item.version}, prefix="revise")


class CloseForm(forms.Form):
    """How an item ended, and the file that proves it."""

    reason = forms.CharField(
        label="整改结果",
        max_length=WORDS,
        widget=words_input(),
        help_text=f"做了什么、现在怎样，最多 {WORDS} 字。会列入通报的整改台账。",
    )
    file = forms.FileField(
        label="佐证",
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": "销号须附一份佐证：照片或文件。"},
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class SchemeLineForm(ToldForm):
    """A line of an assessment scheme: one of the plan's targets and its weight. A sensitive one is refused."""

    target = forms.ModelChoiceField(Target.objects.none(), label="目标", to_field_name="code")
    weight = forms.DecimalField(label="权重", min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2)

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["target"].queryset = plan.targets.all()

    def clean_target(self) -> Target:
        target: Target = self.cleaned_data["target"]
        if target.code in sensitive_codes(self.plan):
            raise ValidationError(SENSITIVE.format(target.code))
        return target
