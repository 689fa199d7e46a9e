"""The sheets of an assessment as people read them: every line and figure as text, from stored rows and adjustments.

    sheets = all_sheets(assessment)          # everybody's, in the order of categories and codes
    sheet = sheet_of(assessment, subject)    # one SubjectScore's, by its pk

Pages and files print these and compute nothing. A fixed number of queries, however many schools there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils import timezone

from base.quarters import Period
from base.templatetags.numbers import NONE, number, unit
from base.templatetags.quarters import day
from reports.assessment.adjusting import Decided, can_correct, code_of, corrected, result_of, score_of, subjects_of
from reports.assessment.schemes import worth_of
from reports.assessment.subjects import figure_of, half_year_of
from reports.models import (
    Adjustment,
    AdjustmentKind,
    Assessment,
    Category,
    LineScore,
    Mark,
    Occurrence,
    Reason,
    SubjectScore,
)
from reports.models.assessment import OF_DISTRICT
from reports.readings import Reading
from targets.core import scoring
from targets.core.model import Measure, Status
from targets.core.rounding import shown_points
from targets.models import AdoptedTarget

SMALL = 20  # a denominator below: one more or less weighs 5 points of the rate
TIMELINESS = "报送及时性"
ORDER = list(Category.values)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet, as text. ``how``: how its points came about, in a sentence. ``code``: the target's; "" for
    timeliness. ``before``: the value that a decision corrected, "" where none did."""

    code: str
    name: str
    section: str
    weight: str
    goal: str
    value: str
    attainment: str
    points: str
    mark: Mark
    status: str
    how: str
    before: str = ""
    is_provisional: bool = False
    is_small: bool = False
    can_correct: bool = False

    @property
    def counts(self) -> bool:
        return self.mark in (Mark.COUNTED, Mark.MISSING)

    @property
    def is_missing(self) -> bool:
        return self.mark == Mark.MISSING and not self.before


@dataclass(frozen=True, slots=True)
class Happening:
    """A designation, a deduction or a veto. ``worth``: +2 分, 至多评为合格; ``lifted``: why it counts no longer."""

    pk: int
    kind: str
    name: str
    what: str
    worth: str
    lifted: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision changed, and why."""

    what: str
    why: str
    by: str
    on: str


@dataclass(frozen=True)
class Sheet:
    """One school's, section's or the bureau's. Of who is not assessed points, grade and band are "" and ``reason`` says
    why. ``group``: the categories that are graded together."""

    subject: SubjectScore
    year: int
    name: str
    code: str
    category: str
    group: tuple[str, ...]
    lines: list[Line]
    happenings: list[Happening]
    changes: list[Change]
    score: str
    bonus: str
    deduction: str
    adjusted: str  # points that decisions gave or took: +1.50, −2.00, ""
    total: str
    grade: str
    band: str
    reason: str
    computed: str  # total and grade before decisions, where they differ: 88.20 分、良好
    exact: Decimal | None  # of the total: for the order alone

    @property
    def kind(self) -> str:
        return "unit" if self.subject.unit_id else "section"

    @property
    def route(self) -> str:
        """The name of its page's address, which takes the plan, the year and the code."""
        return "reports:sheet" if self.subject.unit_id else "reports:section_sheet"

    @property
    def is_assessed(self) -> bool:
        return not self.reason

    @property
    def period(self) -> Period:
        return half_year_of(self.year)

    @property
    def grade_code(self) -> str:
        return shown_score(self.subject).grade

    @cached_property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.is_missing]

    @property
    def left_out(self) -> list[Line]:
        return [line for line in self.lines if not line.counts]

    @property
    def merged(self) -> str:
        """With whom it is graded, where its category is too small: 小学、初中."""
        return "、".join(self.group) if len(self.group) > 1 else ""


def all_sheets(assessment: Assessment) -> list[Sheet]:
    reader = _Reader(assessment)
    sheets = [reader.sheet(subject) for subject in subjects_of(assessment)]
    return sorted(sheets, key=lambda sheet: (ORDER.index(sheet.subject.scheme.category), sheet.code))


def sheet_of(assessment: Assessment, subject: int) -> Sheet:
    """By the id of its SubjectScore. Raises StopIteration for one of another assessment."""
    found = next(one for one in subjects_of(assessment, only=subject))
    return _Reader(assessment).sheet(found)


def shown_score(subject: SubjectScore) -> SubjectScore:
    """What holds now: with the adjustments, if there are any (its RevisedScore has the same columns)."""
    return getattr(subject, "revised", None) or subject


