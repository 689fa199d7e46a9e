"""Who may see and do what with results and bulletins.

Rules take the posts of the one who asks (``request.posts``). A helper returns the object or raises: what lies in
another district, or is not published yet, is as if it didn't exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from base.quarters import Period
from reports.models import (
    Assessment,
    AssessmentEdition,
    AssessmentFile,
    AssessmentState,
    Bulletin,
    Edition,
    EditionFile,
    FileKind,
    Objection,
    Occurrence,
    PaperKind,
    Rectification,
    SubjectScore,
    Wording,
)
from schools.models import AT_SCHOOL, Post, Role, Section, Unit, UnitKind, User
from schools.rules import IN_BUREAU, posts_as
from submissions.calendar import opened_half_years
from targets.models import AdoptedTarget, TargetDefinition, Term
from targets.sensitive import sensitive_elements
from tasks.models import Adoption
from tasks.queries import adoptions_of

READERS = (*AT_SCHOOL, *IN_BUREAU, Role.LEADER)
OVER_ALL = (*IN_BUREAU, Role.LEADER)  # see every school of the district


@dataclass(frozen=True, slots=True)
class Naming:
    """Whose figures may be spoken of by name: the bureau and leaders name all, a school itself; of hidden elements only
    who has the right names others."""

    own: set[int]
    names_all: bool
    hidden: set[int]

    def may_name(self, element: int, unit: int) -> bool:
        return unit in self.own or (self.names_all and element not in self.hidden)


def visible_adoption(posts: Sequence[Post], plan: str) -> Adoption:
    """The adoption of the plan of that code by the person's district; 404 where her district has not adopted it."""
    reading = posts_as(posts, *READERS)
    if not reading:
        raise PermissionDenied("您的账号没有阅览方案和通报的任职，请联系系统管理员。")
    found = next((adoption for adoption in adoptions_of(reading) if adoption.plan.code == plan), None)
    if found is None:
        raise Http404
    return found


def city_adoptions(posts: Sequence[Post], plan: str) -> list[Adoption]:
    """The adoptions of the plan by the districts at which she looks for a city; 404 where none has adopted it."""
    looking = posts_as(posts, Role.CITY)
    if not looking:
        raise PermissionDenied("各区对比只对市级人员开放。")
    found = [adoption for adoption in adoptions_of(looking) if adoption.plan.code == plan]
    if not found:
        raise Http404
    return found


def unit_filter(posts: Sequence[Post], definition: TargetDefinition, adoption: Adoption) -> set[int] | None:
    """Whose results of a target she may see: ids of schools, or None for all of the district.

    The bureau and leaders see all, a school its own; of a sensitive target only who has the right sees all.
    """
    here = _here(posts, adoption)
    if posts_as(here, *OVER_ALL) and (not definition.sensitive or sees_sensitive(posts, adoption)):
        return None
    return {post.unit_id for post in posts_as(here, *AT_SCHOOL)}


def trace_filter(
    posts: Sequence[Post],
    definition: TargetDefinition,
    adoption: Adoption,
    hidden: set[int] | None = None,
) -> set[int] | None:
    """Whose entries behind a result she may see: as ``unit_filter``, but hidden elements take the right (``hidden``
    where they were read already).

    Wants the definition's terms with their elements.
    """
    units = unit_filter(posts, definition, adoption)
    if units is not None or sees_sensitive(posts, adoption):
        return units
    secret = hidden_elements() if hidden is None else hidden
    own = {post.unit_id for post in posts_as(_here(posts, adoption), *AT_SCHOOL)}
    return own if any(element.pk in secret for element in definition.elements) else None


def untraceable(posts: Sequence[Post], adoption: Adoption, unit: Unit | None, codes: Sequence[str]) -> set[str]:
    """Codes of the targets whose result of a school she may not follow to its entries; none of no school."""
    if unit is None or unit.kind != UnitKind.SCHOOL:
        return set()
    found = TargetDefinition.objects.filter(target__plan=adoption.plan_id, target__code__in=codes).with_parts()
    barred, hidden = set(), hidden_elements()
    for one in found:
        units = trace_filter(posts, one, adoption, hidden)
        if units is not None and unit.pk not in units:
            barred.add(one.target.code)
    return barred


