"""An assessment by category: how the grades are spread, who stands where, and what is to be done next.

What holds is read from the stored rows; line by line it stands on the sheets (sheets.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q

from base import clock
from reports import rules
from reports.actions import check_year, missing_to_publish
from reports.assessment.computing import has_changed
from reports.assessment.content import groups_of, ranked
from reports.assessment.sheets import ORDER, name_of, shown_score
from reports.charts import Chart, builders
from reports.models import (
    Adjustment,
    AdjustmentKind,
    Assessment,
    AssessmentState,
    Category,
    Grade,
    LineScore,
    Mark,
    Scheme,
    SubjectScore,
)
from reports.models.assessment import OF_DISTRICT
from schools.models import Post, Role
from targets.core.rounding import shown_points
from tasks.models import Adoption

NOT_ASSESSED = "none"


@dataclass(frozen=True)
class Row:
    """A school, a section or the bureau. ``missing``: lines without a figure."""

    subject: SubjectScore
    year: int
    missing: int

    @property
    def code(self) -> str:
        return (self.subject.unit or self.subject.section).code

    @property
    def place(self) -> tuple[str, str]:
        return ("unit" if self.subject.unit_id else "section"), self.code

    @property
    def name(self) -> str:
        return name_of(self.subject, self.year)

    @property
    def route(self) -> str:
        """The name of its sheet's address."""
        return "reports:sheet" if self.subject.unit_id else "reports:section_sheet"

    @property
    def stands(self) -> SubjectScore:
        return shown_score(self.subject)

    @property
    def total(self) -> str:
        return "" if self.stands.total is None else shown_points(self.stands.total)

    @property
    def computed(self) -> str:
        """What it was before decisions, where they changed it: 88.20 分、良好."""
        first = self.subject
        changed = (first.total, first.grade) != (self.stands.total, self.stands.grade)
        return f"{shown_points(first.total)} 分、{first.get_grade_display()}" if changed else ""


@dataclass(frozen=True)
class Group:
    """A category. ``places``, by kind and code: of those who are listed with points; published, nobody below the
    median of those who are graded together is, unless that was set (content.py: the notice lists the same)."""

    code: str
    name: str
    rows: list[Row]
    places: Mapping[tuple[str, str], int]

    @cached_property
    def assessed(self) -> list[Row]:
        return [row for row in self.rows if row.stands.total is not None]

    @property
    def excluded(self) -> list[Row]:
        return [row for row in self.rows if row.stands.total is None]

    @cached_property
    def listed(self) -> list[Row]:
        """The best first."""
        found = [row for row in self.assessed if row.place in self.places]
        return sorted(found, key=lambda row: (self.places[row.place], row.code))

    @property
    def unlisted(self) -> list[Row]:
        """By code, that nothing can be told from the order."""
        return [row for row in self.assessed if row.place not in self.places]

    @property
    def merged(self) -> str:
        group = self.assessed[0].subject.grouped if self.assessed else ()
        return "、".join(Category(one).label for one in group if one != self.code)

    @property
    def is_of_district(self) -> bool:
        return self.code in OF_DISTRICT

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.stands.grade or NOT_ASSESSED for row in self.rows)


@dataclass(frozen=True)
class Overview:
    groups: list[Group]

    @property
    def chart(self) -> Chart | None:
        schools = [group for group in self.groups if not group.is_of_district]
        rows = [{"label": group.name, "counts": dict(group.counts)} for group in schools]
        if not rows:
            return None
        return Chart("grades", "各类学校考核等次", builders.build_grade_chart({"rows": rows}), "条长为学校数。")

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Of schools, by grade in words."""
        schools = [group.counts for group in self.groups if not group.is_of_district]
        total: Counter[str] = sum(schools, Counter())
        named = [*Grade.choices, (NOT_ASSESSED, "不参评")]
        return [(label, total[code]) for code, label in named if total[code]]

    @property
    def schools(self) -> int:
        return sum(len(group.rows) for group in self.groups if not group.is_of_district)


def overview_of(assessment: Assessment) -> Overview:
    """As it stands, with what was decided. Three queries."""
    missing = _missing(assessment)
    scores = assessment.scores.select_related("unit", "section", "scheme", "revised").prefetch_related("unit__facts")
    by_category: dict[str, list[Row]] = {}
    for score in scores:
        row = Row(score, assessment.year, missing.get(score.pk, 0))
        by_category.setdefault(score.scheme.category, []).append(row)
    lists_all = assessment.lists_all or assessment.state != AssessmentState.FINAL
    groups = groups_of(ranked(scores), lists_all=lists_all)
    places = {(one["kind"], one["code"]): one["place"] for group in groups for one in group["places"]}
    return Overview(
        [
            Group(code, Category(code).label, sorted(rows, key=lambda row: row.code), places)
            for code, rows in sorted(by_category.items(), key=lambda one: ORDER.index(one[0]))
        ]
    )


def _missing(assessment: Assessment) -> dict[int, int]:
    """How many lines have no figure, neither reported nor decided, by the id of the score."""
    values = Adjustment.objects.filter(kind=AdjustmentKind.VALUE, objection__assessment=assessment)
    decided = values.filter(objection__unit=OuterRef("subject__unit"), target=OuterRef("line__target"))
    lines = LineScore.objects.filter(~Exists(decided), subject__assessment=assessment, mark=Mark.MISSING)
    return dict(lines.order_by().values_list("subject").annotate(Count("pk")))


@dataclass(frozen=True)
class Standing:
    """Where it stands and what the one who asks may do now. Whether something has changed since, and what is
    missing, is told to those who carry it on; showing and publishing ask whether that changes a score."""

    assessment: Assessment
    has_changed: bool
    missing: list[str]
    assesses: bool
    directs: bool
    computed_herself: bool
    waiting: int
    objections: int

    @property
    def is_computed(self) -> bool:
        return self.assessment.state == AssessmentState.COMPUTED

    @property
    def is_shown(self) -> bool:
        return self.assessment.state == AssessmentState.SHOWN

    @property
    def is_final(self) -> bool:
        return self.assessment.state == AssessmentState.FINAL

    @property
    def takes_objections(self) -> bool:
        until = self.assessment.objections_until
        return self.is_shown and until is not None and clock.today() <= until

    @property
    def may_publish(self) -> bool:
        return self.directs and self.is_shown and not (self.missing or self.computed_herself)


def standing_of(assessment: Assessment, posts: Sequence[Post]) -> Standing:
    final = assessment.state == AssessmentState.FINAL
    directing = [post for post in posts if post.role == Role.DIRECTOR]
    assesses = rules.may_assess(posts, assessment.adoption)
    waiting = Count("pk", filter=Q(decided_at__isnull=True))
    objections = assessment.objections.aggregate(all=Count("pk"), waiting=waiting)
    return Standing(
        assessment=assessment,
        has_changed=assesses and not final and has_changed(assessment),
        missing=[] if final or not assesses else missing_to_publish(assessment),
        assesses=assesses,
        directs=rules.directs(posts, assessment.adoption),
        computed_herself=any(post.user_id == assessment.computed_by_id for post in directing),
        waiting=objections["waiting"],
        objections=objections["all"],
    )


def startable_years(adoption: Adoption, found: Sequence[Assessment]) -> list[int]:
    """Years with schemes that nobody has computed yet, if they can be computed by now."""
    years = set(Scheme.objects.filter(adoption=adoption).values_list("year", flat=True))
    return sorted(year for year in years - {one.year for one in found} if _can_start(adoption, year))


def _can_start(adoption: Adoption, year: int) -> bool:
    try:
        check_year(adoption, year)
    except ValidationError:
        return False
    return True
