"""What the pages of results take from an address."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from base.quarters import Period
from base.templatetags.numbers import number
from reports.actions.rectifying import OWNER
from reports.actions.reviewing import NOT_SENT
from reports.actions.schemes import RACED, wanted_of
from reports.assessment.schemes import Wanted
from reports.models import (
    REASON,
    WORDS,
    AdjustmentKind,
    Bulletin,
    Category,
    Grade,
    KindOf,
    Measurement,
    Rectification,
    Scheme,
)
from reports.progress import Typed
from submissions.forms import day_input
from tasks.models import Action


class LiveForm(forms.Form):
    """Whether live results are asked for."""

    live = forms.BooleanField(required=False)


class PeriodForm(LiveForm):
    """Chooses among measurements by period; where none is named, the newest whose bulletin is out, else the newest."""

    period = forms.CharField(required=False, max_length=6)

    def __init__(self, data: Any, measurements: Sequence[Measurement]) -> None:
        super().__init__(data)
        self.measurements = measurements

    def clean_period(self) -> Measurement | None:
        text = self.cleaned_data["period"]
        if not text:
            return self._usual()
        try:
            period = Period.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        wanted = period, self.cleaned_data["live"]
        chosen = next((one for one in self.measurements if (one.period, one.is_live) == wanted), None)
        if chosen is None:
            raise ValidationError(f"{period.label}还没有测算。")
        return chosen

    def _usual(self) -> Measurement | None:
        found = sorted(self.measurements, key=lambda one: (not one.is_published, one.is_live))
        return found[0] if found else None


class FilterForm(forms.Form):
    """What a page is narrowed down to; ``choices`` by field."""

    def __init__(self, data: Any, choices: Mapping[str, list[tuple[str, str]]]) -> None:
        super().__init__(data)
        for name, given in choices.items():
            self.fields[name].choices = given
            self.fields[name].widget.attrs["data-autosubmit"] = True


class WallForm(FilterForm):
    """Which targets of the wall are looked for (wall.choices_of)."""

    section = forms.ChoiceField(label="责任科室", required=False)
    stage = forms.ChoiceField(label="学段", required=False)
    status = forms.ChoiceField(label="状态", required=False)
    year = forms.TypedChoiceField(label="到期", required=False, coerce=int, empty_value=None)


class CompareForm(forms.Form):
    """Two half-years, by period, of ``measurements``, the newest first; where none is named, the newest published one
    (the newest, if none is) and the one before it."""

    before = forms.ChoiceField(label="前期", required=False)
    after = forms.ChoiceField(label="后期", required=False)

    def __init__(self, data: Any, measurements: Sequence[Measurement]) -> None:
        super().__init__(data)
        self.measurements = {str(one.period): one for one in measurements}
        for field in self.fields.values():
            field.choices = [(code, one.period.label) for code, one in self.measurements.items()]
            field.widget.attrs["data-autosubmit"] = True

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        if self.errors:
            return chosen
        codes = list(self.measurements)
        usual = next((code for code in codes[:-1] if self.measurements[code].is_published), codes[0])
        after = chosen["after"] or usual
        before = chosen["before"] or codes[min(codes.index(after) + 1, len(codes) - 1)]
        if self.measurements[before].period >= self.measurements[after].period:
            raise ValidationError("前期应早于后期。")
        return {"before": self.measurements[before], "after": self.measurements[after]}


class GroupsForm(forms.Form):
    """Which target is looked at by kinds of schools."""

    target = forms.ChoiceField(label="分组看", required=False)

    def __init__(self, data: Any, targets: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["target"]
        field.choices = [("", "不分组"), *targets]
        field.widget.attrs["data-autosubmit"] = True


class ClausesForm(forms.Form):
    """Of which action the clauses are looked for."""

    action = forms.TypedChoiceField(label="行动", required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, actions: Sequence[Action]) -> None:
        super().__init__(data)
        field = self.fields["action"]
        field.choices = [("", "全部"), *((one.no, one.name) for one in actions)]
        field.widget.attrs["data-autosubmit"] = True


class CityForm(forms.Form):
    """A half-year of ``periods``, the newest first; None where there is none."""

    period = forms.TypedChoiceField(required=False, coerce=Period.parse, empty_value=None)

    def __init__(self, data: Any, periods: Sequence[Period]) -> None:
        super().__init__(data)
        self.periods = periods
        self.fields["period"].choices = [(str(one), one.label) for one in periods]

    def clean_period(self) -> Period | None:
        return self.cleaned_data["period"] or next(iter(self.periods), None)


class PageForm(LiveForm):
    """The number of a page; the first one where none is named."""

    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def clean_page(self) -> int:
        return self.cleaned_data["page"] or 1


class SchoolMatrixForm(FilterForm, PageForm):
    """Which action and which schools are looked at (school_matrix.choices_of)."""

    action = forms.ChoiceField(label="行动", required=False)
    stage = forms.ChoiceField(label="学段", required=False)


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


class ShowForm(forms.Form):
    """Until when schools may object, and whether the published list names everybody's place."""

    until = forms.DateField(label="异议截止（含当天）", widget=day_input())
    lists_all = forms.BooleanField(label="发布后列出全部名次（不选则只列到中位数）", required=False)


