"""A cell of a sheet: one figure of one unit, with what was known before and what a person typed."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import Unit
from submissions.asking import Home
from submissions.calendar import Window
from submissions.models import EDITABLE, Correction, Entry, EntryState, Evidence
from targets import values
from targets.models import Element, PeriodKind, ValueType


class Typed(NamedTuple):
    """What a person gave for a cell: a text (or a number), the version she saw (0: nothing there), a note (None: as
    it was)."""

    text: str | Decimal | None
    version: int
    note: str | None = None

    @property
    def is_blank(self) -> bool:
        return self.text is None or (isinstance(self.text, str) and not self.text.strip())


class Past(NamedTuple):
    quarter: Quarter
    value: Decimal


@dataclass(slots=True, eq=False)
class Cell:
    """One element of one unit. ``typed``, ``problem`` and ``conflict`` tell what a save could not take."""

    unit: Unit
    element: Element
    home: Home
    window: Window
    key: str  # its name on the page: the element's code, with the unit's before it on a sheet of many units
    entry: Entry | None = None
    evidence: list[Evidence] = field(default_factory=list)  # with their files, the oldest first
    last: Past | None = None
    last_year: Past | None = None
    came_back: str = ""  # why it was returned, until it is handed in again (Sheet.recall_returns)
    correction: Correction | None = None  # asked for or granted, and not done yet (Sheet.recall_corrections)
    typed: Typed | None = None
    problem: str = ""
    conflict: bool = False
    saved: bool = False  # by this request

    @property
    def dom(self) -> str:
        """Its key as an id that a selector can name."""
        return re.sub(r"[^\w-]", "_", self.key)

    @property
    def state(self) -> str:
        """The entry's state, or ``blank``."""
        return "blank" if self.entry is None or self.entry.value is None else self.entry.state

    @property
    def is_blank(self) -> bool:
        return self.entry is None or self.entry.value is None

    @property
    def version(self) -> int:
        return self.entry.version if self.entry else 0

    @property
    def value(self) -> Decimal | None:
        return self.entry.value if self.entry else None

    @property
    def note(self) -> str:
        return self.entry.note if self.entry else ""

    @property
    def shown(self) -> str:
        return values.display(self.element, self.value)

    @property
    def text(self) -> str:
        """For the input: what was typed and could not be saved, or what is stored."""
        if self.typed is not None and self.typed.text is not None:
            return str(self.typed.text)
        return values.plain(self.element, self.value)

    @property
    def note_text(self) -> str:
        """What was typed and could not be saved, or what is stored; of a conflict the stored one, if mine is empty."""
        if self.typed is None or self.typed.note is None or (self.conflict and not self.typed.note.strip()):
            return self.note
        return self.typed.note

    @property
    def offer(self) -> Decimal | None:
        """What one click may put here while it is blank: the last value of a stock (无变化), 0 for a number of what
        happened in the period (零报告); None where only a person can tell."""
        if not self.is_blank or not self.is_editable or self.needs_note:
            return None
        if self.element.period_kind == PeriodKind.STOCK:
            return self.last.value if self.last else None
        may_be_zero = self.element.lower is None or self.element.lower <= 0
        is_number = self.element.value_type in (ValueType.INTEGER, ValueType.DECIMAL)
        return Decimal(0) if is_number and may_be_zero else None

    @property
    def needs_note(self) -> bool:
        """A verdict is worth nothing without its reason (measurement.md §3)."""
        return self.element.value_type == ValueType.VERDICT

    @property
    def needs_evidence(self) -> bool:
        return needs_evidence(self.element, self.value, self.last.value if self.last else None)

    @property
    def lacks_evidence(self) -> bool:
        return self.needs_evidence and not self.evidence

    @property
    def is_reopened(self) -> bool:
        """A correction of it has been granted and its time is not over."""
        until = self.entry.reopened_until if self.entry else None
        return until is not None and self.window.today <= until

    @property
    def why_locked(self) -> str:
        """Why it can't be entered now; "" if it can."""
        if not self.window.is_open and not self.is_reopened:
            if self.entry and self.entry.reopened_until and self.entry.state in EDITABLE:
                until = short_day(self.entry.reopened_until)
                return f"更正期限{until}已过，核定的数值仍然有效；还要更正的，请放弃后重新申请。"
            return self.window.why_closed
        if self.entry is None or self.entry.state in EDITABLE:
            return ""
        if self.entry.state == EntryState.SUBMITTED:
            return "已提交，正在等待审核；需要改动请联系审核科室退回。"
        return "已审核通过，不能再改；数值有误的，可申请更正。"

    @property
    def is_editable(self) -> bool:
        return not self.why_locked


def needs_evidence(element: Element, value: Decimal | None, last: Decimal | None) -> bool:
    """Whether ``value`` is something to prove: a yes, a date, a count above 0 of what was done since, or one that
    differs from ``last``, what was approved before (docs/decisions/0049)."""
    if not element.evidence or not value:
        return False
    return value != last or element.period_kind != PeriodKind.STOCK