def name_of(subject: SubjectScore, year: int) -> str:
    """As the school was called at the end of the year."""
    if subject.unit is None:
        return str(subject.section)
    return subject.unit.facts_in(half_year_of(year).last).name or str(subject.unit)


class _Reader:
    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.decided = Decided.of(assessment)
        adopted = AdoptedTarget.objects.filter(adoption=assessment.adoption_id).select_related("section", "target")
        self.adopted = {one.target.code: one for one in adopted}

    def sheet(self, subject: SubjectScore) -> Sheet:
        place = subject.unit or subject.section
        stands = shown_score(subject)
        adjustments = self.decided.adjustments_of(subject)
        points = sum((one.points for one in adjustments if one.points is not None), Decimal(0))
        changed = stands is not subject and (stands.total, stands.grade) != (subject.total, subject.grade)
        return Sheet(
            subject=subject,
            year=self.assessment.year,
            name=name_of(subject, self.assessment.year),
            code=place.code,
            category=subject.scheme.get_category_display(),
            group=tuple(Category(one).label for one in subject.grouped),
            lines=list(self._lines(subject)),
            happenings=list(self._happenings(subject)),
            changes=[_change(one) for one in adjustments],
            score=points_of(stands.score),
            bonus=points_of(stands.bonus),
            deduction=points_of(stands.deduction),
            adjusted=signed(points) if points else "",
            total=points_of(stands.total),
            grade=stands.get_grade_display(),
            band=stands.get_band_display(),
            reason=reason_of(subject, self.assessment.year),
            computed=f"{points_of(subject.total)} 分、{subject.get_grade_display()}" if changed else "",
            exact=stands.total,
        )

    def _lines(self, subject: SubjectScore) -> Iterator[Line]:
        adjusted = {
            one.target.code if one.target else scoring.TIMELINESS: one
            for one in self.decided.adjustments_of(subject)
            if one.kind == AdjustmentKind.VALUE
        }
        counted = {}
        if adjusted:
            counted = {line.target: line for line in score_of(subject, self.decided).lines}
        for line in subject.lines.all():
            code = code_of(line)
            yield self._line(subject, line, adjusted.get(code) if can_correct(line) else None, counted.get(code))

    def _line(
        self, subject: SubjectScore, line: LineScore, adjusted: Adjustment | None, counted: scoring.Line | None
    ) -> Line:
        attainment, points, figure = line.attainment, line.points, None
        if counted is not None:
            attainment, points = counted.attainment, counted.points
        texts = {
            "weight": number(line.weight),
            "attainment": NONE if attainment is None else f"{shown_points(attainment * 100)}%",
            "points": NONE if points is None else shown_points(points),
            "mark": Mark(line.mark),
            "status": line.status,
        }
        if line.line is None:
            return self._timeliness(line, adjusted, texts)
        result = result_of(line, subject)
        code = line.line.target.code
        adopted = self.adopted.get(code)
        texts |= {"code": code, "section": adopted.section.name if adopted else ""}
        if line.definition is None:
            how = HOW_LEFT_OUT[Mark(line.mark)]
            return Line(name=code, goal=NONE, value=NONE, how=how, **texts)
        reading, before = Reading(result), ""
        figure = figure_of(result, line.definition, of_district=subject.scheme.category in OF_DISTRICT)
        if adjusted is not None:
            before = reading.value
            figure = corrected(figure, line, adjusted.value)
            result.value, result.status = figure.value, figure.status.value
            reading = Reading(result)
            texts |= {"status": figure.status.value, "mark": Mark.COUNTED}
        return Line(
            name=line.definition.name,
            goal=reading.goal if reading.has_goal else NONE,
            value=reading.value,
            how=how_of(figure, texts["mark"], reading),
            before=before,
            is_provisional=line.provisional and line.mark == Mark.COUNTED,
            is_small=line.denominator is not None and 0 < line.denominator < SMALL,
            can_correct=can_correct(line),
            **texts,
        )

    def _timeliness(self, line: LineScore, adjusted: Adjustment | None, texts: dict) -> Line:
        before, value = "", line.value
        if adjusted is not None:
            before, value = unit(number(line.value), "个季度"), adjusted.value
        how = HOW_LEFT_OUT[Mark.NOT_CONCERNED] if line.goal is None else ""
        return Line(
            code=scoring.TIMELINESS,
            name=TIMELINESS,
            section="",
            goal=NONE if line.goal is None else unit(number(line.goal), "个季度"),
            value=NONE if value is None else unit(number(value), "个季度"),
            how=how or f"全年应报 {number(line.goal)} 个季度，按时 {number(value)} 个",
            before=before,
            can_correct=can_correct(line) and line.goal is not None,
            **texts,
        )

    def _happenings(self, subject: SubjectScore) -> Iterator[Happening]:
        kinds = {one.code: one for one in subject.scheme.kinds.all()}
        lifted = {one.occurrence_id: one for one in self.decided.adjustments_of(subject)}
        for one in self.decided.occurrences_of(subject):
            kind = kinds.get(one.code)
            if kind is None:
                continue
            why = lifted[one.pk].objection.answer if one.pk in lifted else self._lifted(one)
            yield Happening(one.pk, kind.get_kind_display(), kind.name, one.what, worth_of(kind), why)

    def _lifted(self, one: Occurrence) -> str:
        was = one.lifted_at is not None and one.lifted_at <= self.assessment.computed_at
        return one.lifted_why if was else ""


