"""Evidence of single values: attaching a file, using it again, taking it off. All of it only while the value may be
entered, by the same calendar and states."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from base import audit, clock, files
from base.models import StoredFile
from base.quarters import Quarter
from schools.models import Unit, UnitKind, User
from submissions.actions.moving import move
from submissions.cells import Cell
from submissions.models import Entry, EntryState, Evidence
from submissions.sheets import cell_of
from targets.models import BY_SCHOOL, Element

MAX_FILES = 5  # of one item
MAX_BYTES = 10 * files.MB
KINDS = ("pdf", "jpg", "png", "docx", "xlsx", "ofd")


@transaction.atomic
def attach(unit: Unit, quarter: Quarter, element: Element, upload: File, *, by: User) -> Evidence:
    """Keep an upload as evidence of a value; what the owner has brought already is used again, not kept twice.

    Raises Closed, Refused, or ValidationError where the item takes no evidence, not now, or no more.
    """
    cell = _held(unit, quarter, element)
    stored = files.store(upload, by=by, kinds=KINDS, limit=MAX_BYTES)
    same = _locked(Evidence.objects.filter(unit=owner_of(cell), file__digest=stored.digest))
    if same is not None:
        stored.delete()
    evidence = same or Evidence.objects.create(unit=owner_of(cell), file=stored)
    _link(cell, evidence, by)
    return evidence


@transaction.atomic
def link(unit: Unit, quarter: Quarter, element: Element, evidence: Evidence, *, by: User) -> None:
    """Let a file that proves something else prove this value too. Raises like attach."""
    _link_to([_held(unit, quarter, element)], evidence, by)


@transaction.atomic
def link_all(units: Iterable[Unit], quarter: Quarter, element: Element, evidence: Evidence, *, by: User) -> None:
    """Let one paper that names many units prove the same figure of each; of all or, where one can't be, of none."""
    _link_to([_held(unit, quarter, element) for unit in units], evidence, by)


@transaction.atomic
def unlink(unit: Unit, quarter: Quarter, element: Element, evidence: Evidence, *, by: User) -> None:
    """Take a file off a value; the file itself goes when it proves nothing any more. What an approved value was
    approved with stays. Raises like attach."""
    cell = _held(unit, quarter, element)
    held = _locked(Evidence.objects.filter(pk=evidence.pk)) if evidence in cell.evidence else None
    if held is None:
        return
    entry, file = cell.entry, held.file
    if entry.approved_at and _linked_at(entry, file) <= entry.approved_at:
        raise ValidationError("核定这个数值时用过这份佐证，不能撤下；可以再附新的。", code="approved")
    held.entries.remove(entry)
    audit.record(entry, "evidence_removed", by=by, before=file.digest, why=file.name)
    if not held.entries.exists():
        held.delete()
        file.delete()


def owner_of(cell: Cell) -> Unit:
    """Whose the files of a cell are: the school's that fills it in, else the bureau's, for a section's paper may name
    many schools."""
    if cell.element.entered_by == BY_SCHOOL:
        return cell.unit
    return Unit.objects.of(cell.unit.district).get(kind=UnitKind.BUREAU)


def _held(unit: Unit, quarter: Quarter, element: Element) -> Cell:
    """The cell, its entry held. Raises unless it asks for evidence and may be entered now."""
    sheet, cell = cell_of(unit, quarter, element.code, lock=True)
    if cell is None:
        raise ValidationError(f"{unit.name}在{quarter.label}不填报“{element.name}”。", code="not_asked")
    if not cell.element.evidence:
        raise ValidationError(f"“{element.name}”不需要佐证。", code="not_asked")
    sheet.require_entering(sheet.asking.window(unit if cell.element.entered_by == BY_SCHOOL else None, quarter))
    if cell.why_locked:
        raise ValidationError(f"没有改动：{cell.why_locked}", code="locked")
    return cell


def _locked(found: QuerySet[Evidence]) -> Evidence | None:
    """The first, held: whoever takes off the last link of a file waits for whoever is adding one. Entries are always
    held before."""
    return found.select_for_update(of=("self",)).select_related("file").first()


def _linked_at(entry: Entry, file: StoredFile) -> datetime.datetime:
    """When the file became evidence of this entry; a file that was there already may prove it much later."""
    row = audit.history(entry).filter(verb="evidence_added", after=file.digest).last()
    return row.at if row else file.at


def _link_to(cells: list[Cell], evidence: Evidence, by: User) -> None:
    held = _locked(Evidence.objects.filter(pk=evidence.pk))
    if held is None:
        raise ValidationError("这份文件刚刚被撤下，没有改动；请重新上传。", code="gone")
    for cell in cells:
        if held.unit_id != owner_of(cell).pk:
            raise ValidationError("这份文件不属于这里，没有改动。", code="foreign")
        _link(cell, held, by)


def _link(cell: Cell, evidence: Evidence, by: User) -> None:
    if evidence in cell.evidence:
        return
    if len(cell.evidence) >= MAX_FILES:
        raise ValidationError(f"每项最多 {MAX_FILES} 份佐证，没有附上；可以先撤下一份。", code="full")
    entry = cell.entry or _blank(cell, by)
    evidence.entries.add(entry)
    digest, name = evidence.file.digest, evidence.file.name
    if entry.state == EntryState.RETURNED:  # evidence is an answer, too
        move([entry], EntryState.DRAFT, by, verb="evidence_added", after=digest, why=name, return_reason="")
    else:
        audit.record(entry, "evidence_added", by=by, after=digest, why=name)


def _blank(cell: Cell, by: User) -> Entry:
    """An entry without a value, of version 0: to whoever has the form open, nothing has been entered yet."""
    entry, _ = Entry.objects.get_or_create(
        element=cell.element,
        unit=cell.unit,
        quarter=cell.window.quarter,
        defaults={"version": 0, "entered_at": clock.now(), "entered_by": by},
    )
    return entry
