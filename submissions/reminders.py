"""Reminding those who have not handed in: a school its form, a section its grid; each step once (docs/decisions/0012).

The steps follow the window of each school, so that an extension, or a quarter's own dates, moves them all. Only the
newest step that has come is told: what a dead worker missed is not made up for by a heap of old ones.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse

from base import audit, clock, outbox
from base.models import Level, Message
from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import District, Section, Unit, UnitKind, User
from submissions import calendar
from submissions.asking import Asking, asking_of
from submissions.calendar import Window
from submissions.models import EntryState
from submissions.recipients import directors_of, officers_of, people_of_schools
from submissions.states import FormState, GridStanding, Standing, grid_standings, standings


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    level: Level
    word: str
    when: str  # the deadline in words; {due} and {closes} are days
    day: Callable[[Window], datetime.date]  # the first day on which it is told


# Blue asks, orange warns and sets a last day, red goes up to the sections and the director (催办, 警告限期, 提级督办).
STEPS = (
    Step("soon", Level.BLUE, "提醒", "{due}截止", lambda window: window.due - datetime.timedelta(days=3)),
    Step("due", Level.BLUE, "催办", "今天（{due}）截止", lambda window: window.due),
    Step(
        "overdue",
        Level.ORANGE,
        "橙色警告",
        "{due}截止，已逾期，限{closes}前（含当天）补报",
        lambda window: window.due + datetime.timedelta(days=1),
    ),
    Step("closing", Level.RED, "红色警告", "今天（{closes}）关闭，过后不能再填", lambda window: window.closes),
)
LAST = STEPS[-1]
WARNINGS = [step.word for step in STEPS if step.level != Level.BLUE]


@dataclass(frozen=True, slots=True)
class Owing:
    """A school's form, or a section's grid, that is not in yet and can still be filled in."""

    name: str
    place: str  # in keys: ``unit:7``, ``section:3``
    window: Window
    url: str
    lacks: str  # what is left to do, for the body
    is_returned: bool
    people: list[User]
    is_handed_in: bool = False  # a school's, once: it is never overdue, but has items to hand in anew
    reviewers: frozenset[str] = frozenset()  # codes of the sections that wait for it

    @property
    def quarter(self) -> Quarter:
        return self.window.quarter


@dataclass(frozen=True, slots=True)
class Reminded:
    """What one round told. ``known`` were told of the same before; nobody has a working account at ``unreachable``."""

    told: list[Message] = field(default_factory=list)
    places: int = 0  # schools and sections of which somebody was told
    known: int = 0
    unreachable: list[str] = field(default_factory=list)


# --- When ----------------------------------------------------------------------------------------------------------


def step_of(window: Window) -> Step | None:
    """The newest step of an open window that has come; None before the first."""
    come = [step for step in STEPS if step.day(window) <= window.today]
    return max(come, key=lambda step: (step.day(window), STEPS.index(step)), default=None)


# --- Whom ----------------------------------------------------------------------------------------------------------


def owing_in(asking: Asking) -> list[Owing]:
    """Everybody in the district who owes figures that can be entered today."""
    quarters = _open_quarters(asking)
    units = list(Unit.objects.of(asking.district).with_facts().order_by("code"))
    return [*_schools_owing(asking, units, quarters), *_sections_owing(asking, units, quarters)]


def _open_quarters(asking: Asking) -> list[Quarter]:
    """Open for the district, or for a school that was given more time."""
    today = clock.today()
    longer = {quarter for (_, quarter), extension in asking.extensions.items() if extension.until >= today}
    opened = calendar.opened_quarters(asking.adoptions, today)
    return [quarter for quarter in opened if quarter in longer or asking.window(None, quarter).is_open]


def _schools_owing(asking: Asking, units: Iterable[Unit], quarters: list[Quarter]) -> Iterator[Owing]:
    schools = [unit for unit in units if unit.kind == UnitKind.SCHOOL]
    people = people_of_schools(schools)
    for one in standings(asking, schools, quarters).values():
        if one.state in LACKS and one.window.is_open:
            yield school_owing(asking, one, people[one.unit.pk])


def school_owing(asking: Asking, one: Standing, people: list[User]) -> Owing:
    items = asking.asked_of_school(one.unit, one.quarter)
    extended = f"已同意延期：{one.window.extended}" if one.window.extended else ""
    return Owing(
        name=one.unit.name,
        place=_place(one.unit),
        window=one.window,
        url=reverse("submissions:form", args=[one.unit.code, one.quarter]),
        lacks="\n".join(filter(None, [LACKS[one.state](one), extended])),
        is_returned=one.state == FormState.RETURNED,
        people=people,
        is_handed_in=one.is_handed_in,
        reviewers=frozenset(item.element.reviewed_by for item in items),
    )


def _sections_owing(asking: Asking, units: list[Unit], quarters: list[Quarter]) -> Iterator[Owing]:
    sections, people = list(asking.district.sections.all()), officers_of(asking.district)
    for quarter in quarters:
        window = asking.window(None, quarter)
        for grid in grid_standings(asking, units, sections, quarter) if window.is_open else []:
            if grid.is_behind:
                yield Owing(
                    name=grid.section.name,
                    place=_place_of(grid.section),
                    window=window,
                    url=reverse("submissions:grid", args=[quarter, grid.section.code]),
                    lacks=_grid_lacks(grid),
                    is_returned=grid.returned > 0,
                    people=people[grid.section.code],
                )


def _place_of(section: Section) -> str:
    return f"section:{section.pk}"


def _place(unit: Unit) -> str:
    return f"unit:{unit.pk}"


def _draft_lacks(one: Standing) -> str:
    if not one.is_handed_in:
        return f"{one.asked} 项中已填 {one.filled} 项，还没有提交。"
    return (
        "有修改过的项目还没有重新提交。"
        if one.counts[EntryState.DRAFT]
        else f"还缺 {one.missing} 项，请补填后重新提交。"
    )


LACKS: dict[FormState, Callable[[Standing], str]] = {
    FormState.BLANK: lambda one: "还没有开始填报。",
    FormState.DRAFT: _draft_lacks,
    FormState.RETURNED: lambda one: f"有退回 {one.returned} 项，请按退回原因修改后重新提交。",
}


def _grid_lacks(grid: GridStanding) -> str:
    if grid.returned:
        return f"有退回 {grid.returned} 项，请按退回原因修改后重新提交。"
    return f"已填 {grid.filled} 项，还没有全部提交。" if grid.filled else "还没有开始填报。"


# --- What is told --------------------------------------------------------------------------------------------------


@transaction.atomic
def remind(district: District) -> Reminded:
    """The day's round: whoever owes figures is told of the newest step that has come, once. Idempotent."""
    owing = [(one, step) for one in owing_in(asking_of(district)) if (step := step_of(one.window))]
    messages = [message for one, step in owing for message in step_messages(one, step)]
    reminded = _told(messages, [one for one, _ in owing])
    late = [one for one, step in owing if step is LAST and not one.is_handed_in]
    reminded.told.extend(outbox.post(escalations(district, late)))
    return reminded


