"""Items that came back in the demo and were handed in again: one kept with an answer, one corrected, and a yes that
became a no."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from base import clock
from base.quarters import Quarter
from submissions.actions import return_each, save_values, submit
from submissions.cells import Typed
from submissions.models import Entry
from targets.models import ValueType

if TYPE_CHECKING:
    from reports.demo.seed import Demo

SECTION = "moral"
EXPLAINS, ADMITS = 5, 4  # the schools at these places


def go_rounds(demo: "Demo", quarter: Quarter, day: datetime.date) -> None:
    """On ``day`` the officer returns items of two schools in the morning, and both hand in again in the afternoon."""
    waiting = Entry.objects.of(demo.district).for_quarter(quarter).waiting().entered_by_schools()
    waiting = waiting.filter(element__reviewed_by=SECTION).select_related("element", "unit")
    kept, corrected = waiting.filter(unit=demo.schools[EXPLAINS], element__value_type=ValueType.INTEGER)[:2]
    _return(demo, {kept: "与上次相比变化较大，请核对。", corrected: "与学校台账不一致，请核对后重新填报。"}, day)
    answers = {
        kept: (kept.value, "演示数据：已与台账核对，数值无误。"),
        corrected: (corrected.value - 3, "演示数据：重复统计了 3 人，已改正。"),
    }
    _answer(demo, answers, day)
    claimed = waiting.filter(unit=demo.schools[ADMITS], element__value_type=ValueType.BOOLEAN, value=1)[0]
    _return(demo, {claimed: "督导巡查时没有看到，请核对。"}, day)
    _answer(demo, {claimed: (Decimal(0), "演示数据：本学期中途停办，下学期恢复。")}, day)


def _return(demo: "Demo", reasons: dict[Entry, str], day: datetime.date) -> None:
    with clock.pinned(day, hour=10):
        return_each(reasons, by=demo.officer(SECTION))


def _answer(demo: "Demo", answers: dict[Entry, tuple[Decimal, str]], day: datetime.date) -> None:
    """Values and notes of what was returned, of one school."""
    entry = next(iter(answers))
    typed = {one.element.code: Typed(value, one.version + 1, note) for one, (value, note) in answers.items()}
    with clock.pinned(day, hour=14):
        save_values(entry.unit, entry.quarter, typed, by=demo.clerk(entry.unit))
        submit(entry.unit, entry.quarter, by=demo.principal(entry.unit))
