"""The schemes in force, and as the core reads them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError

from base.templatetags.numbers import number
from reports.models import Assessment, AssessmentState, Category, KindOf, Scheme, SchemeKind
from targets.core import scoring
from targets.models import TargetDefinition
from tasks.models import Adoption, Plan

SENSITIVE = "{}是成绩类目标，不得列入考核：不得以升学率、考试成绩考核学校。"


NUMBERS = {"timeliness": 0, "excellent_from": 90, "good_from": 80, "pass_from": 60, "quota": 30}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scheme as a file or the page says it, nothing saved. Lines: (target code, weight); kinds: (kind, code, name,
    points, best grade)."""

    category: str
    numbers: dict[str, Decimal]
    merge_into: str
    lines: tuple[tuple[str, Decimal], ...]
    kinds: tuple[tuple[str, str, str, Decimal | None, str], ...]


def hold_unpublished(adoption: Adoption, year: int, what: str) -> None:
    """Raises ValidationError once the year is published. Its row stays held: ``what`` it hangs on does not change while
    it is being published."""
    refuse_published(Assessment.objects.select_for_update().filter(adoption=adoption, year=year).first(), what)


def refuse_published(assessment: Assessment | None, what: str) -> None:
    if assessment is not None and assessment.state == AssessmentState.FINAL:
        raise ValidationError(f"{assessment.year}年度考核结果已经发布，{what}不能再改。", code="final")


def in_force(adoption: Adoption, year: int) -> dict[str, Scheme]:
    """By category: the newest version of each, with lines, their targets, and kinds. Three queries."""
    found = Scheme.objects.filter(adoption=adoption, year=year).order_by("version")
    found = found.prefetch_related("lines__target", "kinds")
    newest = {scheme.category: scheme for scheme in found}
    return {category: newest[category] for category in Category.values if category in newest}


def kinds_of(adoption: Adoption, year: int) -> dict[str, SchemeKind]:
    """By code: what can add points, take some or veto, in any of the year's schemes."""
    return {kind.code: kind for scheme in in_force(adoption, year).values() for kind in scheme.kinds.all()}


def worth_of(kind: SchemeKind) -> str:
    """What it does to a total or a grade."""
    if kind.points is None:
        return f"至多评为{kind.get_best_grade_display()}"
    return f"{'+' if kind.kind == KindOf.BONUS else '−'}{number(kind.points)} 分"


def sensitive_codes(plan: Plan) -> set[str]:
    """Codes of the plan's targets of which any version is sensitive."""
    found = TargetDefinition.objects.filter(target__plan=plan, sensitive=True)
    return set(found.values_list("target__code", flat=True))


def stored_as(scheme: Scheme) -> Wanted:
    """A stored scheme (prefetched) in the words of a file."""
    return Wanted(
        scheme.category,
        {name: getattr(scheme, name) for name in NUMBERS},
        scheme.merge_into,
        tuple((line.target.code, line.weight) for line in scheme.lines.all()),
        tuple((one.kind, one.code, one.name, one.points, one.best_grade) for one in scheme.kinds.all()),
    )


def for_core(wanted: Wanted) -> scoring.Scheme:
    """As the core knows it: exact fractions, targets by code."""
    numbers = {name: Fraction(number) for name, number in wanted.numbers.items()}
    points = {kind: {code: Fraction(of or 0) for each, code, _, of, _ in wanted.kinds if each == kind}
              for kind in (KindOf.BONUS, KindOf.DEDUCTION)}  # fmt: skip
    return scoring.Scheme(
        category=wanted.category,
        lines={code: Fraction(weight) for code, weight in wanted.lines},
        bonuses=points[KindOf.BONUS],
        deductions=points[KindOf.DEDUCTION],
        vetoes={code: scoring.Grade(best) for kind, code, _, _, best in wanted.kinds if kind == KindOf.VETO},
        merge_into=wanted.merge_into or None,
        **numbers | {"quota": numbers["quota"] / 100},
    )