def visible_unit(posts: Sequence[Post], definition: TargetDefinition, adoption: Adoption, code: str) -> Unit:
    """A unit of the district whose entries behind a target's results she may see, the bureau among them; else 404."""
    unit = get_object_or_404(Unit.objects.of(adoption.district).with_facts(), code=code)
    units = trace_filter(posts, definition, adoption)
    if unit.kind == UnitKind.SCHOOL and units is not None and unit.pk not in units:
        raise Http404
    return unit


def visible_school(posts: Sequence[Post], adoption: Adoption, code: str) -> Unit:
    """A school of the district, with its facts: any for the bureau and leaders, its own for a school; else 404."""
    here = _here(posts, adoption)
    schools = Unit.objects.of(adoption.district).with_facts().filter(kind=UnitKind.SCHOOL)
    if not posts_as(here, *OVER_ALL):
        schools = schools.filter(pk__in=[post.unit_id for post in posts_as(here, *AT_SCHOOL)])
    return get_object_or_404(schools, code=code)


def sees_sensitive(posts: Sequence[Post], adoption: Adoption) -> bool:
    """The right to see per-school figures of sensitive targets (measurement.md §7)."""
    return any(post.sees_sensitive for post in posts_as(_here(posts, adoption), *OVER_ALL))


def naming(posts: Sequence[Post], adoption: Adoption) -> Naming:
    here = _here(posts, adoption)
    hidden = set() if sees_sensitive(posts, adoption) else hidden_elements()
    own = {post.unit_id for post in posts_as(here, *AT_SCHOOL)}
    return Naming(own, bool(posts_as(here, *OVER_ALL)), hidden)


def sees_live(posts: Sequence[Post], adoption: Adoption) -> bool:
    """Results that no bulletin has told yet, and perhaps never will: for the bureau and leaders."""
    return bool(posts_as(_here(posts, adoption), *OVER_ALL))


def may_take_pack(posts: Sequence[Post], adoption: Adoption) -> bool:
    """The audit pack holds the figures of all schools."""
    return bool(posts_as(_here(posts, adoption), *OVER_ALL))


def schools_adoption(posts: Sequence[Post], plan: str) -> Adoption:
    """The adoption all of whose schools she may compare: the bureau's people and leaders."""
    adoption = visible_adoption(posts, plan)
    if not sees_schools(posts, adoption):
        raise PermissionDenied("各校情况只对局机关和领导开放；学校看本校的体检单。")
    return adoption


def sees_schools(posts: Sequence[Post], adoption: Adoption) -> bool:
    return bool(posts_as(_here(posts, adoption), *OVER_ALL))


def may_draft(posts: Sequence[Post], adoption: Adoption) -> bool:
    """Start the job that measures and drafts a bulletin."""
    return bool(posts_as(_here(posts, adoption), *IN_BUREAU))


def directs(posts: Sequence[Post], adoption: Adoption) -> bool:
    """Answers what was sent for a signature."""
    return bool(posts_as(_here(posts, adoption), Role.DIRECTOR))


def may_publish(posts: Sequence[Post], bulletin: Bulletin) -> bool:
    """A director of the district who neither drafted nor sent it."""
    directing = posts_as(_here(posts, bulletin.adoption), Role.DIRECTOR)
    return any(post.user_id not in (bulletin.drafted_by_id, bulletin.sent_by_id) for post in directing)


def signers_of(bulletin: Bulletin) -> list[User]:
    """Who could publish it: the directors in office who neither drafted nor sent it. One query."""
    posts = Post.objects.of_active().filter(role=Role.DIRECTOR, district=bulletin.adoption.district_id)
    posts = posts.exclude(user__in=[one for one in (bulletin.drafted_by_id, bulletin.sent_by_id) if one])
    return [post.user for post in posts]


