"""A sheet: what is asked of some units in a quarter, with what has been entered and what was known before.

Every page and every write reads one, in a number of queries that depends on neither units nor elements.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Self

from django.db.models import prefetch_related_objects

from base.quarters import Quarter
from schools.models import Section, Unit
from submissions import checks, rates
from submissions.asking import Asking, Home, Item, Use, asking_of
from submissions.calendar import Window
from submissions.cells import Cell, Past
from submissions.history import returns_of
from submissions.models import EDITABLE, Correction, Entry, EntryState, Evidence
from submissions.peers import Peers
from submissions.queries import LOOKS_BACK
from targets.models import BY_SCHOOL, CheckKind, Element, PeriodKind


@dataclass(slots=True)
class Group:
    home: Home
    cells: list[Cell]


@dataclass(slots=True)
class Row:
    unit: Unit
    cells: list[Cell]


@dataclass
class Sheet:
    asking: Asking
    quarter: Quarter
    cells: dict[str, Cell]  # by key, in order
    now: dict[tuple[int, int], Decimal | None] = field(default_factory=dict)  # unit, element: this quarter's
    past: dict[tuple[int, int], list[Past]] = field(default_factory=dict)  # newest first
    _readings: dict[int, list[rates.Reading]] = field(default_factory=dict)
    _warnings: dict[int, dict[int, list[checks.Finding]]] = field(default_factory=dict)
    _complaints: dict[int, dict[int, str]] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        asking: Asking,
        quarter: Quarter,
        asked: Iterable[tuple[Unit, Sequence[Item]]],
        *,
        many: bool = False,
        lock: bool = False,
    ) -> Self:
        """The sheet of ``asked``; ``many`` units name their cells by unit too; ``lock`` holds its entries."""
        cells = []
        for unit, items in asked:
            of_form = {item.element.entered_by == BY_SCHOOL for item in items}
            windows = {own: asking.window(unit, quarter, of_form=own) for own in of_form}
            for item in items:
                key = f"{unit.code}.{item.element.code}" if many else item.element.code
                window = windows[item.element.entered_by == BY_SCHOOL]
                cells.append(Cell(unit, item.element, item.home, window, key))
        sheet = cls(asking, quarter, {cell.key: cell for cell in cells})
        sheet._read(lock)
        return sheet

    def _read(self, lock: bool) -> None:
        """The entries of the cells and of their partners in a rate or a check: this quarter's and those before."""
        units = {cell.unit.pk for cell in self.cells.values()}
        elements = {cell.element.pk for cell in self.cells.values()}
        rated = {pk for use in self.asking.uses(self.quarter) for pk in rates.partners(use, elements)}
        elements |= rated | checks.partners(self.asking.checks(self.quarter), elements)
        entries = Entry.objects.filter(unit__in=units, element__in=elements)
        current = entries.for_quarter(self.quarter).select_related("entered_by")
        found = {(one.unit_id, one.element_id): one for one in (current.locked() if lock else current)}
        self.now = {place: entry.value for place, entry in found.items()}
        earlier = entries.approved().filter(quarter__range=(self.quarter - LOOKS_BACK, self.quarter - 1))
        for unit, element, quarter, value in earlier.order_by("-quarter").values_list(
            "unit_id", "element_id", "quarter", "approved_value"
        ):
            self.past.setdefault((unit, element), []).append(Past(quarter, value))
        for cell in self.cells.values():
            place = (cell.unit.pk, cell.element.pk)
            cell.entry = found.get(place)
            if cell.entry:
                cell.entry.element, cell.entry.unit = cell.element, cell.unit
            before = self.past.get(place, [])
            cell.last = before[0] if before else None
            cell.last_year = next((one for one in before if one.quarter == self.quarter - 4), None)
        self._read_evidence()

    def _read_evidence(self) -> None:
        """Of the cells that ask for it: one query, none where no element asks."""
        asking = {cell.entry.pk: cell for cell in self.cells.values() if cell.entry and cell.element.evidence}
        if any(cell.element.evidence for cell in self.cells.values()):
            links = Evidence.entries.through.objects.filter(entry__in=asking).order_by("evidence_id")
            for link in links.select_related("evidence__file__by"):
                asking[link.entry_id].evidence.append(link.evidence)

    @property
    def groups(self) -> list[Group]:
        """The cells under the headings of the plan."""
        return _grouped(self.cells.values())

    @property
    def came_back(self) -> list[Cell]:
        """What was returned and has not been handed in again: a form puts it first, whatever its task."""
        return [cell for cell in self.cells.values() if cell.came_back]

    @property
    def other_groups(self) -> list[Group]:
        """The rest, under the headings of the plan."""
        return _grouped(cell for cell in self.cells.values() if not cell.came_back)

    def offered(self, kind: str) -> list[Cell]:
        """The blank cells of ``kind`` (stock, flow) that one click would fill."""
        return [cell for cell in self.cells.values() if cell.element.period_kind == kind and cell.offer is not None]

    @property
    def unchanged(self) -> list[Cell]:
        """What 无变化 would confirm."""
        return self.offered(PeriodKind.STOCK)

    @property
    def zeros(self) -> list[Cell]:
        """What 零报告 would set to 0."""
        return self.offered(PeriodKind.FLOW)

    @property
    def rows(self) -> list[Row]:
        """The cells unit by unit."""
        return [Row(unit, list(cells)) for unit, cells in groupby(self.cells.values(), key=lambda cell: cell.unit)]

    @cached_property
    def by_unit(self) -> dict[int, list[Cell]]:
        return {row.unit.pk: row.cells for row in self.rows}

    @property
    def filled(self) -> int:
        return sum(not cell.is_blank for cell in self.cells.values())

    @property
    def is_editable(self) -> bool:
        return any(cell.is_editable for cell in self.cells.values())

    @property
    def to_hand_in(self) -> list[Cell]:
        """Drafts with a value that may still be entered."""
        return [cell for cell in self.cells.values() if cell.state == EntryState.DRAFT and cell.is_editable]

    def require_entering(self, window: Window) -> None:
        """Raises Closed unless ``window`` is open or one of the cells has been reopened for a correction."""
        if not any(cell.is_reopened for cell in self.cells.values()):
            window.require_entering()

    def amount(self, unit: Unit, element: Element, typed: dict[int, Decimal | None]) -> Decimal | None:
        """What ``unit`` reports for ``element`` as things stand: as ``typed`` (by element id), this quarter's value if
        it is asked now, else the stock last approved; None if unknown."""
        if element.pk in typed:
            return typed[element.pk]
        if element.is_asked_in(self.quarter):
            return self.now.get((unit.pk, element.pk))
        before = self.last(unit, element)
        return before.value if before and element.period_kind == PeriodKind.STOCK else None

    def last(self, unit: Unit, element: Element) -> Past | None:
        """What was last approved before this quarter."""
        return next(iter(self.past.get((unit.pk, element.pk), ())), None)

    def put(self, cell: Cell, entry: Entry) -> None:
        """``cell`` has been saved as ``entry``."""
        cell.entry, cell.saved, cell.typed = entry, True, None
        self.now[cell.unit.pk, cell.element.pk] = entry.value
        self._readings.pop(cell.unit.pk, None)
        self._warnings.pop(cell.unit.pk, None)
        self._complaints.pop(cell.unit.pk, None)

    def readings(self, unit: Unit) -> list[rates.Reading]:
        """The rates of ``unit`` that its cells take part in, in the plan's order, as stored."""
        if unit.pk not in self._readings:
            self._readings[unit.pk] = rates.readings(self, unit, {})
        return self._readings[unit.pk]

    def rate(self, cell: Cell, typed: dict[int, Decimal | None] | None = None) -> rates.Reading | None:
        """The rate to show at ``cell``: the first of which it is a numerator, else the first that it divides; of those
        that tell no more than the cell itself may."""
        pk, known = cell.element.pk, rates.readings(self, cell.unit, typed) if typed else self.readings(cell.unit)
        mine = [one for one in known if one.has(pk) and rates.may_tell(self, pk, one.numerator, one.denominator)]
        return min(mine, key=lambda one: pk not in one.numerator_ids, default=None)

    def warnings(self, cell: Cell, typed: dict[int, Decimal | None] | None = None) -> list[checks.Finding]:
        """What the plan's soft checks say about its value, as stored or as ``typed``: each asks for a reason."""
        if typed:
            return checks.warnings(self, cell.unit, typed).get(cell.element.pk, [])
        if cell.unit.pk not in self._warnings:
            self._warnings[cell.unit.pk] = checks.warnings(self, cell.unit, {})
        return self._warnings[cell.unit.pk].get(cell.element.pk, [])

    def findings(self, cell: Cell) -> list[checks.Finding]:
        """For whoever reviews it: what checks say to it now, and what they said when it was handed in. What has been
        approved is judged by the latter alone."""
        flags = cell.entry.flags if cell.entry and cell.state not in (*EDITABLE, "blank") else ()
        now = [one for one in self.warnings(cell) if cell.state != EntryState.APPROVED or one.code in flags]
        gone = [code for code in flags if code not in [one.code for one in now]]
        return now + [checks.Finding(code, f"提交时触发了核对 {code}，现在不再触发。") for code in gone]

    def lacks_reason(self, cell: Cell) -> bool:
        return not cell.note and bool(self.warnings(cell))

    def complaint(self, cell: Cell) -> str:
        """Why its stored value cannot be; "" if it can, or if another that may be entered is to be changed first."""
        unit = cell.unit
        if unit.pk not in self._complaints:
            open_to_change = [one.element.pk for one in self.by_unit[unit.pk] if one.is_editable]
            self._complaints[unit.pk] = checks.impossible(self, unit, {}, open_to_change)
        return self._complaints[unit.pk].get(cell.element.pk, "")

    @cached_property
    def rate_uses(self) -> list[Use]:
        """The rates that any of its cells takes part in."""
        elements = {cell.element.pk for cell in self.cells.values()}
        return [use for use in self.asking.uses(self.quarter) if rates.partners(use, elements)]

    @cached_property
    def peers(self) -> Peers:
        """Read when a check of the cells first compares schools."""
        elements = {cell.element.pk for cell in self.cells.values()}
        comparing = [rule for rule in self.asking.checks(self.quarter) if rule.kind == CheckKind.PEERS]
        return Peers.read(self.asking, self.quarter, checks.partners(comparing, elements))

    @cached_property
    def sensitive(self) -> set[int]:
        """Ids of the elements whose figures by school only few may see."""
        return self.asking.sensitive(self.quarter)

    def recall_returns(self) -> Self:
        """Reads why its cells came back, those that have not been handed in again: the reason stands by the figure
        while it is being corrected. One query."""
        entries = [cell.entry for cell in self.cells.values() if cell.entry and cell.entry.state in EDITABLE]
        reasons = returns_of(entries)
        for cell in self.cells.values():
            if cell.entry:
                cell.came_back = cell.entry.return_reason or reasons.get(cell.entry.pk, "")
        return self

    def recall_corrections(self) -> Self:
        """Reads the corrections of its cells that are asked for or under way. One query."""
        cells = {cell.entry.pk: cell for cell in self.cells.values() if cell.entry and cell.entry.approved_at}
        for one in Correction.objects.open().filter(entry__in=cells):
            one.entry = cells[one.entry_id].entry
            cells[one.entry_id].correction = one
        return self

    @property
    def reopened(self) -> list[Cell]:
        """Those that a correction lets be entered now."""
        return [cell for cell in self.cells.values() if cell.is_reopened and cell.is_editable]

    def section(self, cell: Cell) -> Section | None:
        """The section that answers for it."""
        return self.asking.sections.get(cell.element.reviewed_by)

    def reviewer(self, cell: Cell) -> str:
        """Its name."""
        section = self.section(cell)
        return section.name if section else "审核科室"


