"""The small world in which the access table is walked: one of everything, for each ``whose``.

``own``: of the asker's school, section and district. ``neighbour``: of another school or section of the district.
``foreign``: of another district, with its own plan. ``sensitive``: the school's own exam results. Bulletins are
published, except ``draft`` (an officer's) and ``hers`` (a draft of the director who asks).
"""

from django.core.files.base import ContentFile

from base import clock
from base.files import MB, store
from base.models import Job, JobState, StoredFile
from base.quarters import Period, Quarter
from reports.actions import compute, draft, earliest_end, show
from reports.measuring import measure
from reports.models import AssessmentEdition, Scheme
from schools.models import Section, Unit, User
from submissions.models import Entry, Evidence
from targets.models import AdoptedTarget, Element
from tasks.models import Adoption
from tests import factories
from tests.bulletins import issued
from tests.upload_bytes import png, upload

NOW, THEN = Quarter.of(2025, 2), Quarter.of(2024, 4)
PERIOD, DRAFT, HERS = Period.parse("2024H2"), Period.parse("2025H1"), Period.parse("2024H1")
COMMON = {
    "quarter": str(NOW),
    "element": "PRI_PUPILS",
    "code": "TARGET",
    "period": str(PERIOD),
    "edition": 1,
    "kind": "word",
    "year": 2024,
    "place": "unit",
    "category": "primary",
}
OWN = COMMON | {"district": "kfq", "unit": "pri-01", "subject": "pri-01", "section": "basic", "plan": "plan-2023-2025"}
SENSITIVE = {"code": "EXAMS", "element": "EXAMS_PASSED"}
NEIGHBOUR = {"unit": "pri-02", "subject": "pri-02", "section": "safety"}
FOREIGN = COMMON | {"district": "far", "unit": "far-01", "subject": "far-01", "section": "far", "plan": "far-plan"}


def make_elements() -> None:
    factories.make_element("PRI_PUPILS", "小学在校生数")
    factories.make_element("EXAMS_PASSED", "合格人数")
    for section in ("basic", "safety"):
        factories.make_element(f"SEEN_BY_{section.upper()}", entered_by=section, reviewed_by=section)


def make_promise(adoption: Adoption, code: str, counted: str, **fields: bool) -> None:
    """A target that counts one element."""
    task = adoption.plan.tasks.first() or factories.make_task(factories.make_action(adoption.plan))
    target = factories.make_target(task, code)
    definition = factories.make_definition(target, numerator=[element(counted)], **fields)
    factories.make_goal(definition, 1000)
    factories.make_adopted_target(adoption, target, adoption.district.sections.get(code__in=["basic", "far"]))


def element(code: str) -> Element:
    return Element.objects.get(code=code)


def make_entries(unit: Unit, clerk: User) -> None:
    """Approved long ago, waiting for review now."""
    for code in ("PRI_PUPILS", "EXAMS_PASSED"):
        factories.make_entry(element(code), unit, THEN, 500, by=clerk)
        factories.make_entry(element(code), unit, NOW, 500, state="submitted", by=clerk)


def make_evidence(unit: Unit, code: str, shade: int) -> dict[str, object]:
    """Of what is entered now."""
    stored = store(upload("proof.png", png(shade)), by=None, kinds=["png"], limit=MB)
    evidence = Evidence.objects.create(unit=unit, file=stored)
    evidence.entries.add(Entry.objects.get(unit=unit, quarter=NOW, element__code=code))
    return {"evidence": evidence.pk, "name": stored.name}


def make_rectification(adoption: Adoption, code: str, by: User) -> dict[str, int]:
    """A closed one, with a file of the same name as all evidence here."""
    target = AdoptedTarget.objects.get(adoption=adoption, target__code=code)
    return {"item": factories.make_rectification(target, PERIOD, by=by, file="proof.png").pk}


def make_correction(unit: Unit, by: User) -> int:
    """Asked for; its id."""
    return factories.make_correction(Entry.objects.get(unit=unit, quarter=THEN, element__code="PRI_PUPILS"), by=by).pk


def make_job(by: User) -> Job:
    now = clock.now()
    return Job.objects.create(
        kind="test.steps",
        key=str(by),
        by=by,
        district_id=by.district_id,
        state=JobState.DONE,
        created_at=now,
        finished_at=now,
    )


def make_file(by: User) -> StoredFile:
    return store(ContentFile(b"a,b\n", "report.csv"), by=by, kinds=("csv",), limit=1000)


def make_upload(place: Unit | Section, by: User, **fields: object) -> dict[str, int]:
    return {"upload": factories.make_upload(place, NOW, by=by, **fields).pk}


def make_bulletin(adoption: Adoption, period: Period, *, by: User, published_by: User | None = None) -> None:
    """Measured, drafted and, if somebody publishes it, published."""
    bulletin = draft(measure(adoption, period, by=by), by=by)
    if published_by is not None:
        edition = issued(bulletin, by=published_by)
        for kind in ("word", "pack"):
            edition.files.create(kind=kind, file=make_file(by), at=clock.now())


