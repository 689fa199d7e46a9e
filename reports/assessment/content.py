"""A year's assessment as data: what its edition freezes, and what its notice, workbook and sheets print.

- ``head``: title, district, office (who issues it), plan, year, addressees, objections, upheld (numbers of them)
- ``assessment``: checksums of what it was computed to be, of the measurement behind it and of what is kept with it
  (kept.py); whether it lists all
- ``groups``: those that are graded together, in the order of categories: ``name``, and ``places`` of codes, the best
  first; those below the median have none unless the assessment lists all
- ``sheets``: everybody's, by category and code: every text of ``sheets.Sheet`` and its lines; ``exact``: its total

Texts as the page shows them. Lines of sensitive targets are left out, whatever let them in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from base.quarters import Period
from reports.assessment.schemes import sensitive_codes
from reports.assessment.sheets import Sheet, all_sheets, shown_score
from reports.assessment.subjects import half_year_of
from reports.models import Assessment, Category, Grade, Mark, SubjectScore
from schools.models import UnitKind
from tasks.models import Adoption

Data = dict[str, Any]

ADDRESSEES = "各学校（幼儿园），机关各科室"
TEXTS = (
    *("kind", "code", "name", "category", "score", "bonus", "deduction", "adjusted", "total", "grade", "band"),
    *("reason", "computed"),
)
RANK = {grade: rank for rank, grade in enumerate(Grade.values)}


def content_of(assessment: Assessment, sources: str = "") -> Data:
    """``sources``: the checksum of what is kept. A fixed number of queries, however many are assessed."""
    sheets = all_sheets(assessment)
    hidden = sensitive_codes(assessment.adoption.plan)
    return {
        "head": _head(assessment),
        "assessment": {
            "computed": assessment.checksum,
            "measured": assessment.measured,
            "sources": sources,
            "lists_all": assessment.lists_all,
        },
        "groups": groups_of(ranked(one.subject for one in sheets), lists_all=assessment.lists_all),
        "sheets": [_sheet(one, hidden) for one in sheets],
    }


def _head(assessment: Assessment) -> Data:
    adoption = assessment.adoption
    upheld = list(assessment.objections.values_list("upheld", flat=True))
    return {
        "title": f"关于{assessment.year}年度{adoption.plan.name}考核结果的通知",
        "district": adoption.district.name,
        "office": _office(adoption, half_year_of(assessment.year)),
        "plan": adoption.plan.name,
        "year": assessment.year,
        "addressees": ADDRESSEES,
        "objections": len(upheld),
        "upheld": upheld.count(True),
    }


def _office(adoption: Adoption, period: Period) -> str:
    bureau = adoption.district.units.with_facts().filter(kind=UnitKind.BUREAU).first()
    return bureau.facts_in(period.last).name if bureau else adoption.district.name


class Ranked(NamedTuple):
    """Who is assessed, as far as a place hangs on it."""

    kind: str
    code: str
    group: tuple[str, ...]
    grade: str
    total: Decimal

    @property
    def merit(self) -> tuple[int, Decimal]:
        """By grade, then by the exact total; equals share a place."""
        return RANK[self.grade], -self.total


def ranked(subjects: Iterable[SubjectScore]) -> Iterator[Ranked]:
    """As it stands, with what was decided."""
    for one in subjects:
        stands, group = shown_score(one), tuple(Category(each).label for each in one.grouped)
        if stands.total is not None:
            kind, place = ("unit", one.unit) if one.unit_id else ("section", one.section)
            yield Ranked(kind, place.code, group, stands.grade, stands.total)


def groups_of(everybody: Iterable[Ranked], *, lists_all: bool) -> list[Data]:
    by_group: dict[tuple[str, ...], list[Ranked]] = {}
    for one in everybody:
        by_group.setdefault(one.group, []).append(one)
    return [{"name": "、".join(group), "places": _places(them, lists_all)} for group, them in by_group.items()]


def _places(them: Sequence[Ranked], lists_all: bool) -> list[Data]:
    """The median is the last that is listed."""
    order = sorted(them, key=attrgetter("merit"))
    merits = [one.merit for one in order]
    places = [(one, merits.index(one.merit) + 1) for one in order]
    listed = [(one, place) for one, place in places if lists_all or 2 * place <= len(order) + 1]
    return [{"kind": one.kind, "code": one.code, "place": place} for one, place in listed]


def _sheet(sheet: Sheet, hidden: set[str]) -> Data:
    return {
        **{name: getattr(sheet, name) for name in TEXTS},
        "group": list(sheet.group),
        "exact": str(sheet.exact or ""),
        "lines": [
            {**asdict(line), "mark": line.mark.value, "mark_label": _marked(line.mark), "counts": line.counts}
            for line in sheet.lines
            if line.code not in hidden
        ],
        "happenings": [{**asdict(one)} for one in sheet.happenings],
        "changes": [asdict(one) for one in sheet.changes],
    }


def _marked(mark: Mark) -> str:
    return Mark(mark).label
