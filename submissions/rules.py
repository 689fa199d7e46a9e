"""Who may fill in, hand in, review and see. Each helper returns the object or raises 403/404; what lies in another
school or district is as if it didn't exist."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from base.quarters import Quarter
from schools.models import AT_SCHOOL, District, Post, Role, Section, Unit, User
from schools.rules import IN_BUREAU, posts_as
from submissions.asking import Asking, asking_of
from submissions.models import Correction, CorrectionState, Entry, Evidence, SignOff, Upload
from submissions.queries import CorrectionQuerySet
from targets.models import BY_SCHOOL, Element
from tasks.models import Adoption


@dataclass(frozen=True, slots=True)
class School:
    """A person's school, and whether she may hand in for it."""

    unit: Unit
    district: District
    may_submit: bool


@dataclass(slots=True)
class Desk:
    """What a person of the bureau works on: an officer her sections' items, a director everything."""

    district: District
    sections: list[Section] = field(default_factory=list)
    is_director: bool = False
    sees_sensitive: bool = False

    @property
    def codes(self) -> list[str]:
        return [section.code for section in self.sections]

    @property
    def reviews(self) -> list[str] | None:
        """The sections whose items of schools she looks at; None: a director without a section looks at all."""
        return self.codes if self.sections or not self.is_director else None

    def hidden(self, asking: Asking, quarter: Quarter) -> set[int]:
        """Ids of the elements whose figures by school she has no right to see (measurement.md §7)."""
        return set() if self.sees_sensitive else asking.sensitive(quarter)

    def may_review(self, entry: Entry) -> bool:
        """An officer what her section answers for; a director what sections entered. (Nobody her own: actions.py.)"""
        if entry.element.entered_by == BY_SCHOOL:
            return entry.element.reviewed_by in self.codes
        return self.is_director or entry.element.entered_by in self.codes

    def corrections(self) -> CorrectionQuerySet:
        """Those that concern her: of what her sections review or enter; all for a director. With their entries."""
        mine = Correction.objects.of(self.district).with_entries()
        if self.is_director:
            return mine
        of_schools = Q(entry__element__entered_by=BY_SCHOOL, entry__element__reviewed_by__in=self.codes)
        return mine.filter(of_schools | Q(entry__element__entered_by__in=self.codes))

    def visible(self, corrections: Iterable[Correction], asking: Asking) -> list[Correction]:
        """Those of figures that she may see."""
        return [one for one in corrections if one.entry.element_id not in self.hidden(asking, one.entry.quarter)]

    def may_decide(self, correction: Correction, user: User) -> bool:
        """Whoever reviews the figure, unless she asked herself."""
        is_asked = correction.state == CorrectionState.ASKED
        return is_asked and correction.asked_by_id != user.pk and self.may_review(correction.entry)


@dataclass(frozen=True, slots=True)
class PaperReader:
    """Who may look up a check code: a school its own papers, the bureau those of its district."""

    units: set[int]
    desk: Desk | None

    def may_read(self, paper: SignOff) -> bool:
        """``paper`` with its unit."""
        in_district = self.desk is not None and paper.unit.district_id == self.desk.district.pk
        return paper.unit_id in self.units or in_district

    def hidden(self, paper: SignOff, asking: Asking) -> set[int]:
        """Ids of the elements that she may not see on it; a school sees its own."""
        if paper.unit_id in self.units or self.desk is None:
            return set()
        return self.desk.hidden(asking, paper.quarter)


