"""A sign-off sheet against the data: what the paper says, and what stands there now."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from submissions.asking import Asking
from submissions.history import shown
from submissions.models import Entry, SignOff
from targets import values
from targets.models import Element


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: ``text`` as the paper carries it (None: it is not on the paper), ``entry`` as it stands now."""

    element: Element
    text: str | None
    entry: Entry | None

    @property
    def now_text(self) -> str:
        return values.plain(self.element, self.entry.value) if self.entry else ""

    @property
    def differs(self) -> bool:
        return self.now_text != (self.text or "")

    @property
    def on_paper(self) -> str:
        return shown(self.element, self.text) if self.text is not None else ""

    @property
    def now(self) -> str:
        return shown(self.element, self.now_text)


@dataclass(frozen=True)
class Paper:
    sign_off: SignOff
    lines: list[Line]  # in the order of the paper, then what is not on it
    leaves_out: bool = False  # what the reader may not see

    @property
    def signed(self) -> list[Line]:
        return [line for line in self.lines if line.text is not None]

    @cached_property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if line.differs]


def read_paper(sign_off: SignOff, asking: Asking, hidden: Iterable[int] = ()) -> Paper:
    """``hidden``: ids of elements to leave out. One query."""
    entries = Entry.objects.for_quarter(sign_off.quarter).filter(unit=sign_off.unit_id, value__isnull=False)
    left = {entry.element_id: entry for entry in entries.entered_by_schools().order_by("element__position")}
    hidden = set(hidden)
    lines = []
    for code, text in sign_off.content:
        element = asking.by_code[code]
        lines.append(Line(element, text, left.pop(element.pk, None)))
    lines += [Line(asking.elements[pk], None, entry) for pk, entry in left.items()]
    seen = [line for line in lines if line.element.pk not in hidden]
    return Paper(sign_off, seen, leaves_out=len(seen) < len(lines))
