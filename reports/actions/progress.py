"""Writing about tasks, handing it in, taking it back."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit, clock
from base.quarters import Period
from reports.models import WORDS, Passage, Progress
from reports.progress import Line, Sheet, Text, Typed, sheet_of, why_closed
from schools.models import Section, User
from submissions.calendar import Closed
from tasks.models import Adoption

HANDED_IN = "这项任务已经提交，没有保存。要改，请先“撤回修改”。"


@transaction.atomic
def save_texts(adoption: Adoption, period: Period, section: Section, typed: Mapping[str, Typed], *, by: User) -> Sheet:
    """Save the texts of a section's tasks, by key (``<task no>.<kind>``); what can't be saved is marked on the sheet:
    too long, handed in, or (a conflict) changed by somebody else since it was read. The rest is saved.

    Raises Closed while the half-year can't be written about.
    """
    sheet = _held(adoption, period, section)
    for line in sheet.lines:
        for text in line.texts:
            if text.key in typed:
                _take(sheet, line, text, typed[text.key], by)
    return sheet


@transaction.atomic
def hand_in(adoption: Adoption, period: Period, section: Section, *, by: User) -> list[Line]:
    """Hand in the tasks of which all three texts are written; they. Raises Closed like save_texts."""
    sheet = _held(adoption, period, section)
    ready = sheet.ready
    for line in ready:
        line.progress.handed_in_at, line.progress.handed_in_by = clock.now(), by
        line.progress.save(update_fields=["handed_in_at", "handed_in_by"])
        audit.record(line.progress, "handed_in", by=by)
    return ready


@transaction.atomic
def reopen(adoption: Adoption, period: Period, section: Section, task_no: int, *, by: User) -> Line:
    """Take one task's words back, to change them; doing it twice changes nothing. Raises Closed like save_texts, and
    ValidationError for a task that is not the section's."""
    sheet = _held(adoption, period, section)
    line = next((line for line in sheet.lines if line.task.no == task_no), None)
    if line is None:
        raise ValidationError("没有这项任务，请刷新页面。", code="gone")
    if line.is_handed_in:
        before = line.progress.handed_in_at
        line.progress.handed_in_at = line.progress.handed_in_by = None
        line.progress.save(update_fields=["handed_in_at", "handed_in_by"])
        audit.record(line.progress, "taken_back", by=by, before=before)
    return line


def _held(adoption: Adoption, period: Period, section: Section) -> Sheet:
    sheet = sheet_of(adoption, period, section, lock=True)
    if not sheet.window.is_open:
        raise Closed(why_closed(sheet), code="closed")
    return sheet


def _take(sheet: Sheet, line: Line, text: Text, typed: Typed, by: User) -> None:
    wanted = tidy(typed.text)
    if wanted == text.stored:
        return
    if line.is_handed_in:
        text.typed, text.problem = Typed(wanted, typed.version), HANDED_IN
    elif typed.version != text.version:
        text.typed, text.conflict = Typed(wanted, typed.version), True
    elif len(wanted) > WORDS:
        text.typed = Typed(wanted, typed.version)
        text.problem = f"超过 {WORDS} 字（现有 {len(wanted)} 字），没有保存，请压缩。"
    else:
        _write(sheet, line, text, wanted, by)
        sheet.saved.append(text)


def _write(sheet: Sheet, line: Line, text: Text, wanted: str, by: User) -> None:
    if line.progress is None:
        line.progress = Progress.objects.create(task=line.adopted, period=sheet.period)
    before, stamp = text.stored, {"saved_at": clock.now(), "saved_by": by}
    if text.passage is None:
        text.passage = Passage.objects.create(progress=line.progress, kind=text.kind, text=wanted, **stamp)
    else:
        text.passage.text, text.passage.version = wanted, text.version + 1
        text.passage.saved_at, text.passage.saved_by = stamp["saved_at"], by
        text.passage.save()
    audit.record(text.passage, "written", by=by, before=before, after=wanted)


def tidy(text: str) -> str:
    """As it is kept: one kind of line end, nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
