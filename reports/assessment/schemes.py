"""The schemes in force, and as the core reads them."""

from collections.abc import Mapping
from fractions import Fraction

from base.templatetags.numbers import number
from reports.models import Category, KindOf, Scheme, SchemeKind
from targets.core import scoring
from targets.models import TargetDefinition
from tasks.models import Adoption, Plan

SENSITIVE = "{}是成绩类目标，不得列入考核：不得以升学率、考试成绩考核学校。"


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


def for_core(scheme: Scheme) -> scoring.Scheme:
    """A stored scheme (prefetched) as the core knows it: exact fractions, targets by code."""
    kinds = {kind: {one.code: one for one in scheme.kinds.all() if one.kind == kind} for kind in KindOf}
    return scoring.Scheme(
        category=scheme.category,
        lines={line.target.code: Fraction(line.weight) for line in scheme.lines.all()},
        timeliness=Fraction(scheme.timeliness),
        bonuses=_points(kinds[KindOf.BONUS]),
        deductions=_points(kinds[KindOf.DEDUCTION]),
        vetoes={code: scoring.Grade(one.best_grade) for code, one in kinds[KindOf.VETO].items()},
        excellent_from=Fraction(scheme.excellent_from),
        good_from=Fraction(scheme.good_from),
        pass_from=Fraction(scheme.pass_from),
        quota=Fraction(scheme.quota) / 100,
        merge_into=scheme.merge_into or None,
    )


def _points(kinds: Mapping[str, SchemeKind]) -> dict[str, Fraction]:
    return {code: Fraction(one.points) for code, one in kinds.items()}
