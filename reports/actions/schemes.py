"""Changing a scheme by hand: the next version of one category; the preview of what it would change, storing nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from base.sync import Changes
from reports.actions.progress import tidy
from reports.assessment.loading import WHOLE, store
from reports.assessment.schemes import (
    SENSITIVE,
    Wanted,
    for_core,
    hold_unpublished,
    in_force,
    kinds_of,
    sensitive_codes,
    stored_as,
)
from reports.assessment.subjects import Subject, Trial, Year, half_year_of
from reports.models import REASON, Grade, Occurrence, Scheme
from reports.models.assessment import OF_DISTRICT
from reports.queries import measurement_of
from schools.models import User
from targets.core.grading import Graded, Total, grade
from targets.core.rounding import shown_points
from targets.core.totals import table_of, totals_of

RACED = "同事刚刚改过这个方案，没有保存；请看过新的内容再改。"


def wanted_of(
    scheme: Scheme,
    *,
    lines: Mapping[str, Decimal],
    numbers: Mapping[str, Decimal],
    merge_into: str,
    kinds: Sequence[Mapping[str, Any]],
) -> Wanted:
    """A stored scheme with other lines, numbers and kinds (without a ``code``: new ones). Raises ValidationError with
    everything that is wrong with it."""
    faults = [SENSITIVE.format(code) for code in sorted(lines.keys() & sensitive_codes(scheme.adoption.plan))]
    total = sum(lines.values(), numbers["timeliness"])
    if total != WHOLE:
        faults.append(f"各项权重加上报送及时性应合计 100，现为 {total.normalize():f}。")
    if not lines:
        faults.append("至少列入一项目标。")
    if not numbers["excellent_from"] > numbers["good_from"] > numbers["pass_from"]:
        faults.append("优秀、良好、合格三条线应依次降低。")
    if scheme.category in OF_DISTRICT and (numbers["timeliness"] or merge_into):
        faults.append("科室和局本级不考核报送及时性，也不与别的类别合并。")
    known = in_force(scheme.adoption, scheme.year)
    if merge_into and (merge_into == scheme.category or merge_into not in known or merge_into in OF_DISTRICT):
        faults.append("应并入另一个已有方案的学校类别。")
    coded = _coded(scheme, kinds)
    faults += _gone(scheme, {code for _, code, *_ in coded})
    if faults:
        raise ValidationError(faults, code="faults")
    return Wanted(scheme.category, dict(numbers), merge_into, tuple(lines.items()), tuple(coded))


def _coded(scheme: Scheme, kinds: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """As ``Wanted`` has them. A new one has the code of the same kind in another category, else a free one."""
    known = kinds_of(scheme.adoption, scheme.year)
    named = {(one.kind, one.name): code for code, one in known.items()}
    free = (f"kind-{n}" for n in count(1) if f"kind-{n}" not in known)
    return [
        (one["kind"], one["code"] or named.get((one["kind"], one["name"])) or next(free), one["name"],
         one["points"], one["best_grade"])
        for one in kinds
    ]  # fmt: skip


def _gone(scheme: Scheme, codes: set[str]) -> list[str]:
    """What can't be left out: it was told of somebody."""
    told = Occurrence.objects.filter(adoption=scheme.adoption, year=scheme.year, lifted_at__isnull=True)
    used = set(told.values_list("code", flat=True))
    return [f"“{one.name}”已有登记的事项，不能删去。" for one in scheme.kinds.all() if one.code in used - codes]


@transaction.atomic
def revise_scheme(scheme: Scheme, wanted: Wanted, *, why: str, by: User) -> Scheme:
    """The next version of a scheme. What was computed by the one before is stale from now on. Raises ValidationError
    where somebody changed it meanwhile, the year is published, or nothing changed."""
    why = tidy(why)
    if not why or len(why) > REASON:
        raise ValidationError({"why": f"请写明为什么修改，最多 {REASON} 字。"})
    Scheme.objects.select_for_update().get(pk=scheme.pk)  # of two at once the second sees what the first made
    hold_unpublished(scheme.adoption, scheme.year, "方案")
    newest = in_force(scheme.adoption, scheme.year)[scheme.category]
    if newest.pk != scheme.pk:
        raise ValidationError(RACED, code="raced")
    if stored_as(newest) == wanted:
        raise ValidationError("没有改动，没有保存。", code="same")
    changes = Changes(by=by, why=why)
    made = store(scheme.adoption, scheme.year, wanted, changes)
    changes.record()
    return made


@dataclass(frozen=True, slots=True)
class Difference:
    """What a scheme would change for one: total and grade, now and then, as text."""

    name: str
    category: str
    total: str
    grade: str
    new_total: str
    new_grade: str

    @property
    def is_regraded(self) -> bool:
        return self.grade != self.new_grade


def preview(scheme: Scheme, wanted: Wanted) -> list[Difference]:
    """For whom something would change, with the results as they are; nothing is stored. Decisions about objections are
    not counted in. Raises ValidationError where there are no results yet, or a target has none."""
    adoption, year = scheme.adoption, scheme.year
    measurement = measurement_of(adoption, half_year_of(year))
    if measurement is None:
        raise ValidationError(f"{half_year_of(year).label}还没有测算结果，不能预览。", code="results")
    now = Year(adoption, year, measurement)
    then = Trial(now, for_core(wanted))
    lacking = [code for code, _ in wanted.lines if code not in then.results[None]]
    if lacking:
        said = "、".join(lacking)
        raise ValidationError(f"目标 {said} 在{measurement.period.label}没有测算结果，不能列入。", code="results")
    before = {one.total.code: one for one in _outcomes(now)}
    found = []
    for one in _outcomes(then):
        was = before.get(one.total.code)
        if was is None or was.said != one.said:
            found.append(_difference(was, one))
    return found


class Outcome(NamedTuple):
    subject: Subject
    total: Total
    graded: Graded

    @property
    def said(self) -> tuple[str, str]:
        if self.total.total is None or self.graded.grade is None:
            return "—", "不参评"
        return shown_points(_shown(self.total.total)), Grade(self.graded.grade).label


def _outcomes(year: Year) -> list[Outcome]:
    """Everybody's, summed in floats where nothing hangs on it (targets/core/totals.py)."""
    subjects = {one.brought.code: one for one in year.subjects()}
    by_scheme: dict[int, list[Subject]] = defaultdict(list)  # sections have a part of theirs each
    for one in subjects.values():
        by_scheme[id(one.core)].append(one)
    tables = [table_of(them[0].core, [one.brought for one in them]) for them in by_scheme.values()]
    totals = totals_of(year.by_core, tables)
    return [Outcome(subjects[one.code], one, graded)
            for one, graded in zip(totals, grade(year.by_core, totals), strict=True)]  # fmt: skip


def _shown(total: Fraction | float) -> Fraction | Decimal:
    """A float of 92.345 is a hair beside it."""
    return Decimal(repr(round(total, 9))) if isinstance(total, float) else total


def _difference(was: Outcome | None, then: Outcome) -> Difference:
    place = then.subject.unit or then.subject.section
    before = was.said if was else ("—", "不参评")
    return Difference(str(place), then.subject.scheme.get_category_display(), *before, *then.said)
