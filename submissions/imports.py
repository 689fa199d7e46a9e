"""Bringing in history: lines of ``unit_code, quarter, element_code, value`` as approved entries.

All of it or nothing. What stood there is replaced, and its history kept in the audit rows. The calendar does not bind:
history is older than any window; only a quarter that has not begun is refused.
"""

import csv
import datetime
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit, clock
from base.models import AuditRow
from base.quarters import Quarter
from base.tables import decode
from schools.models import District, Unit, User
from submissions import calendar
from submissions.actions.corrections import end_done
from submissions.asking import Asking, asking_of, may_report
from submissions.models import Entry, EntryState
from targets import values
from targets.models import Element

COLUMNS = ["unit_code", "quarter", "element_code", "value"]
BATCH = 2000
MOST_LINES, MOST_BYTES = 200_000, 30 * 1024 * 1024


class HistoryRow(NamedTuple):
    """One line. ``line`` is its number in the file; the rest is who entered and approved it when, if known (else
    ``import_rows``' own ``by`` and ``at``)."""

    unit_code: str
    quarter: Quarter | str
    element_code: str
    value: Decimal | str
    line: int = 0
    note: str = ""
    entered_at: datetime.datetime | None = None
    entered_by: User | None = None
    approved_at: datetime.datetime | None = None
    approved_by: User | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    created: int = 0
    replaced: int = 0
    unchanged: int = 0


