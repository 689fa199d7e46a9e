"""Plain functions that make one thing each, with harmless defaults; everything that matters to a test is an argument.

``make_district`` makes a district alone: sections, the bureau and schools are made by whoever wants them.
"""

import datetime
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from base import clock
from base.files import store
from base.models import Level, Message
from base.quarters import Period, Quarter
from reports.models import Rectification
from schools import actions
from schools.models import District, Invitation, Post, Role, Section, Unit, UnitFacts, UnitKind, User
from submissions.models import Correction, Entry, EntryState, Submission, Upload, UploadState
from submissions.workbooks.checking import Outcome
from targets.models import (
    About,
    AdoptedTarget,
    Check,
    Comparator,
    Element,
    Goal,
    Measure,
    PeriodKind,
    Target,
    TargetDefinition,
    Term,
    TermPart,
    ValueType,
)
from tasks.models import Action, AdoptedTask, Adoption, Objective, Plan, QuarterDates, Safeguard, Task
from tests.upload_bytes import png, upload

SECTIONS = {
    "office": "办公室",
    "party": "党建科",
    "personnel": "人事科",
    "basic": "基础教育科",
    "preschool": "学前教育科",
    "research": "教研室",
    "moral": "德育体卫艺科",
    "safety": "安全科",
    "finance": "财务装备科",
    "supervision": "督导室",
    "training_orgs": "校外培训监管科",
}
OPENED = datetime.date(2010, 9, 1)
_numbers = itertools.count(1)


def make_district(code: str = "kfq", name: str = "开发区") -> District:
    return District.objects.create(code=code, name=name)


def make_section(district: District, code: str = "basic", name: str = "") -> Section:
    return Section.objects.create(district=district, code=code, name=name or SECTIONS[code])


def make_unit(
    district: District,
    code: str = "",
    name: str = "",
    *,
    stages: Sequence[str] = ("primary",),
    ownership: str = "public",
    group: str = "",
    opened: datetime.date = OPENED,
    closed: datetime.date | None = None,
    successor: Unit | None = None,
) -> Unit:
    """A school with one set of facts, in force from its opening."""
    code = code or f"school-{next(_numbers)}"
    unit = Unit.objects.create(district=district, code=code, opened=opened, closed=closed, successor=successor)
    make_facts(unit, opened, name=name or f"{code}学校", stages=stages, ownership=ownership, group=group)
    return unit


def make_bureau(district: District) -> Unit:
    unit = Unit.objects.create(district=district, kind=UnitKind.BUREAU, code="bureau", opened=OPENED)
    make_facts(unit, OPENED, name=f"{district.name}教育局", stages=(), ownership="")
    return unit


def make_facts(
    unit: Unit,
    since: datetime.date,
    *,
    name: str,
    stages: Sequence[str] = ("primary",),
    ownership: str = "public",
    group: str = "",
) -> UnitFacts:
    return UnitFacts.objects.create(
        unit=unit, since=since, name=name, stages=tuple(stages), ownership=ownership, group=group
    )


def make_user(username: str = "", name: str = "", *, password: str | None = None, **fields: Any) -> User:
    """Without ``password`` she can only be signed in by ``client.force_login``."""
    username = username or f"user-{next(_numbers)}"
    return User.objects.create_user(username, password=password, name=name or username, **fields)


def make_post(
    role: str,
    district: District,
    *,
    unit: Unit | None = None,
    section: Section | None = None,
    user: User | None = None,
    sees_sensitive: bool = False,
) -> Post:
    """A post, held by a new user unless one is given; the district keeps her account."""
    user = user or make_user(f"{role}-{next(_numbers)}", district=district)
    return Post.objects.create(
        user=user, role=role, district=district, unit=unit, section=section, sees_sensitive=sees_sensitive
    )


def make_invitation(user: User, *, token: str = "", **fields: Any) -> str:
    """An open invitation, or what ``fields`` make of it; its token."""
    token = token or f"token-{next(_numbers)}"
    fields = {"made_at": clock.now(), "expires_at": clock.now() + actions.VALID_FOR} | fields
    Invitation.objects.create(user=user, digest=actions.digest_of(token), **fields)
    return token


def make_clerk(unit: Unit, **fields: Any) -> User:
    return make_post(Role.CLERK, unit.district, unit=unit, **fields).user


def make_principal(unit: Unit, **fields: Any) -> User:
    return make_post(Role.PRINCIPAL, unit.district, unit=unit, **fields).user


def make_officer(section: Section, **fields: Any) -> User:
    return make_post(Role.OFFICER, section.district, section=section, **fields).user


