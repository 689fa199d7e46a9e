"""An assessment by category: how the grades are spread, who stands where, and what is to be done next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from django.core.exceptions import ValidationError

from base import clock
from reports import rules
from reports.actions import check_year, missing_to_publish
from reports.assessment.computing import is_stale
from reports.assessment.sheets import Sheet, all_sheets
from reports.charts import Chart, builders
from reports.models import Assessment, AssessmentState, Category, Grade, Scheme
from reports.models.assessment import OF_DISTRICT
from schools.models import Post, Role
from tasks.models import Adoption

NOT_ASSESSED = "none"


@dataclass(frozen=True)
class Group:
    """A category. ``merged``: those with which it is graded, by name, where it is too small alone. Published, nobody
    below the median is listed with points, unless that was set."""

    code: str
    name: str
    sheets: list[Sheet]
    lists_all: bool

    @cached_property
    def assessed(self) -> list[Sheet]:
        """The highest total first."""
        found = [sheet for sheet in self.sheets if sheet.exact is not None]
        return sorted(found, key=lambda sheet: (-sheet.exact, sheet.code))

    @property
    def excluded(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.exact is None]

    @property
    def listed(self) -> list[Sheet]:
        if self.lists_all or not self.assessed:
            return self.assessed
        middle = median(sheet.exact for sheet in self.assessed)
        return [sheet for sheet in self.assessed if sheet.exact >= middle]

    @property
    def unlisted(self) -> list[Sheet]:
        """By code, that nothing can be told from the order."""
        listed = {sheet.subject.pk for sheet in self.listed}
        return [sheet for sheet in self.sheets if sheet.exact is not None and sheet.subject.pk not in listed]

    @property
    def merged(self) -> str:
        group = self.assessed[0].group if self.assessed else ()
        return "、".join(one for one in group if one != self.name)

    @property
    def is_of_district(self) -> bool:
        return self.code in OF_DISTRICT

    @property
    def counts(self) -> Counter[str]:
        return Counter(sheet.grade_code or NOT_ASSESSED for sheet in self.sheets)


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
        return sum(len(group.sheets) for group in self.groups if not group.is_of_district)


def overview_of(assessment: Assessment) -> Overview:
    """From the sheets as they stand."""
    by_category: dict[str, list[Sheet]] = {}
    for sheet in all_sheets(assessment):
        by_category.setdefault(sheet.subject.scheme.category, []).append(sheet)
    lists_all = assessment.lists_all or assessment.state != AssessmentState.FINAL
    return Overview([Group(code, Category(code).label, found, lists_all) for code, found in by_category.items()])


@dataclass(frozen=True)
class Standing:
    """Where it stands and what the one who asks may do now."""

    assessment: Assessment
    is_stale: bool
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
        return self.directs and self.is_shown and not (self.missing or self.is_stale or self.computed_herself)


def standing_of(assessment: Assessment, posts: Sequence[Post]) -> Standing:
    final = assessment.state == AssessmentState.FINAL
    directing = [post for post in posts if post.role == Role.DIRECTOR]
    return Standing(
        assessment=assessment,
        is_stale=not final and is_stale(assessment),
        missing=[] if final else missing_to_publish(assessment),
        assesses=rules.may_assess(posts, assessment.adoption),
        directs=rules.directs(posts, assessment.adoption),
        computed_herself=any(post.user_id == assessment.computed_by_id for post in directing),
        waiting=assessment.objections.filter(decided_at__isnull=True).count(),
        objections=assessment.objections.count(),
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
