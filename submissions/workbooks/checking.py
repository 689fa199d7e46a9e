"""What saving an uploaded workbook would do: told by the same actions that would save it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from base.templatetags.quarters import moment
from submissions import actions
from submissions.actions import Saved
from submissions.actions.saving import Change as ActionChange
from submissions.cells import Cell, Typed
from submissions.models import Upload
from submissions.workbooks import layout, reading
from submissions.workbooks.layout import Identity
from submissions.workbooks.reading import Contents
from targets import values

SHOWN = 300  # of each kind are listed on the page; the report lists every bad cell
BLANK = "空白"


class Change(NamedTuple):
    place: str
    label: str
    before: str
    after: str
    note: str  # what it would be, if it changes


class Fault(NamedTuple):
    """A bad cell: what stands there, what is wrong with it, what was expected; all in Chinese."""

    place: str
    label: str
    was: str
    why: str
    expected: str


class Conflict(NamedTuple):
    """Changed on the page since the workbook was downloaded, and in the workbook, too."""

    key: str
    place: str
    label: str
    given: str
    stored: str
    who: str
    version: int  # that was seen: what is stored


@dataclass
class Outcome:
    """``typed`` is all that differs from what was downloaded, by the cells' keys; ``elements`` are the codes of all
    that the file holds of the sheet, changed or not: whoever may not see one of them any more does not see the rest."""

    typed: dict[str, Typed] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    changed: int = 0
    bad: int = 0
    unchanged: int = 0
    elements: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """As it was kept with the upload."""
        kept = upload.outcome
        return cls(
            {key: Typed(*one) for key, one in kept["typed"].items()},
            [Change(*one) for one in kept["changes"]],
            [Fault(*one) for one in kept["faults"]],
            [Conflict(*one) for one in kept["conflicts"]],
            *(kept[name] for name in ("changed", "bad", "unchanged")),
            elements=kept.get("elements", []),
        )

    def kept(self) -> dict[str, Any]:
        """For JSON: the long lists as far as a page shows them."""
        return vars(self) | {"changes": self.changes[:SHOWN], "faults": self.faults[:SHOWN]}

    def to_save(self, *, take_file: bool) -> dict[str, Typed]:
        """Of a conflict what the file says, over the version that was seen, or nothing."""
        seen = {one.key: one.version for one in self.conflicts}
        chosen = {key: typed for key, typed in self.typed.items() if take_file or key not in seen}
        return {key: typed._replace(version=seen.get(key, typed.version)) for key, typed in chosen.items()}


def check(upload: Upload, content: bytes, *, hidden: Collection[int] = ()) -> Outcome:
    """Read the file's ``content`` and ask what saving it would do. Writes nothing.

    Raises Unreadable or Refused where nothing of the file can be taken, Closed where nothing can be entered now.
    """
    contents = reading.read(content, upload.file.name)
    saved = _asked(upload, contents.typed, hidden)
    reading.require_identity(contents, _identity(upload, saved), upload.place.name)
    return _outcome(contents, saved)


def _asked(upload: Upload, typed: dict[str, Typed], hidden: Collection[int]) -> Saved:
    if upload.unit is not None:
        return actions.check_values(upload.unit, upload.quarter, typed)
    return actions.check_grid(upload.section, upload.quarter, typed, hidden=hidden)


def _identity(upload: Upload, saved: Saved) -> Identity:
    scope, version = layout.SCHOOL if upload.unit else layout.SECTION, layout.version_of(saved.sheet)
    return Identity(scope, upload.place.district.code, upload.place.code, upload.quarter, version)


def _outcome(contents: Contents, saved: Saved) -> Outcome:
    cells, typed, places = saved.sheet.cells, contents.typed, contents.places
    label_of = _label_of(saved)
    faults = [
        Fault(str(bad.place), label_of(bad.key) or bad.label, bad.was, bad.why, _expected(cells.get(bad.key)))
        for bad in contents.bad
    ]
    for key, why in saved.problems.items():
        why = why if key in cells else f"这张表里没有“{key}”这一项。{reading.OTHER_FILE}"
        faults.append(Fault(str(places[key]), label_of(key) or key, _text(typed[key]), why, _expected(cells.get(key))))
    return Outcome(
        typed,
        [_change(change, str(places[change.cell.key]), label_of(change.cell.key)) for change in saved.changes],
        faults,
        [_conflict(cells[key], str(places[key]), label_of(key), typed[key]) for key in saved.conflicts],
        changed=len(saved.changes),
        bad=len(faults),
        unchanged=contents.unchanged + len(typed) - len(saved.changes) - len(saved.problems) - len(saved.conflicts),
        elements=sorted({cells[key].element.code for key in places if key in cells}),
    )


def _label_of(saved: Saved) -> Callable[[str], str]:
    """Of a key: 专任教师数, or 第一小学 专任教师数 on a sheet of many units."""
    cells = saved.sheet.cells
    many = len(saved.sheet.by_unit) > 1

    def label(key: str) -> str:
        cell = cells.get(key)
        if cell is None:
            return ""
        return f"{cell.unit.name} {cell.element.name}" if many else cell.element.name

    return label


def _change(change: ActionChange, place: str, label: str) -> Change:
    cell = change.cell
    note = "" if change.note == cell.note else change.note or "（清空）"
    return Change(place, label, cell.shown or BLANK, values.display(cell.element, change.value) or BLANK, note)


def _conflict(cell: Cell, place: str, label: str, typed: Typed) -> Conflict:
    entry = cell.entry
    who = f"{entry.entered_by} {moment(entry.entered_at)}" if entry else ""
    return Conflict(cell.key, place, label, _text(typed) or BLANK, cell.shown or BLANK, who, cell.version)


def _expected(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return f"保持原来的 {cell.shown or BLANK}" if cell.why_locked else layout.expected(cell.element)


def _text(typed: Typed) -> str:
    return str(typed.text)[:40]