def make_assessment(adoption: Adoption, *units: str, by: User) -> None:
    """Of 2024, computed by the calendar and shown, with the papers of a published one."""
    now = clock.now()
    for category in ("primary", "section"):
        scheme = Scheme.objects.create(
            adoption=adoption, year=2024, category=category, version=1, made_at=now, made_by=by
        )
        scheme.lines.create(target=adoption.plan.targets.get(code="TARGET"), weight=100, position=1)
    assessment = show(compute(adoption, 2024, by=None), until=earliest_end(), lists_all=False, by=by)
    content = {"head": {"year": 2024}, "sheets": [], "published": {"date": "2025-02-10"}}
    edition = AssessmentEdition.objects.create(
        assessment=assessment, content=content, published_at=now, published_by=by
    )
    edition.files.create(kind="word", file=make_file(by), at=now)
    for unit in units:
        edition.files.create(kind="sheet", whose=f"unit:{unit}", file=make_file(by), at=now)


def make_objection(adoption: Adoption, unit: Unit, by: User) -> dict[str, int]:
    assessment = adoption.assessments.get()
    said = {"about": "whole", "reason": "漏算", "raised_at": clock.now(), "raised_by": by, "evidence": make_file(by)}
    return {"objection": assessment.objections.create(unit=unit, **said).pk}


def make_occurrence(adoption: Adoption, unit: Unit, by: User) -> dict[str, int]:
    """A veto that waits for a second person, with its paper."""
    adoption.schemes.get(category="primary").kinds.create(kind="veto", code="hurt", name="安全事故", best_grade="fail")
    said = {"year": 2024, "code": "hurt", "what": "某事", "told_at": clock.now(), "told_by": by}
    return {"occurrence": adoption.occurrences.create(unit=unit, evidence=make_file(by), **said).pk}


def make_person(unit: Unit) -> dict[str, object]:
    """A clerk with an open invitation: she, her post, her token."""
    user = factories.make_clerk(unit)
    return {"person": user.pk, "post": user.posts.get().pk, "token": factories.make_invitation(user)}


def make_foreign_district() -> Adoption:
    """With a section, a school and a plan of its own."""
    district = factories.make_district("far", "远区")
    factories.make_section(district, "far", "远区科室")
    factories.make_unit(district, "far-01", "远区小学")
    return factories.make_adoption(factories.make_plan("far-plan"), district)


def make_world(
    adoption: Adoption, school: Unit, clerk: User, officer: User, director: User
) -> dict[str, dict[str, object]]:
    """The arguments of addresses, by whose."""
    far = make_foreign_district()
    stranger = factories.make_director(far.district)
    neighbour = factories.make_unit(adoption.district, "pri-02", "第二小学")
    make_elements()
    for one in (adoption, far):
        make_promise(one, "TARGET", "PRI_PUPILS")
        make_promise(one, "EXAMS", "EXAMS_PASSED", sensitive=True)
    for unit, person in [(school, clerk), (neighbour, clerk), (far.district.units.get(), stranger)]:
        make_entries(unit, person)
    make_bulletin(adoption, PERIOD, by=officer, published_by=director)
    make_bulletin(adoption, DRAFT, by=officer)
    make_bulletin(adoption, HERS, by=director)
    make_bulletin(far, PERIOD, by=factories.make_director(far.district), published_by=stranger)
    make_assessment(adoption, school.code, neighbour.code, by=officer)
    make_assessment(far, "far-01", by=stranger)
    asked = {"pk": make_job(director).pk, "message": factories.make_message(director).pk}
    asked |= {"adoption": adoption.pk, "correction": make_correction(school, clerk)}
    own = OWN | asked | make_person(school) | make_evidence(school, "PRI_PUPILS", 1)
    own |= make_upload(school, clerk) | make_rectification(adoption, "TARGET", officer)
    own |= make_objection(adoption, school, clerk) | make_occurrence(adoption, school, officer)
    theirs = {"pk": make_job(stranger).pk, "message": factories.make_message(stranger).pk}
    theirs |= {"adoption": far.pk} | make_evidence(far.district.units.get(), "PRI_PUPILS", 4)
    theirs |= make_upload(far.district.units.get(), stranger) | make_rectification(far, "TARGET", stranger)
    hers = make_upload(adoption.district.sections.get(code="basic"), officer, report=make_file(officer))
    theirs |= make_objection(far, far.district.units.get(), stranger)
    theirs |= make_occurrence(far, far.district.units.get(), stranger)
    theirs |= {"correction": make_correction(far.district.units.get(), stranger)}
    hers |= make_objection(adoption, neighbour, clerk)
    hers |= {"correction": make_correction(neighbour, clerk)}
    return {
        "any": {},
        "own": own,
        "draft": own | {"period": str(DRAFT)},
        "pack": own | {"kind": "pack"},
        "hers": own | {"period": str(HERS)},
        "sensitive": own
        | SENSITIVE
        | make_evidence(school, "EXAMS_PASSED", 2)
        | make_rectification(adoption, "EXAMS", officer),
        "neighbour": own | NEIGHBOUR | make_person(neighbour) | make_evidence(neighbour, "PRI_PUPILS", 3) | hers,
        "foreign": FOREIGN | theirs | make_person(far.district.units.get()),
    }
