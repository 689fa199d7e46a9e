"""What sections write about their tasks for a half-year: 进展, 问题, 下一步, each a text; and when that can be done.

The words are due with the figures, by the calendar of the half-year's last quarter (submissions/calendar.py). They may
come late: until the next half-year's figures are asked for, they can still be written (docs/decisions/0073).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import Prefetch
from django.utils import timezone

from base import clock
from base.quarters import Period
from base.templatetags.quarters import short_day
from reports.models import WORDS, Passage, PassageKind, Progress
from schools.models import Section
from submissions.calendar import Phase, Window
from tasks.models import AdoptedTask, Adoption, Task


class Typed(NamedTuple):
    """A text on its way, and the version over which it was typed."""

    text: str
    version: int


@dataclass
class Text:
    """One of a task's three texts. ``before`` is what 下一步 was last half-year; ``typed`` is what was not saved, and
    ``problem`` why; in a ``conflict`` a colleague's stands stored and one of the two is to be chosen."""

    task: Task
    kind: PassageKind
    passage: Passage | None
    before: str = ""
    typed: Typed | None = None
    problem: str = ""
    conflict: bool = False

    @property
    def key(self) -> str:
        return f"{self.task.no}.{self.kind}"

    @property
    def dom(self) -> str:
        return f"{self.task.no}-{self.kind}"

    @property
    def version(self) -> int:
        return self.passage.version if self.passage else 0

    @property
    def stored(self) -> str:
        return self.passage.text if self.passage else ""

    @property
    def text(self) -> str:
        """What stands in its field: what was typed and not saved, what is stored, else what last time's offers."""
        if self.typed:
            return self.typed.text
        return self.before if self.is_offered else self.stored

    @property
    def is_offered(self) -> bool:
        """下一步 that has never been saved begins with last time's."""
        return self.kind == PassageKind.PLANS and self.passage is None and bool(self.before)

    @property
    def is_repeated(self) -> bool:
        """下一步 says what it said last time."""
        return self.kind == PassageKind.PLANS and bool(self.stored) and self.stored == self.before

    @property
    def is_written(self) -> bool:
        return bool(self.stored)

    @property
    def length(self) -> int:
        return len(self.text)

    @property
    def is_too_long(self) -> bool:
        return self.length > WORDS


@dataclass
class Line:
    """A task with its texts, in the order in which they are written."""

    adopted: AdoptedTask
    progress: Progress | None
    texts: list[Text]
    due_over: bool  # the due date has passed
    was_late: bool  # handed in after it

    @property
    def task(self) -> Task:
        return self.adopted.task

    @property
    def is_handed_in(self) -> bool:
        return self.progress is not None and self.progress.handed_in_at is not None

    @property
    def missing(self) -> list[Text]:
        return [text for text in self.texts if not text.is_written]

    @property
    def state(self) -> str:
        """One of STATES (base/templatetags/status.py)."""
        if self.is_handed_in:
            return "approved"
        if self.due_over:
            return "late"
        return "blank" if len(self.missing) == len(self.texts) else "draft"

    @property
    def label(self) -> str:
        if self.is_handed_in:
            return "逾期提交" if self.was_late else "已提交"
        started = "未写" if len(self.missing) == len(self.texts) else "未写全" if self.missing else "写好未提交"
        return f"逾期{started}" if self.due_over else started


@dataclass
class Sheet:
    """A section's tasks of a half-year."""

    adoption: Adoption
    period: Period
    section: Section
    window: Window
    lines: list[Line] = field(default_factory=list)
    saved: list[Text] = field(default_factory=list)  # by the action that brought the sheet

    @cached_property
    def texts(self) -> dict[str, Text]:
        """By key."""
        return {text.key: text for line in self.lines for text in line.texts}

    @property
    def handed_in(self) -> list[Line]:
        return [line for line in self.lines if line.is_handed_in]

    @property
    def open(self) -> list[Line]:
        return [line for line in self.lines if not line.is_handed_in]

    @property
    def incomplete(self) -> list[Line]:
        """Tasks of which something is still to be written."""
        return [line for line in self.open if line.missing]

    @property
    def ready(self) -> list[Line]:
        """Written and not handed in."""
        return [line for line in self.open if not line.missing]

    @property
    def refused(self) -> list[Text]:
        return [text for text in self.texts.values() if text.problem or text.conflict]


def writing_window(adoption: Adoption, period: Period) -> Window:
    """When the words of a half-year are written: opened and due with its figures, open until the next half-year's are
    asked for."""
    dates, after = adoption.dates_of(period.last), adoption.opens(period.moved(1).last)
    return Window(period.last, clock.today(), dates.opens, dates.due, after - datetime.timedelta(days=1))


def why_closed(sheet: Sheet) -> str:
    """Why nothing may be written now; "" when it may."""
    if sheet.window.phase == Phase.NOT_YET:
        return f"{sheet.period.label}的进展{short_day(sheet.window.opens)}起填写。"
    if sheet.window.phase == Phase.CLOSED:
        return f"{sheet.period.label}的进展已归档，下一个半年已经开始填写，不能再改。"
    return ""


def sheet_of(adoption: Adoption, period: Period, section: Section, *, lock: bool = False) -> Sheet:
    """Three queries, however many tasks; with ``lock``, whoever writes about the same tasks waits."""
    sheets = sheets_of(adoption, period, [section], lock=lock)
    return sheets[0] if sheets else Sheet(adoption, period, section, writing_window(adoption, period))


def sheets_of(
    adoption: Adoption, period: Period, sections: Iterable[Section] | None = None, *, lock: bool = False
) -> list[Sheet]:
    """The sheets of the sections (all without ``sections``) that answer for a task. Three queries."""
    tasks = AdoptedTask.objects.filter(adoption=adoption).select_related("section", "task__action")
    if sections is not None:
        tasks = tasks.filter(section__in=sections)
    if lock:
        tasks = tasks.select_for_update(of=("self",))
    adopted = list(tasks.order_by("pk" if lock else "task__no"))
    written = _written(adopted, period)
    window = writing_window(adoption, period)
    found: dict[int, Sheet] = {}
    for one in sorted(adopted, key=lambda one: (one.section_id, one.task.no)):
        sheet = found.setdefault(one.section_id, Sheet(adoption, period, one.section, window))
        sheet.lines.append(_line(one, written.get((one.pk, period)), written.get((one.pk, period.moved(-1))), window))
    return list(found.values())


def _written(adopted: list[AdoptedTask], period: Period) -> dict[tuple[int, Period], Progress]:
    """Of this half-year and the one before, by task and period."""
    passages = Prefetch("passages", Passage.objects.select_related("saved_by"))
    found = Progress.objects.filter(task__in=adopted, period__in=[period, period.moved(-1)])
    return {(one.task_id, one.period): one for one in found.select_related("handed_in_by").prefetch_related(passages)}


def _line(adopted: AdoptedTask, progress: Progress | None, before: Progress | None, window: Window) -> Line:
    now = {passage.kind: passage for passage in progress.passages.all()} if progress else {}
    then = {passage.kind: passage.text for passage in before.passages.all()} if before else {}
    plans = then.get(PassageKind.PLANS, "")
    texts = [Text(adopted.task, PassageKind(kind), now.get(kind), before=plans) for kind in PassageKind.values]
    at = timezone.localtime(progress.handed_in_at).date() if progress and progress.handed_in_at else None
    return Line(adopted, progress, texts, window.is_past_due, bool(at and window.due and at > window.due))