def editable_bulletin(posts: Sequence[Post], plan: str, period: Period) -> Bulletin:
    """The bulletin whose draft she may word, send and take back: anybody's of the bureau."""
    adoption = visible_adoption(posts, plan)
    if not may_draft(posts, adoption):
        raise PermissionDenied("通报由教育局各科室和局领导起草、修改。")
    return visible_bulletin(posts, adoption, period)


def sees_drafts(posts: Sequence[Post], adoption: Adoption) -> bool:
    return bool(posts_as(_here(posts, adoption), *IN_BUREAU))


def visible_bulletins(posts: Sequence[Post], adoption: Adoption) -> list[Bulletin]:
    """Of the adoption, the newest first: all for the bureau, the published ones for the rest. With their editions;
    nobody's content is read."""
    bulletins = _bulletins(posts, adoption).defer("content")
    editions = Prefetch("editions", Edition.objects.defer("content"))
    return sorted(bulletins.prefetch_related(editions), key=lambda bulletin: bulletin.period, reverse=True)


def visible_bulletin(posts: Sequence[Post], adoption: Adoption, period: Period) -> Bulletin:
    """With its editions, the newest first; for those who see drafts with what people worded."""
    parts = [Prefetch("editions", Edition.objects.select_related("published_by"))]
    if sees_drafts(posts, adoption):
        parts.append(Prefetch("wordings", Wording.objects.select_related("saved_by")))
    return get_object_or_404(_bulletins(posts, adoption).prefetch_related(*parts), period=period)


def edition_or_404(posts: Sequence[Post], adoption: Adoption, period: Period, number: int) -> Edition:
    """An edition of the district; its content is not read."""
    found = Edition.objects.defer("content").filter(bulletin__in=_bulletins(posts, adoption), bulletin__period=period)
    return get_object_or_404(found, number=number)


def edition_file(posts: Sequence[Post], adoption: Adoption, edition: Edition, kind: str) -> EditionFile:
    """A file that she may take: whoever sees the edition takes its papers, only the bureau and leaders its pack."""
    if kind == FileKind.PACK and not may_take_pack(posts, adoption):
        raise PermissionDenied("底稿含全区各校数据，只对局机关和领导开放。")
    made = edition.files.filter(file__isnull=False).select_related("file")
    return get_object_or_404(made, kind=kind)


def _bulletins(posts: Sequence[Post], adoption: Adoption) -> QuerySet[Bulletin]:
    bulletins = Bulletin.objects.filter(adoption=adoption).select_related(
        "adoption__district", "adoption__plan", "drafted_by", "sent_by"
    )
    if sees_drafts(posts, adoption):
        return bulletins
    return bulletins.filter(Exists(Edition.objects.filter(bulletin=OuterRef("pk"))))


def hidden_elements() -> set[int]:
    """Ids of the elements whose figures by school only few may see, by any version of any plan's targets: what is kept
    outlives the definitions by which it was asked (docs/decisions/0032)."""
    return sensitive_elements(Term.objects.values_list("element_id", "part", "definition__sensitive"))


def telling_adoption(posts: Sequence[Post], plan: str) -> Adoption:
    """The adoption whose sections' words and rectifications she may see: the bureau's people, all of it."""
    adoption = visible_adoption(posts, plan)
    if not posts_as(_here(posts, adoption), *IN_BUREAU):
        raise PermissionDenied("工作进展和整改台账由教育局各科室填写，写进通报以后公开。")
    return adoption


def told_period(adoption: Adoption, period: Period) -> Period:
    """A half-year of the plan that has been asked for its figures; else 404."""
    if period not in opened_half_years(adoption):
        raise Http404
    return period


def section_or_404(adoption: Adoption, code: str) -> Section:
    return get_object_or_404(Section, district=adoption.district_id, code=code)


def may_write(posts: Sequence[Post], section: Section) -> bool:
    """One of the section itself; a director reads."""
    return any(post.section_id == section.pk for post in posts_as(posts, Role.OFFICER))