@transaction.atomic
def urge(district: District, quarter: Quarter, *, by: User) -> Reminded:
    """Tell every school that owes its form of ``quarter`` now, at most once a day each."""
    units = Unit.objects.of(district).schools().with_facts().order_by("code")
    owing = list(_schools_owing(asking_of(district), units, [quarter]))
    messages = []
    for one in owing:
        key = f"urge:{one.place}:{quarter}:{one.window.today}"
        messages += _reminders(one, step_of(one.window) or STEPS[0], "催办", key)
    reminded = _told(messages, owing)
    if reminded.told:
        audit.record(district, "urged", by=by, after=f"{quarter} {len(reminded.told)}")
    return reminded


def settle(unit: Unit, quarter: Quarter) -> None:
    """Its form is in: reminders that were not read are done with, and are not sent by e-mail any more."""
    mine = Message.objects.filter(to__in=User.objects.filter(posts__unit=unit))
    for kind in ("remind", "urge"):
        outbox.mark_read(mine.filter(key__startswith=f"{kind}:{_place(unit)}:{quarter}:"))


def settle_grid(asking: Asking, section: Section, quarter: Quarter) -> None:
    """The same for a section, if nothing of its grid waits to be handed in any more."""
    units = list(Unit.objects.of(asking.district).with_facts())
    if not any(grid.is_behind for grid in grid_standings(asking, units, [section], quarter)):
        outbox.mark_read(Message.objects.filter(key__startswith=f"remind:{_place_of(section)}:{quarter}:"))