class RetractForm(ToldForm):
    why = forms.CharField(max_length=REASON, error_messages={"required": "请写明为什么收回。"})


class OccurrenceForm(forms.Form):
    """What happened to whom, when; the paper that proves it. ``subjects`` and ``kinds``: choices, in groups."""

    whom = forms.ChoiceField(label="单位")
    code = forms.ChoiceField(label="情形")
    happened = forms.DateField(label="发生日期", widget=day_input())
    what = forms.CharField(
        label="事由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="什么事、由谁认定、文号，最多 200 字。该校会看到，不要写学生姓名。",
    )
    file = forms.FileField(
        label="依据",
        required=False,
        allow_empty_file=True,
        max_length=None,
        help_text="加分必附：授牌、立项的文件或照片。扣分、否决有文件的也附上。",
    )

    def __init__(self, subjects: Sequence[Any], kinds: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].choices = [("", "请选择"), *subjects]
        self.fields["code"].choices = [("", "请选择"), *kinds]


class LiftForm(ToldForm):
    why = forms.CharField(max_length=REASON, error_messages={"required": "撤销须写明理由。"})


class ObjectionForm(forms.Form):
    """Against which item of the sheet (``choices``: key, words), why, and a file that proves it."""

    item = forms.ChoiceField(label="对哪一项")
    reason = forms.CharField(
        label="理由",
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"写明哪里不对、应当怎样，最多 {REASON} 字。不要写学生姓名。",
    )
    file = forms.FileField(label="佐证", required=False, allow_empty_file=True, max_length=None)

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = choices