HOW_LEFT_OUT = {
    Mark.NOT_DUE: "未到节点，不计，权重也不计",
    Mark.NOT_RATED: "不评，不计，权重也不计",
    Mark.NO_BASELINE: "缺基期，不计，权重也不计",
    Mark.NOT_CONCERNED: "与被考核单位无关，不计，权重也不计",
    Mark.MISSING: "缺报，按 0 计",
}


def how_of(figure: scoring.Figure, mark: Mark, reading: Reading) -> str:
    """How the attainment came about, as §9 counts it."""
    if mark != Mark.COUNTED:
        return HOW_LEFT_OUT[mark]
    if figure.measure is Measure.JUDGEMENT:
        return {Status.ACHIEVED: "评定为已完成，计 1", Status.ON_TRACK: "评定为正常推进，计 0.5"}.get(
            figure.status, "评定为滞后，计 0"
        )
    if figure.status is Status.ACHIEVED:
        return "已达成，计满分"
    if figure.ceiling:
        return "超出上限，计 0" if figure.status is Status.OVERDUE else "没有超出上限，计满分"
    if figure.measure is Measure.MILESTONE or (figure.measure is Measure.SHARE and not figure.of_district):
        said = "尚未达成，计 0"
    elif figure.of_district and figure.anchor is not None:
        said = f"从起点 {number(figure.anchor)} 到目标，已完成的部分"
    else:
        said = f"{reading.goal} ÷ {reading.value}" if figure.towards_less else f"{reading.value} ÷ {reading.goal}"
    return f"{said}；软目标不低于 80%" if figure.soft else said


def reason_of(subject: SubjectScore, year: int) -> str:
    """Why it is not assessed, in a sentence; "" where it is."""
    if not subject.reason:
        return ""
    if subject.reason == Reason.MERGED and subject.successor is not None:
        successor = subject.successor.facts_in(half_year_of(year).last).name or str(subject.successor)
        return f"年内并入{successor}，本年度由{successor}参加考核，本校不单独评定。"
    return {
        Reason.CLOSED: "年内停办，不参加本年度考核。",
        Reason.OPENED_LATE: "年内开办不足两个季度，不参加本年度考核，从下一年度起考核。",
        Reason.TOO_LITTLE: "可计分的考核项权重不到一半，不参加本年度考核；各项情况见下表。",
    }.get(Reason(subject.reason), "不参加本年度考核。")


def _change(one: Adjustment) -> Change:
    said = {
        AdjustmentKind.LIFT: f"撤销“{one.occurrence.what}”" if one.occurrence else "",
        AdjustmentKind.POINTS: f"总分 {signed(one.points)} 分" if one.points is not None else "",
        AdjustmentKind.VALUE: f"{_line_name(one)}的完成值更正为 {number(one.value)}" if one.value is not None else "",
    }
    objection = one.objection
    return Change(
        said[AdjustmentKind(one.kind)],
        objection.answer,
        str(objection.decided_by),
        day(timezone.localtime(objection.decided_at).date()),
    )


def _line_name(one: Adjustment) -> str:
    return one.target.definitions.all()[0].name if one.target else TIMELINESS


def points_of(points: Decimal | Fraction | None) -> str:
    return "" if points is None else shown_points(points)


def signed(points: Decimal) -> str:
    return f"{'+' if points > 0 else '−'}{shown_points(abs(points))}"
