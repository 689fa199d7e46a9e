"""What a reviewer sees of an item: the value beside what was known, beside other schools', and what is unusual."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from base.templatetags.numbers import number
from base.templatetags.status import Mark
from schools.models import User
from submissions.cells import Cell
from submissions.history import Thread, lives_of, thread_of
from submissions.models import Entry, EntryState
from submissions.peers import Peers
from submissions.queue import oddities_of
from submissions.rules import Desk
from targets import values
from targets.models import ValueType

AT_LEAST = 5  # other schools; a median of fewer would tell more about each than about the figure

# Offered when an item is returned; any other words will do.
REASONS = (
    "与学校台账不一致，请核对后重新填报。",
    "与上次相比变化较大，请核对；属实的请在说明里写明原因。",
    "统计口径不对，请按“计入、不计入”的说明重新统计。",
    "缺少佐证材料，请补充后重新提交。",
)


@dataclass(slots=True)
class Line:
    """An item under review. ``waits``: for the one who looks, who may approve or return it."""

    cell: Cell
    waits: bool = False
    is_own: bool = False  # entered or handed in by the one who looks
    before: Decimal | None = None  # the value last approved; of a correction that in force
    oddities: list[Mark] = field(default_factory=list)
    thread: Thread | None = None
    peers: str = ""

    @property
    def is_correction(self) -> bool:
        """A value in force is to be replaced."""
        entry = self.cell.entry
        return entry is not None and entry.state != EntryState.APPROVED and entry.approved_value is not None

    @property
    def change(self) -> str:
        """Against the value before: +12.5%, −3; "" where there is nothing to compare."""
        value = self.cell.value
        if value is None or self.before is None or not _is_number(self.cell) or value == self.before:
            return ""
        difference = value - self.before
        sign = "+" if difference > 0 else "−"
        if self.before == 0:
            return f"{sign}{values.shortest(abs(difference))}"
        return f"{sign}{abs(100 * difference / self.before):.1f}%"


def lines_of(cells: Iterable[Cell], peers: Peers, *, desk: Desk, by: User) -> list[Line]:
    """A line for each of ``cells``. Two queries: their entries, and the lives of those that came back."""
    lines = [Line(cell, before=cell.last.value if cell.last else None, peers=_beside(peers, cell)) for cell in cells]
    known = Entry.objects.filter(pk__in=[line.cell.entry.pk for line in lines if line.cell.entry])
    entries = {entry.pk: entry for entry in known.mark_own(by).with_past()}
    for line in lines:
        entry = entries.get(line.cell.entry.pk) if line.cell.entry else None
        if entry is None:
            continue
        entry.element = line.cell.element
        if line.is_correction:
            line.before = entry.approved_value
        if entry.state == EntryState.SUBMITTED:
            line.is_own = entry.is_own
            line.waits = desk.may_review(entry) and not entry.is_own
            line.oddities = oddities_of(entry)
    lives = lives_of(entry for entry in entries.values() if entry.verdict == "returned")
    for line in lines:
        if line.cell.entry and line.cell.entry.pk in lives:
            line.thread = thread_of(lives[line.cell.entry.pk])
    return lines


def _beside(peers: Peers, cell: Cell) -> str:
    """The median of the schools like it: 1,104; of a yes or no how many say yes: 8/12 是; "" if unknown."""
    others = peers.others(cell.unit, cell.element)
    if len(others) < AT_LEAST:
        return ""
    if cell.element.value_type == ValueType.BOOLEAN:
        return f"{sum(map(bool, others))}/{len(others)} 是"
    return number(median(others)) if _is_number(cell) else ""


def _is_number(cell: Cell) -> bool:
    return cell.element.value_type in (ValueType.INTEGER, ValueType.DECIMAL)