class DecisionForm(forms.Form):
    """What was decided about an objection, why, and what it changes. ``lines`` and ``happenings``: choices of what can
    be corrected, and lifted."""

    upheld = forms.TypedChoiceField(
        label="结论",
        choices=[("1", "采纳"), ("0", "不采纳")],
        coerce=lambda text: text == "1",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label="理由", max_length=REASON, widget=forms.Textarea(attrs={"rows": 4}), help_text="学校会看到。"
    )
    kind = forms.ChoiceField(
        label="怎样调整", required=False, choices=[("", "不调整"), *AdjustmentKind.choices], help_text="采纳的必填。"
    )
    line = forms.ChoiceField(label="更正哪一项的完成值", required=False)
    value = forms.FloatField(label="更正后的完成值", required=False)
    points = forms.DecimalField(
        label="增减分数", required=False, max_digits=5, decimal_places=2, help_text="减分写负数，如 -1.5。"
    )
    occurrence = forms.TypedChoiceField(label="撤销哪个事项", required=False, coerce=int, empty_value=None)

    def __init__(
        self, lines: Sequence[tuple[str, str]], happenings: Sequence[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines
        self.fields["occurrence"].choices = [("", "—"), *happenings]


class KindForm(forms.Form):
    """What adds points, takes some or vetoes; without a name it is none. What is stored keeps its code and nature:
    what was told of schools refers to it."""

    code = forms.CharField(required=False, disabled=True, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="性质", choices=KindOf.choices)
    name = forms.CharField(label="情形", required=False, max_length=60)
    points = forms.DecimalField(
        label="分值", required=False, min_value=Decimal("0.01"), max_value=105, max_digits=5, decimal_places=2
    )
    best_grade = forms.ChoiceField(
        label="至多评为", required=False, choices=[("", "—"), (Grade.PASS, "合格"), (Grade.FAIL, "不合格")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].disabled = "code" in self.initial
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        is_veto, has = sent.get("kind") == KindOf.VETO, (sent.get("points") is not None, bool(sent.get("best_grade")))
        if not self.errors and sent["name"] and has != (not is_veto, is_veto):
            name = sent["name"]
            raise ValidationError(
                f"{name}：一票否决写明至多评为什么等次，不写分值。" if is_veto else f"{name}：写明分值，不写等次。"
            )
        return sent


KindForms = forms.formset_factory(KindForm, extra=2, max_num=40, validate_max=True)


class SchemeForm(forms.Form):
    """A scheme's numbers, by target ``w.CODE`` its weight (none: it does not count), and ``kinds``. ``why``: of a new
    version; ``seen``: the version that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    do = forms.ChoiceField(choices=[("preview", "预览"), ("save", "保存")])
    timeliness = forms.DecimalField(label="报送及时性权重", min_value=0, max_value=100, max_digits=7, decimal_places=4)
    excellent_from = forms.DecimalField(label="优秀线", min_value=0, max_value=105, max_digits=5, decimal_places=2)
    good_from = forms.DecimalField(label="良好线", min_value=0, max_value=105, max_digits=5, decimal_places=2)
    pass_from = forms.DecimalField(
        label="合格线", min_value=Decimal("0.01"), max_value=105, max_digits=5, decimal_places=2
    )
    quota = forms.DecimalField(label="优秀名额（%）", min_value=0, max_value=100, max_digits=5, decimal_places=2)
    merge_into = forms.ChoiceField(label="不足四所时并入", required=False, choices=[("", "不合并"), *Category.choices])
    why = forms.CharField(label="为什么修改", required=False, max_length=REASON, help_text="保存时必填，记入日志。")
    NUMBERS = ("timeliness", "excellent_from", "good_from", "pass_from", "quota")

    def __init__(self, scheme: Scheme, data: Any = None) -> None:
        initial = {name: number(getattr(scheme, name)) for name in self.NUMBERS} | {"merge_into": scheme.merge_into}
        super().__init__(data, initial=initial | {"seen": scheme.version})
        self.scheme = scheme
        kinds = [{name: getattr(one, name) for name in KindForm.base_fields} for one in scheme.kinds.all()]
        self.kinds = KindForms(data, initial=kinds, prefix="k")
        self.stored = {line.target.code: number(line.weight) for line in scheme.lines.all()}
        self.weights: dict[str, Decimal] = {}

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in (*self.NUMBERS, "merge_into")]

    def typed(self, code: str) -> str:
        """The weight that stands in the field of a target."""
        return self.data.get(f"w.{code}", "")[:12] if self.is_bound else self.stored.get(code, "")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("seen") != self.scheme.version:
            self.add_error(None, RACED)
        for error in (*self.kinds.non_form_errors(), *(one for form in self.kinds for one in _errors_of(form))):
            self.add_error(None, error)
        known = set(self.scheme.adoption.plan.targets.values_list("code", flat=True))
        for name in self.data:
            code, text = name.removeprefix("w."), self.data[name].strip()
            if not name.startswith("w.") or not text:
                continue
            if code not in known:
                self.add_error(None, "页面里有方案没有的目标，请刷新后再试。")
                continue
            weight = forms.DecimalField(min_value=Decimal("0.0001"), max_value=100, max_digits=7, decimal_places=4)
            try:
                self.weights[code] = weight.clean(text)
            except ValidationError:
                self.add_error(None, f"{code} 的权重“{text[:12]}”应是大于 0、不超过 100 的数。")
        return self.cleaned_data

    def wanted(self) -> Wanted:
        """Raises ValidationError with what is wrong with it as a whole."""
        # In the order of the stored lines, new ones after them: what did not change is the same scheme.
        order = [*self.stored, *sorted(self.weights.keys() - self.stored.keys())]
        lines = {code: self.weights[code] for code in order if code in self.weights}
        numbers = {name: self.cleaned_data[name] for name in self.NUMBERS}
        kinds = [form.cleaned_data for form in self.kinds if form.cleaned_data.get("name")]
        return wanted_of(
            self.scheme, lines=lines, numbers=numbers, merge_into=self.cleaned_data["merge_into"], kinds=kinds
        )


def _errors_of(form: KindForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        where = form.fields[name].label if name in form.fields else ""
        yield from (f"{where}：{error}" if where else str(error) for error in errors)