def quarter_or_404(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise Http404 from error


def schools_of(posts: Sequence[Post]) -> list[School]:
    """The schools that the person fills in for; PermissionDenied for one who fills in for none."""
    by_unit: dict[int, list[Post]] = {}
    for post in posts_as(posts, *AT_SCHOOL):
        by_unit.setdefault(post.unit_id, []).append(post)
    if not by_unit:
        raise PermissionDenied("只有学校的填报员和校长（园长）可以填报。")
    made = []
    for mine in by_unit.values():
        unit, district = mine[0].unit, mine[0].district
        if unit.district_id == district.pk:
            unit.district = district
        made.append(School(unit, district, any(post.role == Role.PRINCIPAL for post in mine)))
    return made


def school_or_404(posts: Sequence[Post], code: str) -> School:
    """The person's own school of that code."""
    for school in schools_of(posts):
        if school.unit.code == code:
            return school
    raise Http404


def submitting_school(posts: Sequence[Post], code: str) -> School:
    school = school_or_404(posts, code)
    if not school.may_submit:
        raise PermissionDenied("由校长（园长）提交；您可以先保存草稿。")
    return school


@dataclass(frozen=True, slots=True)
class Place:
    """A unit, reached by the way open to a person: as one of her school, or from her desk."""

    unit: Unit
    school: School | None = None
    desk: Desk | None = None

    def fills(self, element: Element) -> bool:
        """Whether it is hers to enter."""
        if self.desk is not None:
            return element.entered_by in self.desk.codes
        return element.entered_by == BY_SCHOOL

    def hides(self, element: Element, asking: Asking, quarter: Quarter) -> bool:
        """From a school what sections enter about it, from a desk what only few may see."""
        if self.desk is not None:
            return element.pk in self.desk.hidden(asking, quarter)
        return element.entered_by != BY_SCHOOL


def place_or_404(posts: Sequence[Post], code: str) -> Place:
    """The unit of that code: her own school, else one of the district in whose bureau she works."""
    if any(post.unit and post.unit.code == code for post in posts_as(posts, *AT_SCHOOL)):
        school = school_or_404(posts, code)
        return Place(school.unit, school=school)
    if not posts_as(posts, *IN_BUREAU):
        raise Http404
    desk = desk_of(posts)
    return Place(unit_or_404(desk, code), desk=desk)


def evidence_or_404(posts: Sequence[Post], pk: int, name: str) -> Evidence:
    """A school its own; the bureau its schools' and its own, those of sensitive figures with the right to see these."""
    evidence = Evidence.objects.select_related("file", "unit").filter(pk=pk, file__name=name).first()
    if evidence is None:
        raise Http404
    if any(post.unit_id == evidence.unit_id for post in posts_as(posts, *AT_SCHOOL)):
        return evidence
    if not posts_as(posts, *IN_BUREAU):
        raise Http404
    desk = desk_of(posts)
    if evidence.unit.district_id != desk.district.pk:
        raise Http404
    asking = asking_of(desk.district)
    for element, quarter in evidence.entries.order_by().values_list("element", "quarter"):
        if element in desk.hidden(asking, quarter):
            raise Http404
    return evidence


def desk_of(posts: Sequence[Post]) -> Desk:
    """The person's desk in the district of her first post in a bureau; PermissionDenied without one."""
    mine = posts_as(posts, *IN_BUREAU)
    if not mine:
        raise PermissionDenied("工作台供教育局各科室使用。")
    here = [post for post in mine if post.district_id == mine[0].district_id]
    return Desk(
        here[0].district,
        [post.section for post in here if post.section],
        any(post.role == Role.DIRECTOR for post in here),
        any(post.sees_sensitive for post in here),
    )


def reader_of_papers(posts: Sequence[Post]) -> PaperReader:
    """PermissionDenied for one who is of no school and no bureau."""
    units = {post.unit_id for post in posts_as(posts, *AT_SCHOOL) if post.unit_id}
    desk = desk_of(posts) if posts_as(posts, *IN_BUREAU) else None
    if not units and desk is None:
        raise PermissionDenied("校验码供学校和教育局各科室查询。")
    return PaperReader(units, desk)


def unit_or_404(desk: Desk, code: str) -> Unit:
    """A school of the desk's district, or its bureau."""
    unit = Unit.objects.of(desk.district).with_facts().filter(code=code).first()
    if unit is None:
        raise Http404
    unit.district = desk.district
    return unit


def filling_desk(posts: Sequence[Post], section: Section) -> Desk:
    """The desk of one who fills in for ``section``; PermissionDenied for everybody else, a director among them."""
    desk = desk_of(posts)
    if section not in desk.sections:
        raise PermissionDenied(f"由{section.name}的人员填报。")
    return desk


def hidden_in(desk: Desk, quarter: Quarter) -> set[int]:
    return desk.hidden(asking_of(desk.district), quarter)


def upload_or_404(user: User, posts: Sequence[Post], pk: int) -> Upload:
    """A workbook that she brought in herself, while she still fills in for that school or section and may see all
    that it holds."""
    found = Upload.objects.select_related("section__district", "file", "report", "job").filter(pk=pk, by=user).first()
    if found is None:
        raise Http404
    if found.section is not None:
        _require_visible(filling_desk(posts, found.section), found)
        return found
    for school in schools_of(posts):
        if school.unit.pk == found.unit_id:
            found.unit = school.unit
            return found
    raise Http404


def _require_visible(desk: Desk, upload: Upload) -> None:
    """What a check found, and its report, are shown as they were kept: to whom they show too much, not at all."""
    asking = asking_of(desk.district)
    hidden = {asking.elements[pk].code for pk in desk.hidden(asking, upload.quarter)}
    held = upload.outcome.get("elements", hidden) if upload.outcome else ()  # not told of one kept long ago
    if not hidden.isdisjoint(held):
        raise Http404


def section_or_404(desk: Desk, code: str) -> Section:
    """A section whose grid she may see: her own, or any for a director."""
    section = Section.objects.filter(district=desk.district, code=code).first()
    if section is None:
        raise Http404
    if not desk.is_director and section not in desk.sections:
        raise PermissionDenied("这是其他科室的填报表。")
    section.district = desk.district
    return section


def correction_to_end(posts: Sequence[Post], pk: int) -> Correction:
    """One that she may withdraw or give up: a principal her school's, a section its own; one that is out of time also
    whoever decides about it."""
    found = Correction.objects.with_entries().filter(pk=pk).first()
    if found is None:
        raise Http404
    entry, entered_by = found.entry, found.entry.element.entered_by
    if entered_by == BY_SCHOOL and any(post.unit_id == entry.unit_id for post in posts):
        submitting_school(posts, entry.unit.code)
        return found
    if posts_as(posts, *AT_SCHOOL) and not posts_as(posts, *IN_BUREAU):
        raise Http404
    desk = desk_of(posts)
    if not desk.visible(desk.corrections().filter(pk=pk), asking_of(desk.district)):
        raise Http404
    if entered_by not in desk.codes and not (found.is_lapsed and desk.may_review(entry)):
        raise PermissionDenied("由申请的单位撤回；过了更正期限的，由审核的科室结束。")
    return found


def calendars_of(posts: Sequence[Post]) -> list[Adoption]:
    """The plans by whose calendar her districts fill in, the newest first: the bureau reads them, and so do
    administrators, who have no desk."""
    reading = posts_as(posts, *IN_BUREAU, Role.ADMINISTRATOR)
    if not reading:
        raise PermissionDenied("填报日历供教育局和系统管理员使用。")
    districts = dict.fromkeys(post.district for post in reading)
    return [adoption for district in districts for adoption in asking_of(district).adoptions]


def may_set_calendar(posts: Sequence[Post], adoption: Adoption) -> bool:
    """Directors and administrators, in their own district."""
    setting = posts_as(posts, Role.DIRECTOR, Role.ADMINISTRATOR)
    return any(post.district_id == adoption.district_id for post in setting)


def calendar_to_set(posts: Sequence[Post], pk: int) -> Adoption:
    """The adoption whose calendar she may change."""
    adoption = next((one for one in calendars_of(posts) if one.pk == pk), None)
    if adoption is None:
        raise Http404
    if not may_set_calendar(posts, adoption):
        raise PermissionDenied("填报日历由局领导或系统管理员调整。")
    return adoption


def own_grid(desk: Desk, code: str) -> Section:
    """A section whose grid she fills in."""
    section = section_or_404(desk, code)
    if section not in desk.sections:
        raise PermissionDenied(f"由{section.name}的人申请更正本科室填报的数值。")
    return section
