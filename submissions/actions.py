"""What changes entries: saving, handing in, approving, returning. Who may is the caller's question (rules.py);
whether it can be done now, and from this state, is decided here.

Saving takes what can be taken: valid fields are saved, the others are reported at their fields and keep what was
typed, so that nothing is lost and no field is half-saved. A field that someone else saved since it was read is never
overwritten: both values are reported and the person chooses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from base import audit, clock
from base.quarters import Quarter
from schools.models import Section, Unit, User
from submissions import calendar, rates
from submissions.models import EDITABLE, Correction, CorrectionState, Entry, EntryState, Submission, leading_to
from submissions.sheets import Cell, Sheet, Typed, school_sheet, section_sheet
from targets import values

NOTE_LENGTH = REASON_LENGTH = 500
ATTEMPTS = 3  # a save that loses a race reads again and meets the winner's values


@dataclass
class Saved:
    """What became of a save, by the cells' keys; ``sheet`` has the new state, with what was typed where refused."""

    sheet: Sheet
    saved: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)  # what is wrong with it, in Chinese
    conflicts: dict[str, Entry] = field(default_factory=dict)  # the entry that someone else saved in between

    @property
    def is_complete(self) -> bool:
        return not self.problems and not self.conflicts


@dataclass(frozen=True, slots=True)
class Missing:
    cell: Cell
    why: str


class Incomplete(ValidationError):
    """A form can't be handed in yet; ``missing`` says what is missing."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(f"还有 {len(missing)} 项没有填好，暂不能提交。", code="incomplete")
        self.missing = missing


@dataclass
class Reviewed:
    done: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)  # with the reason, in Chinese


class _Raced(Exception):
    """Someone else was quicker; the transaction is undone."""


@dataclass(slots=True)
class _Change:
    cell: Cell
    value: Decimal | None
    note: str


# --- Saving --------------------------------------------------------------------------------------------------------


def save_values(unit: Unit, quarter: Quarter, typed: Mapping[str, Typed | tuple], *, by: User) -> Saved:
    """Save what a school typed, by element code. Raises Closed when the quarter can't be filled in now."""

    def load() -> Sheet:
        sheet = school_sheet(unit, quarter, lock=True)
        sheet.require_entering(sheet.asking.window(unit, quarter))
        return sheet

    return _save(load, typed, by)


def save_grid(
    section: Section, quarter: Quarter, typed: Mapping[str, Typed | tuple], *, by: User, hidden: Iterable[int] = ()
) -> Saved:
    """Save what a section typed into its grid, by ``<unit code>.<element code>``; ``hidden`` are the ids of elements
    that she may not see. Raises Closed like save_values."""

    def load() -> Sheet:
        sheet = section_sheet(section, quarter, lock=True, hidden=hidden)
        sheet.require_entering(sheet.asking.window(None, quarter))
        return sheet

    return _save(load, typed, by)


def _save(load, typed: Mapping[str, Typed | tuple], by: User) -> Saved:
    given = {key: Typed(*one) for key, one in typed.items()}
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                saved = Saved(load())
                _write(saved, _changes(saved, given), by)
                return saved
        except (_Raced, IntegrityError):
            continue
    raise ValidationError("同时保存的人太多，请稍后再试；您填的内容仍在页面上。", code="busy")


def _changes(saved: Saved, given: dict[str, Typed]) -> list[_Change]:
    """What can be taken of what was given; the rest is noted in ``saved`` and at its cells."""
    changes: dict[str, _Change] = {}
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


def _change(cell: Cell, typed: Typed) -> _Change | None:
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
    return _Change(cell, value, note)


def _drop_impossible(saved: Saved, changes: dict[str, _Change], given: dict[str, Typed]) -> None:
    """Take out what cannot be: a part that exceeds its whole. Until what remains fits together."""
    while True:
        by_unit: dict[int, dict[int, _Change]] = {}
        for change in changes.values():
            by_unit.setdefault(change.cell.unit.pk, {})[change.cell.element.pk] = change
        dropped = False
        for mine in by_unit.values():
            unit = next(iter(mine.values())).cell.unit
            complaints = rates.impossible(saved.sheet, unit, {pk: change.value for pk, change in mine.items()})
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


def _write(saved: Saved, changes: list[_Change], by: User) -> None:
    """Three writes, however many changes: new entries, changed entries, audit rows. The old entries are held since
    they were read; a new one that exists by now breaks its constraint, and all is done again."""
    at, made, changed, told = clock.now(), [], [], []
    for change in changes:
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
    editable = Entry.objects.filter(state__in=EDITABLE)
    columns = ["value", "note", "state", "return_reason", "version", "entered_at", "entered_by"]
    if editable.bulk_update(changed, columns) != len(changed):
        raise _Raced
    audit.record_all(
        audit.row(
            entry,
            "created" if entry.version == 1 else "changed",
            by=by,
            before=values.plain(entry.element, before),
            after=values.plain(entry.element, entry.value),
            why=entry.note,
        )
        for entry, before in told
    )
    for change, (entry, _) in zip(changes, told, strict=True):
        saved.sheet.put(change.cell, entry)
        saved.saved.append(change.cell.key)