def require_writing(posts: Sequence[Post], section: Section) -> None:
    if not may_write(posts, section):
        raise PermissionDenied(f"由{section.name}的人员填写。")


def adopted_target_or_404(adoption: Adoption, code: str) -> AdoptedTarget:
    """With its section and its definitions, the newest first."""
    definitions = Prefetch("target__definitions", TargetDefinition.objects.order_by("-since"))
    found = AdoptedTarget.objects.select_related("section", "target__task", "adoption__plan", "adoption__district")
    return get_object_or_404(found.prefetch_related(definitions), adoption=adoption, target__code=code)


def rectification_file(posts: Sequence[Post], adoption: Adoption, pk: int, name: str) -> Rectification:
    """A closed item, to see its file: for the bureau and leaders; of a sensitive target for its own section and those
    who have the right (measurement.md §7)."""
    here = _here(posts, adoption)
    if not posts_as(here, *OVER_ALL):
        raise PermissionDenied("整改佐证只对局机关和领导开放。")
    found = Rectification.objects.select_related("evidence", "target__section")
    item = get_object_or_404(found, pk=pk, target__adoption=adoption, evidence__name=name)
    hidden = item.target.target.definitions.filter(sensitive=True).exists()
    if hidden and not sees_sensitive(posts, adoption) and not may_write(posts, item.target.section):
        raise Http404
    return item


def assessment_papers(posts: Sequence[Post], plan: str, year: int) -> AssessmentEdition:
    """A published assessment with all its papers, for the bureau and leaders; PermissionDenied for a school."""
    adoption = visible_adoption(posts, plan)
    if not posts_as(_here(posts, adoption), *OVER_ALL):
        raise PermissionDenied("考核文件含全区各校得分，只对局机关和领导开放；学校下载本校的考核表。")
    places = "assessment__adoption__plan", "assessment__adoption__district"
    found = AssessmentEdition.objects.select_related(*places)
    return get_object_or_404(found, assessment__adoption=adoption, assessment__year=year)


def assessment_file(edition: AssessmentEdition, kind: str) -> AssessmentFile:
    """One for everybody; a sheet is taken by ``sheet_file``."""
    made = edition.files.filter(file__isnull=False).exclude(kind=PaperKind.SHEET).select_related("file")
    return get_object_or_404(made, kind=kind)


def may_make_papers(posts: Sequence[Post], adoption: Adoption) -> bool:
    """Whoever works in the bureau, its director too."""
    return bool(posts_as(_here(posts, adoption), *IN_BUREAU))


def sheet_file(posts: Sequence[Post], plan: str, year: int, place: str, subject: str) -> AssessmentFile:
    """A published sheet (``place``: unit or section): anybody's for the bureau and leaders, else the school's own."""
    adoption = visible_adoption(posts, plan)
    here = _here(posts, adoption)
    own = {f"unit:{post.unit.code}" for post in posts_as(here, *AT_SCHOOL) if post.unit}
    whose = f"{place}:{subject}"
    if not posts_as(here, *OVER_ALL) and whose not in own:
        raise Http404
    made = AssessmentFile.objects.filter(
        edition__assessment__adoption=adoption, edition__assessment__year=year, file__isnull=False
    )
    return get_object_or_404(made.select_related("file"), kind=PaperKind.SHEET, whose=whose)


def assessment_or_404(posts: Sequence[Post], plan: str, year: int) -> Assessment:
    """Of a year, for the bureau and leaders, who see everybody's; PermissionDenied for a school."""
    adoption = visible_adoption(posts, plan)
    if not posts_as(_here(posts, adoption), *OVER_ALL):
        raise PermissionDenied("全区考核只对局机关和领导开放；公示以后，学校看本校的考核表。")
    return get_object_or_404(_assessments(), adoption=adoption, year=year)


def run_assessment_or_404(posts: Sequence[Post], plan: str, year: int) -> Assessment:
    """One that she may show, take back, or whose objections she looks at: anybody of the bureau."""
    assessment = assessment_or_404(posts, plan, year)
    require_assessing(posts, assessment.adoption)
    return assessment