def make_director(district: District, **fields: Any) -> User:
    return make_post(Role.DIRECTOR, district, **fields).user


def make_leader(district: District, **fields: Any) -> User:
    return make_post(Role.LEADER, district, **fields).user


def make_city_reader(*districts: District) -> User:
    """Looks at these districts for their city."""
    user = make_post(Role.CITY, districts[0]).user
    for district in districts[1:]:
        make_post(Role.CITY, district, user=user)
    return user


def make_administrator(district: District, **fields: Any) -> User:
    user = make_post(Role.ADMINISTRATOR, district, **fields).user
    user.is_staff = True
    user.save()
    return user


def make_auditor(district: District, **fields: Any) -> User:
    return make_post(Role.AUDITOR, district, **fields).user


def make_plan(
    code: str = "plan-2023-2025",
    *,
    start: datetime.date = datetime.date(2023, 1, 1),
    end: datetime.date = datetime.date(2025, 12, 31),
) -> Plan:
    return Plan.objects.create(code=code, name="教育高质量发展三年行动方案", start=start, end=end)


def make_objective(plan: Plan, no: int = 1, name: str = "") -> Objective:
    return Objective.objects.create(plan=plan, no=no, name=name or f"主要目标{no}")


def make_action(plan: Plan, no: int = 1, name: str = "") -> Action:
    return Action.objects.create(plan=plan, no=no, name=name or f"行动{no}", short=f"行动{no}")


def make_task(action: Action, no: int = 1, name: str = "", *, section: str = "basic") -> Task:
    return Task.objects.create(
        plan=action.plan, action=action, no=no, name=name or f"重点任务{no}", section_code=section
    )


def make_safeguard(plan: Plan, no: int = 1, name: str = "") -> Safeguard:
    return Safeguard.objects.create(plan=plan, no=no, name=name or f"保障措施{no}")


def make_adoption(plan: Plan, district: District, **calendar: int) -> Adoption:
    return Adoption.objects.create(plan=plan, district=district, **calendar)


def make_quarter_dates(
    adoption: Adoption, quarter: Quarter, *, reason: str = "放假", **dates: datetime.date
) -> QuarterDates:
    """Its own dates for a quarter: those given, the rest by the rule."""
    made = adoption.dates_by_rule(quarter)
    made.reason = reason
    for name, day in dates.items():
        setattr(made, name, day)
    made.save()
    return made


def make_element(
    code: str = "PRI_PUPILS",
    name: str = "",
    *,
    unit: str = "人",
    period_kind: str = PeriodKind.STOCK,
    asked_in: Sequence[str] = ("Q1", "Q2", "Q3", "Q4"),
    about: str = About.SCHOOL,
    entered_by: str = "school",
    reviewed_by: str = "basic",
    stages: Sequence[str] = (),
    value_type: str = ValueType.INTEGER,
    lower: Decimal | int | None = 0,
    upper: Decimal | int | None = None,
    **fields: Any,
) -> Element:
    """A count that every school enters each quarter and the basic section reviews."""
    return Element.objects.create(
        code=code,
        name=name or code,
        unit=unit,
        period_kind=period_kind,
        asked_in=tuple(asked_in),
        about=about,
        entered_by=entered_by,
        reviewed_by=reviewed_by,
        stages=tuple(stages),
        value_type=value_type,
        lower=lower,
        upper=upper,
        **fields,
    )


def make_target(
    home: Task | Safeguard, code: str = "TARGET", *, position: int = 0, objective: Objective | None = None
) -> Target:
    """A target without a definition."""
    kind = "task" if isinstance(home, Task) else "safeguard"
    return Target.objects.create(plan=home.plan, code=code, position=position, objective=objective, **{kind: home})


def make_definition(
    target: Target,
    *,
    numerator: Sequence[Element] = (),
    denominator: Sequence[Element] = (),
    condition: Element | None = None,
    per: Element | None = None,
    version: int = 1,
    since: Quarter | None = None,
    name: str = "",
    measure: str = Measure.COUNT,
    **fields: Any,
) -> TargetDefinition:
    """A definition with its terms and no goal."""
    definition = TargetDefinition.objects.create(
        target=target,
        version=version,
        since=since or target.plan.first_quarter,
        name=name or target.code,
        statement=name or target.code,
        measure=measure,
        **fields,
    )
    parts = [
        (TermPart.NUMERATOR, numerator),
        (TermPart.DENOMINATOR, denominator),
        (TermPart.CONDITION, [condition] if condition else []),
        (TermPart.PER, [per] if per else []),
    ]
    for part, elements in parts:
        for position, element in enumerate(elements):
            Term.objects.create(definition=definition, part=part, position=position, element=element)
    return definition


