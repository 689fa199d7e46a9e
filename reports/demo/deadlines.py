"""A deadline moved, more time for one school, and corrections in every state, in the demo."""

import datetime
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from base import clock
from base.quarters import Quarter
from schools.models import User
from submissions.actions import approve, ask_correction, extend, grant, refuse, save_values, submit
from submissions.cells import Cell, Typed
from submissions.checks import impossible
from submissions.models import Correction, Entry, EntryState
from submissions.sheets import school_sheet
from targets.models import ValueType
from tasks.actions import set_quarter_dates

if TYPE_CHECKING:
    from reports.demo.seed import Demo

MOVED = Quarter.of(2024, 4)
CORRECTED, PUBLISHED = Quarter.of(2024, 4), Quarter.of(2024, 2)
REASON = "演示数据：汇总时漏了一个校区。"


class Step(Enum):
    """How far the corrections of the first schools have come, in their order."""

    ASKED = "asked"
    REFUSED = "refused"
    GRANTED = "granted"
    LAPSED = "lapsed"


def move_new_year(demo: "Demo") -> None:
    """Before anything is told: the holiday moves the due date of 2024Q4 by three days."""
    with clock.pinned(datetime.date(2024, 12, 16)):
        set_quarter_dates(
            demo.adoption,
            MOVED,
            opens=datetime.date(2024, 12, 20),
            due=datetime.date(2025, 1, 8),
            closes=datetime.date(2025, 1, 9),
            reason="元旦放假，截止顺延三天",
            by=demo.people["director"],
        )


def give_time(demo: "Demo", quarter: Quarter, today: datetime.date) -> None:
    """One school that has only a draft has a week more."""
    drafts = Entry.objects.of(demo.district).for_quarter(quarter).filter(state=EntryState.DRAFT).entered_by_schools()
    unit = drafts.select_related("unit__district").order_by("unit__code")[0].unit
    until = demo.adoption.due(quarter) + datetime.timedelta(days=7)
    with clock.pinned(today - datetime.timedelta(days=1), hour=16):
        extend(unit, quarter, until, "演示数据：校舍维修，停电两天。", by=demo.officer("office"))


def correct(demo: "Demo", today: datetime.date) -> None:
    """Five schools correct a figure: asked, refused, granted and begun, out of time, and done after its bulletin."""
    for step, cell in zip(Step, _correctable(demo, CORRECTED), strict=False):
        asked = _ask(demo, cell, today - datetime.timedelta(days=20 if step == Step.LAPSED else 2))
        _decide(demo, asked, step, today)
    asked = _ask(demo, next(_correctable(demo, PUBLISHED)), today - datetime.timedelta(days=9))
    with clock.pinned(today - datetime.timedelta(days=8)):
        grant([asked], clock.today() + datetime.timedelta(days=7), by=_officer(demo, asked))
        _enter(demo, asked)
        submit(asked.entry.unit, PUBLISHED, by=demo.principal(asked.entry.unit))
        approve([Entry.objects.select_related("element").get(pk=asked.entry_id)], by=_officer(demo, asked))


def _correctable(demo: "Demo", quarter: Quarter) -> Iterator[Cell]:
    """Of each school its largest approved count that one more does not make impossible, if there is one."""
    for unit in demo.schools:
        sheet = school_sheet(unit, quarter)
        counts = [cell for cell in sheet.cells.values() if cell.element.value_type == ValueType.INTEGER]
        for cell in sorted(counts, key=lambda cell: cell.value or 0, reverse=True):
            more = {cell.element.pk: (cell.value or 0) + 1}
            if cell.state == EntryState.APPROVED and not impossible(sheet, unit, more):
                yield cell
                break


def _ask(demo: "Demo", cell: Cell, day: datetime.date) -> Correction:
    with clock.pinned(day, hour=9):
        quarter = cell.entry.quarter  # type: ignore[union-attr]
        return ask_correction(cell.unit, quarter, [cell.key], REASON, by=demo.principal(cell.unit))[0]


def _decide(demo: "Demo", asked: Correction, step: Step, today: datetime.date) -> None:
    by = _officer(demo, asked)
    if step == Step.REFUSED:
        with clock.pinned(today - datetime.timedelta(days=1)):
            refuse({asked: "演示数据：与学籍系统一致，不用更正。"}, by=by)
    elif step in (Step.GRANTED, Step.LAPSED):
        day = today - datetime.timedelta(days=1 if step == Step.GRANTED else 19)
        with clock.pinned(day):
            grant([asked], day + datetime.timedelta(days=7), by=by)
            _enter(demo, asked)


def _enter(demo: "Demo", asked: Correction) -> None:
    entry = Entry.objects.select_related("element", "unit__district").get(pk=asked.entry_id)
    typed = Typed(entry.value + 1, entry.version, REASON)  # type: ignore[operator]
    save_values(entry.unit, entry.quarter, {entry.element.code: typed}, by=demo.clerk(entry.unit))


def _officer(demo: "Demo", asked: Correction) -> User:
    return demo.officer(asked.entry.element.reviewed_by, 2)