def step_messages(one: Owing, step: Step) -> list[Message]:
    """What its people are told at a step. The same step of a deadline that has been moved is another one."""
    key = f"remind:{one.place}:{one.quarter}:{step.code}:{one.window.due}"
    return _reminders(one, step, step.word, key)


def _reminders(one: Owing, step: Step, word: str, key: str) -> list[Message]:
    level, subject, after = _again(one, word) if one.is_handed_in else _not_yet(one, step, word)
    return [
        Message(
            to=person,
            key=key,
            level=level,
            subject=subject,
            body=one.lacks + after,
            url=one.url,
            at=clock.now(),
        )
        for person in one.people
    ]


def _not_yet(one: Owing, step: Step, word: str) -> tuple[Level, str, str]:
    """Level, subject and end of the body for who has not handed in."""
    days = {"due": short_day(one.window.due), "closes": short_day(one.window.closes)}
    left = "有退回的项目待修改" if one.is_returned else "还没有提交"
    after = "\n过后确需补报的，请联系审核科室办理延期。本次警告同时告知审核科室和局领导。" if step is LAST else ""
    return step.level, f"【{word}】{one.name}{one.quarter.label}数据{step.when.format(**days)}，{left}", after


def _again(one: Owing, word: str) -> tuple[Level, str, str]:
    """The same for a school that handed in and has items to hand in anew: in blue at every step, nothing overdue."""
    mild = word if word not in WARNINGS else STEPS[0].word
    what = f"{one.name}{one.quarter.label}数据有退回（或更正）的项目待重新提交"
    after = f"\n填报{short_day(one.window.closes)}关闭；同意更正的项目，以同意的期限为准。"
    return Level.BLUE, f"【{mild}】{what}", after


def escalations(district: District, owing: list[Owing]) -> Iterator[Message]:
    """On the last day: to each officer, who has not handed in what her section reviews; to the directors, everybody."""
    officers, directors = (officers_of(district), directors_of(district)) if owing else ({}, [])
    names: dict[tuple[Quarter, User], list[str]] = defaultdict(list)
    for one in owing:
        reviewing = [person for code in sorted(one.reviewers) for person in officers[code]]
        for person in dict.fromkeys([*directors, *reviewing]):
            names[one.quarter, person].append(one.name)
    for (quarter, person), late in names.items():
        yield Message(
            to=person,
            key=f"escalate:{district.pk}:{quarter}:{clock.today()}",
            level=LAST.level,
            subject=f"【提级督办】{quarter.label}数据填报今天（{short_day(clock.today())}）关闭，仍有单位没有报齐",
            body=f"共 {len(late)} 个：{'、'.join(late)}。",
            url=f"{reverse('submissions:desk')}?quarter={quarter}",
            at=clock.now(),
        )


def _told(messages: list[Message], owing: list[Owing]) -> Reminded:
    fresh = outbox.post(messages)
    return Reminded(
        told=fresh,
        places=len({one.key for one in fresh}),
        known=len(messages) - len(fresh),
        unreachable=[one.name for one in owing if not any(person.has_usable_password() for person in one.people)],
    )
