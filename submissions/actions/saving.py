"""Saving takes what can be taken: valid fields are saved, the others are reported at their fields and keep what was
typed, so that nothing is lost and no field is half-saved. A field that someone else saved since it was read is never
overwritten: both values are reported and the person chooses.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from base import audit, clock
from base.quarters import Quarter
from schools.models import Section, Unit, User
from submissions import checks
from submissions.cells import Cell, Typed
from submissions.models import Entry, EntryState
from submissions.sheets import Sheet, school_sheet, section_sheet
from targets import values
from targets.models import PeriodKind

NOTE_LENGTH = 500
CHANGED = ["value", "note", "state", "return_reason", "version", "entered_at", "entered_by"]
ATTEMPTS = 3  # a save that loses a race reads again and meets the winner's values
CONFIRMED = {PeriodKind.STOCK: "无变化", PeriodKind.FLOW: "零报告"}  # what one click says of all figures of a kind


@dataclass
class Saved:
    """What became of a save, by the cells' keys; ``sheet`` has the new state, with what was typed where refused."""

    sheet: Sheet
    saved: list[str] = field(default_factory=list)
    changes: list["Change"] = field(default_factory=list)  # what was written, or would be
    problems: dict[str, str] = field(default_factory=dict)  # what is wrong with it, in Chinese
    conflicts: dict[str, Entry] = field(default_factory=dict)  # the entry that someone else saved in between
    confirmed: list[str] = field(default_factory=list)  # of those saved, what one click filled in

    @property
    def is_complete(self) -> bool:
        return not self.problems and not self.conflicts


class NotAllSaved(Exception):
    """Nothing was saved, since not everything could be; ``saved`` says what could not."""

    def __init__(self, saved: Saved) -> None:
        super().__init__(f"{len(saved.problems)} problems, {len(saved.conflicts)} conflicts")
        self.saved = saved


@dataclass(slots=True)
class Change:
    cell: Cell
    value: Decimal | None
    note: str
    why: str = ""  # for the audit row, in place of the note


Given = Mapping[str, Typed | tuple]


def save_values(unit: Unit, quarter: Quarter, typed: Given, *, by: User, all_or_nothing: bool = False) -> Saved:
    """Save what a school typed, by element code. Raises Closed when the quarter can't be filled in now, and
    NotAllSaved where it is to be ``all_or_nothing``."""
    return _save(partial(_form_to_fill, unit, quarter), typed, by, all_or_nothing)


def check_values(unit: Unit, quarter: Quarter, typed: Given) -> Saved:
    """What save_values would do, by the same rules. Writes nothing."""
    return _check(partial(_form_to_fill, unit, quarter), typed)


def confirm_unchanged(unit: Unit, quarter: Quarter, typed: Given | None = None, *, by: User) -> Saved:
    """无变化: every stock figure of a school's form that is blank, and was given before, takes its last value. What is
    ``typed`` is saved with it and outweighs it. Raises Closed like save_values."""
    return _save(partial(_form_to_fill, unit, quarter), typed or {}, by, confirming=PeriodKind.STOCK)


def report_zero(unit: Unit, quarter: Quarter, typed: Given | None = None, *, by: User) -> Saved:
    """零报告: every blank number of what happened in the period becomes 0; ``typed`` as in confirm_unchanged."""
    return _save(partial(_form_to_fill, unit, quarter), typed or {}, by, confirming=PeriodKind.FLOW)


def save_grid(
    section: Section,
    quarter: Quarter,
    typed: Given,
    *,
    by: User,
    hidden: Iterable[int] = (),
    all_or_nothing: bool = False,
) -> Saved:
    """Save what a section typed into its grid, by ``<unit code>.<element code>``; ``hidden`` are the ids of elements
    that she may not see. Raises like save_values."""
    return _save(partial(_grid_to_fill, section, quarter, hidden), typed, by, all_or_nothing)


def check_grid(section: Section, quarter: Quarter, typed: Given, *, hidden: Iterable[int] = ()) -> Saved:
    """What save_grid would do, by the same rules. Writes nothing."""
    return _check(partial(_grid_to_fill, section, quarter, hidden), typed)


def _form_to_fill(unit: Unit, quarter: Quarter, *, lock: bool) -> Sheet:
    sheet = school_sheet(unit, quarter, lock=lock)
    sheet.require_entering(sheet.asking.window(unit, quarter))
    return sheet


def _grid_to_fill(section: Section, quarter: Quarter, hidden: Iterable[int], *, lock: bool) -> Sheet:
    sheet = section_sheet(section, quarter, lock=lock, hidden=hidden)
    sheet.require_entering(sheet.asking.window(None, quarter))
    return sheet


def _check(load: Callable[..., Sheet], typed: Given) -> Saved:
    saved = Saved(load(lock=False))
    saved.changes = _changes(saved, {key: Typed(*one) for key, one in typed.items()})
    return saved