def _grouped(cells: Iterable[Cell]) -> list[Group]:
    return [Group(home, list(mine)) for home, mine in groupby(cells, key=lambda cell: cell.home)]


def school_sheet(unit: Unit, quarter: Quarter, *, asking: Asking | None = None, lock: bool = False) -> Sheet:
    """A school's form."""
    prefetch_related_objects([unit], "facts")
    asking = asking or asking_of(unit.district)
    return Sheet.load(asking, quarter, [(unit, asking.asked_of_school(unit, quarter))], lock=lock)


def cell_of(unit: Unit, quarter: Quarter, code: str, *, lock: bool = False) -> tuple[Sheet, Cell | None]:
    """A sheet of one element of ``unit``, whoever enters it, and its cell, by its key of the form or the grid; None if
    it is not asked."""
    prefetch_related_objects([unit], "facts")
    asking = asking_of(unit.district)
    items = [item for item in asking.asked(unit, quarter) if item.element.code == code]
    in_grid = any(item.element.entered_by != BY_SCHOOL for item in items)
    sheet = Sheet.load(asking, quarter, [(unit, items)], many=in_grid, lock=lock)
    return sheet, next(iter(sheet.cells.values()), None)


def column_sheet(element: Element, quarter: Quarter, *, asking: Asking) -> Sheet:
    """One element of every unit: a column of its section's grid."""
    units = Unit.objects.of(asking.district).open_in(quarter).with_facts().order_by("-kind", "code")
    asked = [(unit, [item for item in asking.asked(unit, quarter) if item.element == element]) for unit in units]
    return Sheet.load(asking, quarter, asked, many=True)


def section_sheet(
    section: Section, quarter: Quarter, *, asking: Asking | None = None, lock: bool = False, hidden: Iterable[int] = ()
) -> Sheet:
    """A section's grid: its elements × all schools, and the bureau's own. ``hidden``: ids of elements left out."""
    asking = asking or asking_of(section.district)
    hidden = set(hidden)
    units = Unit.objects.of(section.district).open_in(quarter).with_facts().order_by("-kind", "code")
    asked = [
        (unit, [item for item in asking.asked_of_section(section.code, unit, quarter) if item.element.pk not in hidden])
        for unit in units
    ]
    return Sheet.load(asking, quarter, asked, many=True, lock=lock)


def review_sheet(
    unit: Unit, quarter: Quarter, sections: Sequence[str] | None, *, asking: Asking, hidden: Iterable[int] = ()
) -> Sheet:
    """What ``unit`` entered itself and the sections (codes; None: all) review."""
    hidden = set(hidden)
    items = [
        item
        for item in asking.asked_of_school(unit, quarter)
        if (sections is None or item.element.reviewed_by in sections) and item.element.pk not in hidden
    ]
    return Sheet.load(asking, quarter, [(unit, items)])
