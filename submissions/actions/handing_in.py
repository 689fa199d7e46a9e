"""Handing in: a school its form, when nothing is missing; a section what it has filled in so far of its grid."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit, clock
from base.quarters import Quarter
from schools.models import Section, Unit, User
from submissions.actions.moving import move
from submissions.models import EntryState, Submission
from submissions.sheets import Cell, Sheet, school_sheet, section_sheet


@dataclass(frozen=True, slots=True)
class Missing:
    cell: Cell
    why: str


class Incomplete(ValidationError):
    """A form can't be handed in yet; ``missing`` says what is missing."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(f"还有 {len(missing)} 项没有填好，暂不能提交。", code="incomplete")
        self.missing = missing


def missing_to_submit(sheet: Sheet) -> list[Missing]:
    """What keeps a school's form from being handed in, of what can be entered now; the page lists it, the action
    refuses because of it."""
    missing = []
    for cell in sheet.cells.values():
        if not cell.is_editable:
            continue
        reading = sheet.rate(cell)
        if cell.state == "blank":
            missing.append(Missing(cell, "未填"))
        elif cell.state == EntryState.RETURNED:
            missing.append(Missing(cell, "被退回，请修改数值，或在说明里答复"))
        elif reading and reading.is_impossible and cell.element.pk in reading.numerator_ids:
            missing.append(Missing(cell, reading.complaint(cell.element.pk)))
    return missing


def submit(unit: Unit, quarter: Quarter, *, by: User) -> Submission:
    """Hand in a school's form. Handing in twice changes nothing.

    Raises Closed, or Incomplete with what is missing.
    """
    with transaction.atomic():
        sheet = school_sheet(unit, quarter, lock=True)
        sheet.require_entering(sheet.asking.window(unit, quarter))
        if not sheet.cells:
            raise ValidationError("本季度没有需要填报的项目，不用提交。", code="nothing_asked")
        missing = missing_to_submit(sheet)
        if missing:
            raise Incomplete(missing)
        submission, _ = Submission.objects.get_or_create(unit=unit, quarter=quarter)
        _hand_in(sheet.to_hand_in, by)
        first = Submission.objects.filter(pk=submission.pk, first_submitted_at__isnull=True)
        if first.update(first_submitted_at=clock.now(), first_submitted_by=by):
            audit.record(submission, "submitted", by=by)
            submission.refresh_from_db()
        return submission


def submit_grid(section: Section, quarter: Quarter, *, by: User, hidden: Iterable[int] = ()) -> int:
    """Hand in what a section has filled in so far of its grid; how many cells. Raises Closed."""
    with transaction.atomic():
        sheet = section_sheet(section, quarter, lock=True, hidden=hidden)
        sheet.require_entering(sheet.asking.window(None, quarter))
        return _hand_in(sheet.to_hand_in, by)


def _hand_in(cells: list[Cell], by: User) -> int:
    entries = [cell.entry for cell in cells if cell.entry]
    move(entries, EntryState.SUBMITTED, by)
    return len(entries)