def may_assess(posts: Sequence[Post], adoption: Adoption) -> bool:
    return bool(posts_as(_here(posts, adoption), *IN_BUREAU))


def require_assessing(posts: Sequence[Post], adoption: Adoption) -> None:
    if not may_assess(posts, adoption):
        raise PermissionDenied("考核由教育局各科室和局领导办理。")


def assessments_of(posts: Sequence[Post], adoption: Adoption) -> list[Assessment]:
    """Those of which she may see a sheet, the newest first: a school's once they are shown."""
    found = _assessments().filter(adoption=adoption)
    if not posts_as(_here(posts, adoption), *OVER_ALL):
        found = found.exclude(state=AssessmentState.COMPUTED)
    return list(found)


def sheet_or_404(posts: Sequence[Post], plan: str, year: int, *, unit: str = "", section: str = "") -> SubjectScore:
    """The score of a unit or a section, by code: anybody's for the bureau and leaders; for a school its own, once it is
    shown; else 404."""
    adoption = visible_adoption(posts, plan)
    here = _here(posts, adoption)
    scores = SubjectScore.objects.filter(assessment__adoption=adoption, assessment__year=year)
    scores = scores.select_related("assessment__adoption__plan", "assessment__adoption__district", "unit")
    if not posts_as(here, *OVER_ALL):
        own = [post.unit_id for post in posts_as(here, *AT_SCHOOL)]
        scores = scores.filter(unit__in=own).exclude(assessment__state=AssessmentState.COMPUTED)
    place = {"unit__code": unit} if unit else {"section__code": section}
    return get_object_or_404(scores, **place)


def may_object(posts: Sequence[Post], unit: Unit | None) -> bool:
    """The school's own principal."""
    return unit is not None and any(post.unit_id == unit.pk for post in posts_as(posts, Role.PRINCIPAL))


def objection_or_404(posts: Sequence[Post], plan: str, year: int, pk: int) -> Objection:
    """For the bureau; what belongs to another year or district is 404."""
    assessment = run_assessment_or_404(posts, plan, year)
    places = "assessment__adoption__district", "assessment__adoption__plan", "unit", "target", "occurrence"
    people = "raised_by", "decided_by", "evidence"
    return get_object_or_404(Objection.objects.select_related(*places, *people), assessment=assessment, pk=pk)


def objection_file(posts: Sequence[Post], plan: str, year: int, pk: int) -> Objection:
    """An objection with evidence, to see that: for the bureau and leaders, and for the school itself."""
    adoption = visible_adoption(posts, plan)
    here = _here(posts, adoption)
    found = Objection.objects.filter(assessment__adoption=adoption, assessment__year=year, evidence__isnull=False)
    if not posts_as(here, *OVER_ALL):
        found = found.filter(unit__in=[post.unit_id for post in posts_as(here, *AT_SCHOOL)])
    return get_object_or_404(found.select_related("evidence"), pk=pk)


def occurring_adoption(posts: Sequence[Post], plan: str, year: int) -> Adoption:
    """The adoption whose occurrences of a year with schemes she tells, confirms and lifts: anybody of the bureau."""
    adoption = visible_adoption(posts, plan)
    require_assessing(posts, adoption)
    if not adoption.schemes.filter(year=year).exists():
        raise Http404
    return adoption


def occurrence_or_404(posts: Sequence[Post], plan: str, year: int, pk: int) -> Occurrence:
    adoption = occurring_adoption(posts, plan, year)
    places = "adoption__district", "adoption__plan", "unit", "section", "evidence"
    return get_object_or_404(Occurrence.objects.select_related(*places), adoption=adoption, year=year, pk=pk)


def _assessments() -> QuerySet[Assessment]:
    people = "computed_by", "shown_by", "edition__published_by"
    return Assessment.objects.select_related("adoption__plan", "adoption__district", *people)


def _here(posts: Sequence[Post], adoption: Adoption) -> list[Post]:
    return [post for post in posts if post.district_id == adoption.district_id]
