"""Handing in: a school its form, when nothing is missing; a section what it has filled in so far of its grid."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Value, When

from base import audit, clock
from base.quarters import Quarter
from schools.models import Section, Unit, User
from submissions.actions.moving import move
from submissions.actions.signing import sign_off
from submissions.cells import Cell
from submissions.models import Entry, EntryState, Submission
from submissions.reminders import settle, settle_grid
from submissions.sheets import Sheet, school_sheet, section_sheet

FLAGS = Entry._meta.get_field("flags")
UNEXPLAINED = "数值异常，请在说明里写明原因"


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
        why = _why_missing(sheet, cell) if cell.is_editable else ""
        if why:
            missing.append(Missing(cell, why))
    return missing


def _why_missing(sheet: Sheet, cell: Cell) -> str:
    if cell.state == "blank":
        return "未填"
    if cell.state == EntryState.RETURNED:
        return "被退回，请修改数值，或在说明里答复"
    complaint = sheet.complaint(cell) or (UNEXPLAINED if sheet.lacks_reason(cell) else "")
    return complaint or ("缺佐证" if cell.lacks_evidence else "")


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
        _hand_in(sheet, by)
        sign_off(sheet, unit, by=by)
        first = Submission.objects.filter(pk=submission.pk, first_submitted_at__isnull=True)
        if first.update(first_submitted_at=clock.now(), first_submitted_by=by):
            audit.record(submission, "submitted", by=by)
            submission.refresh_from_db()
        settle(unit, quarter)
        return submission


def submit_grid(section: Section, quarter: Quarter, *, by: User, hidden: Iterable[int] = ()) -> int:
    """Hand in what a section has filled in so far of its grid, but for what is unusual and lacks its reason; how many
    cells. Raises Closed."""
    with transaction.atomic():
        sheet = section_sheet(section, quarter, lock=True, hidden=hidden)
        sheet.require_entering(sheet.asking.window(None, quarter))
        number = _hand_in(sheet, by)
        settle_grid(sheet.asking, section, quarter)
        return number


def _hand_in(sheet: Sheet, by: User) -> int:
    """Each keeps the codes of the soft checks that it did not pass."""
    entries, flagged = [], []
    for cell in sheet.to_hand_in:
        if cell.entry and not sheet.lacks_reason(cell):
            cell.entry.flags = fitting(finding.code for finding in sheet.warnings(cell))
            entries.append(cell.entry)
            if cell.entry.flags:
                flagged.append(When(pk=cell.entry.pk, then=Value(cell.entry.flags, FLAGS)))
    move(entries, EntryState.SUBMITTED, by, flags=Case(*flagged, default=Value((), FLAGS)) if flagged else ())
    return len(entries)


def fitting(codes: Iterable[str]) -> tuple[str, ...]:
    """As many of them as the column holds; more than half a dozen say no more than those."""
    kept: list[str] = []
    for code in codes:
        if len("+".join([*kept, code])) <= FLAGS.max_length:
            kept.append(code)
    return tuple(kept)