class BadLines(Exception):
    """Nothing was imported; ``lines`` are (number, reason), in order."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"第 {number} 行：{reason}" for number, reason in lines))
        self.lines = lines


BadLine = tuple[int, str]  # its number, and what is wrong with it in Chinese


class _Key(NamedTuple):
    unit_id: int
    quarter: Quarter
    element_id: int


Good = dict[_Key, tuple[HistoryRow, Unit, Element, Decimal]]


def read_csv(content: bytes) -> tuple[list[HistoryRow], list[BadLine]]:
    """The lines of a CSV file in UTF-8 (with or without BOM) or GBK, and those that are none (for ``import_rows``).

    Raises BadLines if it isn't one of our files at all.
    """
    if len(content) >= MOST_BYTES:
        raise BadLines([(1, f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请分成几个文件")])
    try:
        text = decode(content)
    except UnicodeDecodeError as error:
        raise BadLines([(1, "文件不是 UTF-8 或 GBK 编码的文本")]) from error
    if max(map(text.count, "\r\n")) > MOST_LINES:
        raise BadLines([(MOST_LINES + 1, f"一次最多导入 {MOST_LINES // 10_000} 万行，请分成几个文件")])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise BadLines([(1, f"不是正确的 CSV：{error}")]) from error
    if sorted(header) != sorted(COLUMNS):
        found = "、".join(header) or "（空）"
        raise BadLines([(1, f"列名应为 {'、'.join(COLUMNS)}，现为 {found}")])
    rows: list[HistoryRow] = []
    bad: list[BadLine] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                bad.append((reader.line_num, f"应有 {len(header)} 列，现有 {len(cells)} 列"))
                continue
            named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            rows.append(HistoryRow(**named, line=reader.line_num))
    except csv.Error as error:
        bad.append((reader.line_num, f"不是正确的 CSV，这一行以后没有读：{error}"))
    return rows, bad


def import_rows(
    district: District,
    rows: Iterable[HistoryRow],
    *,
    by: User | None,
    at: datetime.datetime | None = None,
    bad: Iterable[BadLine] = (),
) -> Imported:
    """Bring in ``rows`` as approved entries, in one transaction. Raises BadLines with every bad one (those of
    ``read_csv``, ``bad``, among them), and then nothing is changed."""
    at = at or clock.now()
    good = _checked(district, rows, bad)
    with transaction.atomic():
        return _write(good, by, at)


def _checked(district: District, rows: Iterable[HistoryRow], bad: Iterable[BadLine]) -> Good:
    check = _Checker(district)
    good: Good = {}
    first_lines: dict[_Key, int] = {}
    faults = list(bad)
    for row in rows:
        problems, key, found = check(row)
        if key and key in first_lines:
            problems.append(f"与第 {first_lines[key]} 行重复（同一单位、季度和填报项）")
        if key:
            first_lines.setdefault(key, row.line)
        if problems:
            faults.append((row.line, "；".join(problems)))
        elif key and found:
            good[key] = (row, *found)
    faults += _beyond_their_whole(asking_of(district), good)
    if faults:
        raise BadLines(sorted(faults))
    return good


def _beyond_their_whole(asking: Asking, good: Good) -> Iterator[BadLine]:
    """Parts that exceed their whole, where the file names all of the whole for the same unit and quarter."""
    by_form: dict[tuple[int, Quarter], dict[int, tuple[HistoryRow, Unit, Element, Decimal]]] = defaultdict(dict)
    for key, line in good.items():
        by_form[key.unit_id, key.quarter][key.element_id] = line
    for (_, quarter), lines in by_form.items():
        unit = next(iter(lines.values()))[1]
        facts = unit.facts_in(quarter)
        for use in asking.uses(quarter):
            if use.is_part_of_whole and use.concerns(facts.stages, facts.ownership):
                parts = [lines[pk] for pk in use.numerator if pk in lines]
                wholes = [pk for pk in use.denominator if not may_report(asking.elements[pk], unit, quarter)]
                if wholes and all(pk in lines for pk in wholes):
                    most = sum(lines[pk][3] for pk in wholes)
                    if sum(value for *_, value in parts) > most:
                        names = "与".join(lines[pk][2].name for pk in wholes)
                        yield from ((row.line, f"“{one.name}”不能多于{names} {most:f}") for row, _, one, _ in parts)


class _Checker:
    """Reads units and elements once; checks a line from memory."""

    def __init__(self, district: District) -> None:
        self.units = {unit.code: unit for unit in Unit.objects.of(district).with_facts()}
        self.elements = {element.code: element for element in Element.objects.all()}
        self.quarters: dict[str, Quarter] = {}
        self.closed: dict[Quarter, str] = {}  # why nothing may be brought in for it

    def __call__(self, row: HistoryRow) -> tuple[list[str], _Key | None, tuple[Unit, Element, Decimal] | None]:
        """Everything that is wrong with the line, its key if it has one, and what it means if it is right."""
        problems: list[str] = []
        unit, element = self.units.get(row.unit_code), self.elements.get(row.element_code)
        quarter = self._quarter(row.quarter, problems)
        if unit is None:
            problems.append(f"没有代码为“{row.unit_code}”的单位")
        if element is None:
            problems.append(f"没有编码为“{row.element_code}”的填报项")
        value = self._value(element, row.value, problems) if element else None
        if unit is None or element is None or quarter is None:
            return problems, None, None
        key = _Key(unit.pk, quarter, element.pk)
        reason = may_report(element, unit, quarter)
        if reason:
            problems.append(reason)
        return problems, key, None if value is None else (unit, element, value)

    def _quarter(self, given: Quarter | str, problems: list[str]) -> Quarter | None:
        try:
            quarter = given if isinstance(given, Quarter) else self.quarters.get(given) or Quarter.parse(given)
        except ValueError as error:
            problems.append(str(error))
            return None
        self.quarters[str(given)] = quarter
        if quarter not in self.closed:
            self.closed[quarter] = _why_closed(quarter)
        if self.closed[quarter]:
            problems.append(self.closed[quarter])
        return quarter

    def _value(self, element: Element, given: Decimal | str, problems: list[str]) -> Decimal | None:
        if isinstance(given, Decimal):
            return given
        try:
            value = values.parse(element, given)
        except ValidationError as error:
            problems.append(f"“{element.name}”{error.messages[0].rstrip('。')}")
            return None
        if value is None:
            problems.append(f"“{element.name}”没有数值")
        return value


def _why_closed(quarter: Quarter) -> str:
    try:
        calendar.require_history(quarter)
    except calendar.Closed as error:
        return error.messages[0].rstrip("。")
    return ""


def _write(good: Good, by: User | None, at: datetime.datetime) -> Imported:
    standing = _standing(good)
    made, changed, corrected, told, unchanged = [], [], [], [], 0
    for key, (row, unit, element, value) in good.items():
        entry = standing.get(key)
        if entry is not None and entry.state == EntryState.APPROVED and entry.value == value:
            unchanged += 1
            continue
        before = entry.value if entry else None
        if entry is None:
            entry = Entry(unit_id=key.unit_id, quarter=key.quarter, element_id=key.element_id, version=0)
            made.append(entry)
        else:
            changed.append(entry)
            if entry.reopened_until:
                corrected.append(entry)
        entry.unit = unit
        _approve(entry, row, value, by, at)
        told.append((entry, values.plain(element, before), values.plain(element, value)))
    end_done(corrected)
    Entry.objects.bulk_create(made, batch_size=BATCH)
    Entry.objects.bulk_create(
        changed, BATCH, update_conflicts=True, update_fields=CHANGED, unique_fields=["unit", "quarter", "element"]
    )  # many times faster than bulk_update
    audit.record_all(_told(told, by, at))
    return Imported(len(made), len(changed), unchanged)


CHANGED = [
    "value",
    "note",
    "state",
    "return_reason",
    "version",
    "entered_at",
    "entered_by",
    "approved_value",
    "approved_at",
    "approved_by",
    "reopened_until",
    "flags",
]


def _standing(good: Iterable[_Key]) -> dict[_Key, Entry]:
    """The entries that stand where the lines go, held."""
    keys = set(good)
    if not keys:
        return {}
    entries = Entry.objects.filter(
        unit__in={key.unit_id for key in keys},
        quarter__range=(min(key.quarter for key in keys), max(key.quarter for key in keys)),
    ).locked()
    found = ((_Key(entry.unit_id, entry.quarter, entry.element_id), entry) for entry in entries.iterator(BATCH))
    return {key: entry for key, entry in found if key in keys}


def _approve(entry: Entry, row: HistoryRow, value: Decimal, by: User | None, at: datetime.datetime) -> None:
    entry.value = entry.approved_value = value
    entry.state, entry.return_reason, entry.note = EntryState.APPROVED, "", row.note
    entry.version += 1
    entry.entered_at, entry.entered_by = row.entered_at or at, row.entered_by or by
    entry.approved_at, entry.approved_by = row.approved_at or at, row.approved_by or by
    entry.reopened_until, entry.flags = None, ()


def _told(told: list[tuple[Entry, str, str]], by: User | None, at: datetime.datetime) -> Iterator[AuditRow]:
    for entry, before, after in told:
        row = audit.row(entry, "imported", by=by, before=before, after=after)
        row.at = at
        yield row