def make_goal(
    definition: TargetDefinition,
    value: Decimal | int | None,
    *,
    due: datetime.date | None = None,
    comparator: str = Comparator.AT_LEAST,
    **fields: Any,
) -> Goal:
    """A goal, due at the end of the plan unless said otherwise."""
    due = due or definition.target.plan.end
    return Goal.objects.create(definition=definition, due=due, comparator=comparator, value=value, **fields)


def make_adopted_task(adoption: Adoption, task: Task, section: Section) -> AdoptedTask:
    return AdoptedTask.objects.create(adoption=adoption, task=task, section=section)


def make_adopted_target(adoption: Adoption, target: Target, section: Section, **fields: Any) -> AdoptedTarget:
    return AdoptedTarget.objects.create(adoption=adoption, target=target, section=section, **fields)


def make_check(
    plan: Plan,
    kind: str,
    left: Sequence[Element] = (),
    right: Sequence[Element] = (),
    *,
    code: str = "",
    soft: bool = False,
    **fields: Any,
) -> Check:
    """A hard check, or a soft one; ``jump`` and ``peers`` are always soft."""
    return Check.objects.create(
        plan=plan,
        kind=kind,
        code=code or kind.upper(),
        severity="soft" if soft or kind in ("jump", "peers") else "hard",
        left=tuple(element.code for element in left),
        right=tuple(element.code for element in right),
        **fields,
    )


def make_entry(
    element: Element,
    unit: Unit,
    quarter: Quarter,
    value: Decimal | int | None,
    *,
    state: str = EntryState.APPROVED,
    by: User | None = None,
    approved_by: User | None = None,
    **fields: Any,
) -> Entry:
    """An approved entry unless ``state`` says otherwise; a returned one needs ``return_reason``."""
    if state == EntryState.APPROVED:
        fields = {"approved_value": value, "approved_at": clock.now(), "approved_by": approved_by} | fields
    return Entry.objects.create(
        element=element,
        unit=unit,
        quarter=quarter,
        value=value,
        state=state,
        entered_at=clock.now(),
        entered_by=by,
        **fields,
    )


def make_submission(unit: Unit, quarter: Quarter, *, by: User | None = None) -> Submission:
    """The form was handed in on 2 July."""
    at = datetime.datetime(2025, 7, 2, 9, tzinfo=datetime.UTC)
    by = by or make_principal(unit)
    return Submission.objects.create(unit=unit, quarter=quarter, first_submitted_at=at, first_submitted_by=by)


def make_message(to: User, key: str = "", *, level: str = Level.BLUE, **fields: Any) -> Message:
    """An unread one, told now."""
    fields = {"subject": "第二季度数据7月5日截止", "at": clock.now()} | fields
    return Message.objects.create(to=to, key=key or f"key-{next(_numbers)}", level=level, **fields)


def make_upload(
    place: Unit | Section,
    quarter: Quarter,
    *,
    by: User,
    content: bytes = b"a,b\n",
    state: str = UploadState.CHECKED,
    outcome: Outcome | None = None,
    **fields: Any,
) -> Upload:
    """A table that was brought in, checked unless ``state`` says otherwise, with nothing to save."""
    stored = store(ContentFile(content, "table.csv"), by=by, kinds=("csv",), limit=1000)
    fields["unit" if isinstance(place, Unit) else "section"] = place
    kept = (outcome or Outcome()).kept() if state != UploadState.CHECKING else {}
    return Upload.objects.create(
        quarter=quarter, file=stored, by=by, at=clock.now(), state=state, outcome=kept, **fields
    )


def make_rectification(
    target: AdoptedTarget, period: Period, *, by: User, file: str = "", **fields: Any
) -> Rectification:
    """An open one due on 30 September 2025; closed today with ``file``, the name of a picture."""
    fields = {"status": "behind", "measure": "一校一策", "owner": "张科长", "due": datetime.date(2025, 9, 30)} | fields
    if file:
        stored = store(upload(file, png(next(_numbers) % 256)), by=by, kinds=("png",), limit=1000)
        fields = {"reason": "已整改", "evidence": stored, "closed_at": clock.now(), "closed_by": by} | fields
    fields = {"opened_at": clock.now(), "opened_by": by} | fields
    return Rectification.objects.create(target=target, period=period, **fields)


def make_correction(entry: Entry, *, by: User, reason: str = "漏报", **fields: Any) -> Correction:
    """Asked for, unless ``state`` says otherwise."""
    return Correction.objects.create(entry=entry, reason=reason, asked_at=clock.now(), asked_by=by, **fields)