# --- Handing in ----------------------------------------------------------------------------------------------------


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


# --- Reviewing -----------------------------------------------------------------------------------------------------


def approve(entries: Iterable[Entry], *, by: User) -> Reviewed:
    """Approve submitted entries: their values are in force from now on. ``entry.version`` is what the reviewer saw."""
    with transaction.atomic():
        reviewed = _held(entries, EntryState.APPROVED, by)
        move(
            reviewed.done,
            EntryState.APPROVED,
            by,
            approved_value=F("value"),
            approved_at=clock.now(),
            approved_by=by,
            reopened_until=None,
        )
        _end_corrections([entry for entry in reviewed.done if entry.reopened_until])
        return reviewed


def return_entries(entries: Iterable[Entry], reason: str, *, by: User) -> Reviewed:
    """Send submitted entries back with a reason, which whoever filled them in will read."""
    reason = reason.strip()
    if not reason:
        raise ValidationError("退回须写明原因，填报的人会看到这句话。", code="reason")
    if len(reason) > REASON_LENGTH:
        raise ValidationError(f"退回原因最多 {REASON_LENGTH} 字，现有 {len(reason)} 字。", code="reason")
    with transaction.atomic():
        reviewed = _held(entries, EntryState.RETURNED, by)
        move(reviewed.done, EntryState.RETURNED, by, why=reason, return_reason=reason)
        return reviewed


def return_each(reasons: Mapping[Entry, str], *, by: User) -> Reviewed:
    """``return_entries``, each for a reason of its own; all of them or, where one reason can't be taken, none."""
    alike: dict[str, list[Entry]] = {}
    for entry, reason in reasons.items():
        alike.setdefault(reason, []).append(entry)
    reviewed = Reviewed()
    with transaction.atomic():
        for reason, entries in alike.items():
            one = return_entries(entries, reason, by=by)
            reviewed.done += one.done
            reviewed.refused += one.refused
    return reviewed


def _held(entries: Iterable[Entry], to: EntryState, by: User) -> Reviewed:
    """The entries as they are now, held: those that may go to ``to``, and those that may not, with the reason. What is
    there already (a double click) is passed over."""
    seen = {entry.pk: entry.version for entry in entries}
    reviewed = Reviewed()
    held = Entry.objects.filter(pk__in=seen).locked().select_related("element", "unit__district").order_by("pk")
    for entry in held:
        if entry.state == to:
            continue
        why = _why_not(entry, seen[entry.pk], by)
        if why:
            reviewed.refused.append((entry, why))
        else:
            reviewed.done.append(entry)
    _require_reviewing(reviewed.done)
    return reviewed


def _why_not(entry: Entry, version: int, by: User) -> str:
    if entry.state != EntryState.SUBMITTED:
        return f"现在是“{entry.get_state_display()}”，不在待审核之列。"
    if entry.version != version:
        return "打开页面以后数值有过变化，请核对后再审。"
    if entry.entered_by_id == by.pk:
        return "不能审核自己填报的数值，请由他人审核。"
    return ""


def _require_reviewing(entries: list[Entry]) -> None:
    adoptions = {entry.unit.district: [] for entry in entries}
    for district in adoptions:
        adoptions[district] = calendar.adoptions_of(district)
    for district, quarter in {(entry.unit.district, entry.quarter) for entry in entries}:
        calendar.window_of(calendar.adoption_in(adoptions[district], quarter), None, quarter).require_reviewing()


def _end_corrections(corrected: list[Entry]) -> None:
    """Their new values are in force."""
    if corrected:
        granted = Correction.objects.filter(entry__in=corrected, state=CorrectionState.GRANTED)
        granted.update(state=CorrectionState.DONE, ended_at=clock.now())


def move(entries: list[Entry], to: EntryState, by: User, *, verb: str = "", why: str = "", **columns: object) -> None:
    """One conditional update along TRANSITIONS and one bulk of audit rows, called ``verb`` (as the state, if it is
    ""). Raises if an entry is elsewhere by now. The other actions of this room use it, nobody else."""
    if not entries:
        return
    here: QuerySet[Entry] = Entry.objects.filter(pk__in=[entry.pk for entry in entries], state__in=leading_to(to))
    if here.update(state=to, version=F("version") + 1, **columns) != len(entries):
        raise ValidationError("这些数值刚刚有了变化，请刷新页面后再试。", code="raced")
    audit.record_all(
        [audit.row(one, verb or to.value, by=by, before=one.state, after=to.value, why=why) for one in entries]
    )
    for entry in entries:
        entry.state, entry.version = to, entry.version + 1