def _save(
    load: Callable[..., Sheet],
    typed: Given,
    by: User,
    all_or_nothing: bool = False,
    confirming: PeriodKind | None = None,
) -> Saved:
    """``confirming``: what is blank of this kind, and was not typed, takes what the form offers for it."""
    given = {key: Typed(*one) for key, one in typed.items()}
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                saved = Saved(load(lock=True))
                taken = _offers(saved.sheet, given, confirming) if confirming else {}
                saved.changes = _changes(saved, given | taken)
                if all_or_nothing and not saved.is_complete:
                    raise NotAllSaved(saved)
                for change in saved.changes:
                    change.why = CONFIRMED[confirming] if change.cell.key in taken else ""
                _write(saved, by)
                saved.confirmed = [key for key in saved.saved if key in taken]
                return saved
        except IntegrityError:
            continue
    raise ValidationError("同时保存的人太多，请稍后再试；您填的内容仍在页面上。", code="busy")


def _offers(sheet: Sheet, given: dict[str, Typed], kind: PeriodKind) -> dict[str, Typed]:
    """What the form offers for its blank cells of ``kind``, for those where nothing was typed."""
    return {
        cell.key: Typed(cell.offer, cell.version, given[cell.key].note if cell.key in given else None)
        for cell in sheet.offered(kind)
        if cell.key not in given or given[cell.key].is_blank
    }


def _changes(saved: Saved, given: dict[str, Typed]) -> list[Change]:
    """What can be taken of what was given; the rest is noted in ``saved`` and at its cells."""
    changes: dict[str, Change] = {}
    for key, typed in given.items():
        cell = saved.sheet.cells.get(key)
        if cell is None:
            saved.problems[key] = f"本表没有“{key}”这一项，没有保存。"
            continue
        try:
            change = _change(cell, typed)
        except ValidationError as error:
            _refuse(saved, cell, typed, error.messages[0])
            continue
        if change is None:
            continue
        if typed.version != cell.version:
            cell.typed, cell.conflict = typed, True
            saved.conflicts[key] = cell.entry  # type: ignore[assignment]
            continue
        changes[key] = change
    _drop_impossible(saved, changes, given)
    return list(changes.values())


def _change(cell: Cell, typed: Typed) -> Change | None:
    """The change that ``typed`` asks for, None if it asks for none. Raises ValidationError if it can't be."""
    text = typed.text if isinstance(typed.text, str) else values.plain(cell.element, typed.text)
    value = values.parse(cell.element, text)
    note = cell.note if typed.note is None else typed.note.strip()
    if value == cell.value and note == cell.note:
        return None
    if not cell.is_editable:
        raise ValidationError(f"没有保存：{cell.why_locked}", code="locked")
    if len(note) > NOTE_LENGTH:
        raise ValidationError(f"说明最多 {NOTE_LENGTH} 字，现有 {len(note)} 字。", code="note")
    if cell.needs_note and value is not None and not note:
        raise ValidationError("研判须在说明里写明理由。", code="reason")
    return Change(cell, value, note)


def _drop_impossible(saved: Saved, changes: dict[str, Change], given: dict[str, Typed]) -> None:
    """Take out what cannot be: a part that exceeds its whole, what a hard check refuses. Until what remains fits."""
    while True:
        by_unit: dict[int, dict[int, Change]] = {}
        for change in changes.values():
            by_unit.setdefault(change.cell.unit.pk, {})[change.cell.element.pk] = change
        dropped = False
        for mine in by_unit.values():
            unit = next(iter(mine.values())).cell.unit
            complaints = checks.impossible(saved.sheet, unit, {pk: change.value for pk, change in mine.items()})
            for pk, complaint in complaints.items():
                cell = mine[pk].cell
                _refuse(saved, cell, given[cell.key], complaint)
                del changes[cell.key]
                dropped = True
        if not dropped:
            return


def _refuse(saved: Saved, cell: Cell, typed: Typed, why: str) -> None:
    cell.typed, cell.problem = typed, why
    saved.problems[cell.key] = why


def _write(saved: Saved, by: User) -> None:
    """Three writes, however many changes: new entries, changed entries, audit rows. The old entries are held since
    they were read; a new one that exists by now breaks its constraint, and all is done again."""
    at, made, changed, told = clock.now(), [], [], []
    for change in saved.changes:
        entry, before = change.cell.entry, change.cell.value
        if entry is None:
            entry = Entry(element=change.cell.element, unit=change.cell.unit, quarter=saved.sheet.quarter, version=0)
            made.append(entry)
        else:
            changed.append(entry)
        entry.value, entry.note, entry.state, entry.return_reason = change.value, change.note, EntryState.DRAFT, ""
        entry.version, entry.entered_at, entry.entered_by = entry.version + 1, at, by
        told.append((entry, before))
    Entry.objects.bulk_create(made)
    Entry.objects.bulk_create(
        changed, update_conflicts=True, update_fields=CHANGED, unique_fields=["unit", "quarter", "element"]
    )  # many times faster than bulk_update
    audit.record_all(
        audit.row(
            entry,
            "created" if entry.version == 1 else "changed",
            by=by,
            before=values.plain(entry.element, before),
            after=values.plain(entry.element, entry.value),
            why=change.why or entry.note,
        )
        for change, (entry, before) in zip(saved.changes, told, strict=True)
    )
    for change, (entry, _) in zip(saved.changes, told, strict=True):
        saved.sheet.put(change.cell, entry)
        saved.saved.append(change.cell.key)
