"""Filling an empty district with an invented past and a quarter under way, by the same actions that people use."""

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction

from base import clock
from base.quarters import Period, Quarter
from reports.actions import draft, publish, send, set_head, word
from reports.book import book_of
from reports.composing import texts_of
from reports.demo import deadlines
from reports.demo.assessing import assess_past
from reports.demo.checks import explanations
from reports.demo.district import about, build_people, build_units
from reports.demo.evidence import prove_grid, prove_projects
from reports.demo.figures import Figures, owed, read_story
from reports.demo.form import begin_correcting, name_contacts
from reports.demo.people import hand_over, lose_accounts
from reports.demo.reminders import remind_late, remind_now, remind_silent
from reports.demo.review import go_rounds
from reports.demo.telling import close_some, rectify, write_now, write_past
from reports.measuring import measure
from reports.models import Bulletin
from schools.models import District, Handover, Role, Section, Unit, UnitKind, User
from submissions.actions import approve, return_entries, save_grid, save_values, submit, submit_grid
from submissions.asking import Asking
from submissions.imports import HistoryRow, import_rows
from submissions.models import Entry, EntryState, Submission
from submissions.sheets import Sheet, school_sheet, section_sheet
from targets.actions import set_baseline
from targets.core.measure import measure as measure_book
from targets.core.model import DISTRICT, Goal
from targets.models import BY_SCHOOL, AdoptedTarget, Element
from tasks.models import Adoption

FIRST, OPEN_QUARTER = Quarter.of(2022, 1), Quarter.of(2025, 2)
TODAY = datetime.date(2025, 7, 3)
RECTIFIED = Period.parse("2024H2")  # the newest half-year that was measured; rectifications began one before it
LATE = (3, Quarter.of(2025, 1))  # the school at this place handed in after the due date
SILENT = (5, Quarter.of(2024, 4))  # the school at this place reported nothing
DRAFTING = ("finance", "supervision")  # sections that have not handed in their grid yet
WAITING = ("moral", "research")  # sections whose grid waits for approval
NEWCOMER = "X001"  # its form of the open quarter is untouched: whoever tries the demo fills it in


@dataclass
class Demo:
    """What the seeding steps share."""

    adoption: Adoption
    figures: Figures
    people: dict[str, User]
    elements: list[Element]
    asking: Asking

    @property
    def district(self) -> District:
        return self.adoption.district

    @property
    def schools(self) -> list[Unit]:
        return [unit for unit in self.figures.units if unit.kind == UnitKind.SCHOOL]

    def clerk(self, unit: Unit) -> User:
        return self.people[f"{unit.code.lower()}-clerk"]

    def principal(self, unit: Unit) -> User:
        return self.people[f"{unit.code.lower()}-principal"]

    def officer(self, section: str, number: int = 1) -> User:
        return self.people[f"{section}-{number}"]


def is_seeded(district: District) -> bool:
    return district.is_demo or Unit.objects.of(district).schools().exists()


@transaction.atomic
def seed(adoption: Adoption, *, schools: int, dice: int, tell: Callable[[str], None]) -> Demo:
    """About ``schools`` schools, their people, the figures of 2022Q1–2025Q1, baselines, the published bulletins
    2023H1–2024H2, the assessment of 2024, and 2025Q2 in every state of review. All of it or nothing; ``tell`` hears
    what is being done."""
    demo = found_district(adoption, schools=schools, dice=dice)
    deadlines.move_new_year(demo)
    tell(f"学校 {len(demo.schools)} 所，人员 {len(demo.people)} 名")
    quarter = FIRST
    while quarter < OPEN_QUARTER:
        tell_quarter(demo, quarter)
        if quarter + 1 == adoption.plan.first_quarter:
            set_baselines(demo.adoption, demo.figures.story)
        period = Period.half_year_of(quarter)
        if quarter == period.last and quarter > adoption.plan.first_quarter:
            write_past(demo, period)
            issue_bulletin(demo, period)
        tell(f"{quarter.label}")
        quarter = quarter + 1
    assess_past(demo)
    close_some(demo, RECTIFIED, OPEN_QUARTER.start)
    hand_over(demo)
    remind_late(demo, *LATE)
    remind_silent(demo, *SILENT)
    prove_projects(Quarter.of(2024, 3), demo.schools, demo.people)
    open_quarter(demo)
    write_now(demo, Period.half_year_of(OPEN_QUARTER), TODAY - datetime.timedelta(days=1))
    deadlines.give_time(demo, OPEN_QUARTER, TODAY)
    deadlines.correct(demo, TODAY)
    lose_accounts(demo)
    remind_now(demo, TODAY)
    tell(f"{OPEN_QUARTER.label}（填报中）")
    return demo


def found_district(adoption: Adoption, *, schools: int, dice: int) -> Demo:
    district = adoption.district
    district.is_demo = True
    district.save()
    chance = random.Random(dice)
    build_units(district, about(schools), chance)
    people = build_people(district, chance)
    name_contacts(district)
    figures = Figures(units=list(Unit.objects.of(district).with_facts()), story=read_story(), seed=dice)
    elements = list(Element.objects.exclude(code__in=figures.story["unreported"]))
    return Demo(adoption, figures, people, elements, Asking(district))


def tell_quarter(demo: Demo, quarter: Quarter) -> None:
    """A past quarter: entered by its clerks and sections, handed in, approved."""
    with clock.pinned(demo.adoption.closes(quarter)):
        import_rows(demo.district, _rows(demo, quarter), by=None)
    Submission.objects.bulk_create(
        Submission(
            unit=unit,
            quarter=quarter,
            first_submitted_at=moment(_handed_in(demo, place, quarter)),
            first_submitted_by=demo.principal(unit),
        )
        for place, unit in enumerate(demo.schools)
        if quarter >= demo.adoption.plan.first_quarter and unit.is_open_in(quarter) and (place, quarter) != SILENT
    )


def _rows(demo: Demo, quarter: Quarter) -> Iterator[HistoryRow]:
    silent = demo.schools[SILENT[0]] if quarter == SILENT[1] else None
    entered, approved = moment(demo.adoption.due(quarter)), moment(demo.adoption.closes(quarter), hour=16)
    for unit in demo.figures.units:
        if not unit.is_open_in(quarter):
            continue
        for element in owed(demo.asking, unit, quarter, demo.elements):
            by_school = element.entered_by == BY_SCHOOL
            value = demo.figures.value(unit, element, quarter)
            if value is None or (unit == silent and by_school):
                continue
            yield HistoryRow(
                unit.code,
                quarter,
                element.code,
                value,
                note="演示数据：按台账研判" if element.value_type == "verdict" else "",
                entered_at=entered,
                entered_by=demo.officer(element.entered_by) if not by_school else demo.clerk(unit),
                approved_at=approved,
                approved_by=demo.officer(element.reviewed_by, 2),
            )


def _handed_in(demo: Demo, place: int, quarter: Quarter) -> datetime.date:
    due = demo.adoption.due(quarter)
    return due + datetime.timedelta(days=3) if (place, quarter) == LATE else due - datetime.timedelta(days=place % 9)


def moment(day: datetime.date, hour: int = 10) -> datetime.datetime:
    return clock.now().replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=20, second=0)


def set_baselines(adoption: Adoption, story: dict[str, Any]) -> None:
    """The named targets' values at the end of 2022 become their baselines: measured as if the plan had begun in 2022
    and each target had fallen due then."""
    last = adoption.plan.first_quarter - 1
    period = Period(last, last)
    book = book_of(adoption, period)
    due = tuple(replace(target, goals=(Goal(due=last, value=0.0),)) for target in book.targets)
    rows = measure_book(replace(book, plan_start=FIRST, targets=due), period)
    values = {row.target: row.value for row in rows if row.scope == DISTRICT}
    for adopted in AdoptedTarget.objects.filter(adoption=adoption).select_related("target", "adoption"):
        value = values.get(adopted.target.code)
        if adopted.target.code in story["baselines"] and value is not None:
            set_baseline(
                adopted,
                value=Decimal(str(round(value, 2))),
                date=period.last.end,
                source="演示数据：2022 年末统计",
                by=None,
            )


def open_quarter(demo: Demo) -> None:
    """2025Q2 as it may look two days before the due date: approved, waiting, returned, drafts, not begun."""
    with clock.pinned(TODAY - datetime.timedelta(days=2)):
        for place, unit in enumerate(demo.schools):
            if unit.is_open_in(OPEN_QUARTER) and unit.code != NEWCOMER and place % 10 != 9:
                sheet = _fill(demo, unit, partly=place % 10 == 7)
                if place % 10 < 7:
                    save_values(unit, OPEN_QUARTER, explanations(sheet), by=demo.clerk(unit))
                    submit(unit, OPEN_QUARTER, by=demo.principal(unit))
        for section in demo.district.sections.all():
            _fill_grid(demo, section)
    remind_now(demo, TODAY - datetime.timedelta(days=1))
    go_rounds(demo, OPEN_QUARTER, TODAY - datetime.timedelta(days=1))
    with clock.pinned(TODAY - datetime.timedelta(days=1), hour=15):
        _review(demo)
        begin_correcting(demo, OPEN_QUARTER)


def _fill(demo: Demo, unit: Unit, *, partly: bool) -> Sheet:
    cells = list(school_sheet(unit, OPEN_QUARTER).cells.values())
    typed = {
        cell.key: (demo.figures.value(unit, cell.element, OPEN_QUARTER) or "0", cell.version)
        for cell in (cells[: len(cells) // 2] if partly else cells)
    }
    return save_values(unit, OPEN_QUARTER, typed, by=demo.clerk(unit)).sheet


def _fill_grid(demo: Demo, section: Section) -> None:
    """A section has filled in its grid; two of them have not handed it in yet."""
    cells = section_sheet(section, OPEN_QUARTER).cells.values()
    typed = {}
    for cell in cells:
        value = demo.figures.value(cell.unit, cell.element, OPEN_QUARTER)
        if value is not None and cell.unit.code != NEWCOMER:
            note = "演示数据：按台账研判" if cell.needs_note else None
            typed[cell.key] = (value, cell.version, note)
    saved = save_grid(section, OPEN_QUARTER, typed, by=demo.officer(section.code))
    prove_grid(section, OPEN_QUARTER, by=demo.officer(section.code))
    if section.code not in DRAFTING:
        save_grid(section, OPEN_QUARTER, explanations(saved.sheet), by=demo.officer(section.code))
        submit_grid(section, OPEN_QUARTER, by=demo.officer(section.code))


def _review(demo: Demo) -> None:
    """The first schools are approved; of one school two items are returned; the rest waits."""
    waiting = Entry.objects.of(demo.district).for_quarter(OPEN_QUARTER).filter(state=EntryState.SUBMITTED)
    by_unit: dict[int, list[Entry]] = {}
    for entry in waiting.select_related("element", "unit").order_by("pk"):
        by_unit.setdefault(entry.unit_id, []).append(entry)
    for place, unit in enumerate(demo.schools):
        mine = [entry for entry in by_unit.get(unit.pk, []) if entry.element.entered_by == BY_SCHOOL]
        if place % 10 < 4:
            _approve(demo, mine)
        elif place == 4:
            by = demo.officer(mine[0].element.reviewed_by)
            same = [entry for entry in mine if entry.element.reviewed_by == mine[0].element.reviewed_by]
            return_entries(same[:2], "与台账不一致，请核对后重新填报。", by=by)
    for entries in by_unit.values():
        _approve(demo, [entry for entry in entries if entry.element.entered_by not in (BY_SCHOOL, *WAITING)])


def _approve(demo: Demo, entries: list[Entry]) -> None:
    by_section: dict[str, list[Entry]] = {}
    for entry in entries:
        by_section.setdefault(entry.element.reviewed_by, []).append(entry)
    for section, mine in by_section.items():
        approve(mine, by=demo.officer(section, 2))


def issue_bulletin(demo: Demo, period: Period) -> None:
    """Drafted by an officer and published by the director: H1 on 10 July, H2 on 10 January. In the last year sections
    say what they do about what is red, and close some of it before the next."""
    if period >= RECTIFIED:
        close_some(demo, period.moved(-1), period.last.start + datetime.timedelta(days=40))
    with clock.pinned((period.last + 1).start.replace(day=10)):
        measurement = measure(demo.adoption, period, by=demo.officer("office"))
        drafted = draft(measurement, by=demo.officer("office"))
        finish(drafted, by=demo.officer("office"))
        publish(send(drafted, by=demo.officer("office")), by=demo.people["director"])
    if period >= RECTIFIED.moved(-1):
        rectify(demo, period)


def finish(bulletin: Bulletin, *, by: User) -> None:
    """What the office adds before it sends one: its number; to the newest a sentence with a figure."""
    today = clock.today()
    number = f"开教〔{today.year}〕{3 if today.month < 7 else 21}号"
    set_head(bulletin, seen=0, by=by, number=number)
    if bulletin.period == RECTIFIED:
        summary = texts_of(bulletin)[0]
        added = f"{summary.drafted}\n各科室、各学校要对照{{plan.all}}项目标逐项查摆，把完成率由{{plan.rate}}提上来。"
        word(bulletin, summary.section, added, seen=0, by=by)


def demo_accounts(district: District) -> list[tuple[str, str, str]]:
    """(username, role, place) of a few people to try the demo with."""
    wanted = [
        f"{NEWCOMER.lower()}-clerk", f"{NEWCOMER.lower()}-principal", "moral-1", "moral-2", "office-1",
        "director", "leader", "admin", "auditor", "city",
    ]  # fmt: skip
    wanted += Handover.objects.filter(unit__district=district).values_list("comer__username", flat=True)
    users = User.objects.filter(username__in=wanted, posts__district=district).prefetch_related("posts__unit__facts")
    told = {}
    for user in users:
        post = user.posts.all()[0]
        told[user.username] = (user.username, Role(post.role).label, str(post.unit or post.section or district))
    return [told[name] for name in wanted if name in told]
