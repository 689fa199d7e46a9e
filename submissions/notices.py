"""What the people of a school or a section are told at once when somebody decides about their figures. The actions of
this room call it, in their transaction. A subject goes out by e-mail: it names no figure and no reason."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.urls import reverse

from base import clock, outbox
from base.models import Level, Message
from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import Unit, User
from submissions.asking import asking_of
from submissions.models import Correction, CorrectionState, Entry, Extension
from submissions.recipients import officers_of, people_of_schools
from targets.models import BY_SCHOOL

Thing = TypeVar("Thing", Entry, Correction)


@dataclass(frozen=True, slots=True)
class Form:
    """A school's form, or a section's grid, of one quarter, and who fills it in."""

    name: str
    url: str
    people: Sequence[User]
    is_grid: bool

    def item(self, entry: Entry) -> str:
        return f"{entry.unit.name} {entry.element.name}" if self.is_grid else entry.element.name

    def tell(self, key: str, subject: str, lines: Iterable[str], by: User | None) -> None:
        """Its people, but for the one whose act it was."""
        columns = {"key": key, "subject": f"{self.name}{subject}", "body": "\n".join(lines), "url": self.url}
        at = clock.now()
        outbox.post(Message(to=one, level=Level.INFO, at=at, **columns) for one in self.people if one != by)


def tell_returned(entries: Iterable[Entry], *, by: User) -> None:
    """Items were sent back: which, and why. One message for each form, however many items. Where the form is closed and
    none of them was reopened, it says who can give time for it."""
    for form, mine in _by_form(entries, lambda entry: entry):
        lines = [f"{form.item(entry)}：{entry.return_reason}" for entry in mine]
        subject = RETURNED if _can_be_entered(form, mine) else RETURNED_CLOSED[form.is_grid]
        form.tell(f"returned:{mine[0].pk}:{mine[0].version}", subject, lines, by)


RETURNED = "有退回的项目，请修改后重新提交"
RETURNED_CLOSED = {  # by is_grid: the time of a section's grid is the district's
    False: "有退回的项目；填报已关闭，请联系审核科室办理延期",
    True: "有退回的项目；填报已关闭，请联系局领导或系统管理员调整填报日历",
}


def _can_be_entered(form: Form, entries: list[Entry]) -> bool:
    """One of ``entries`` at least. What was reopened for a correction has just been given more time (``prolong``)."""
    if any(entry.reopened_until for entry in entries):
        return True
    unit = entries[0].unit
    return asking_of(unit.district).window(None if form.is_grid else unit, entries[0].quarter).is_open


def tell_extended(extension: Extension, *, by: User) -> None:
    """The school was given more time, or another day than before."""
    until = short_day(extension.until)
    key = f"extended:{extension.unit_id}:{extension.quarter}:{extension.until}:{extension.given_at.isoformat()}"
    form = _form_of_school(extension.unit, extension.quarter)
    form.tell(key, f"填报延至{until}", [f"延期原因：{extension.reason}"], by)


def tell_ended(extension: Extension, due: datetime.date, *, by: User) -> None:
    """The extension, as it was given, was taken back: the school's form is due on ``due`` now, which is today once the
    district's due date is over."""
    key = f"unextended:{extension.unit_id}:{extension.quarter}:{extension.given_at.isoformat()}"
    word = "提前结束" if due == clock.today() else "已取消"
    form = _form_of_school(extension.unit, extension.quarter)
    form.tell(key, f"填报延期{word}，{short_day(due)}截止", [f"原延至{short_day(extension.until)}。"], by)


def tell_decided(corrections: Iterable[Correction], *, by: User | None) -> None:
    """Corrections were granted or refused together, or given up together because their time was over."""
    for form, mine in _by_form(corrections, lambda correction: correction.entry):
        first = mine[0]
        subject = DECIDED[CorrectionState(first.state)]
        if first.state == CorrectionState.GRANTED:
            subject += f"，限{short_day(first.until)}前（含当天）改好提交"
        lines = [f"{form.item(one.entry)}{f'：{one.answer}' if one.answer else ''}" for one in mine]
        form.tell(f"correction:{first.pk}:{first.state}", subject, lines, by)


DECIDED = {
    CorrectionState.GRANTED: "的更正申请已同意",
    CorrectionState.REFUSED: "的更正申请未获同意，原值继续有效",
    CorrectionState.DROPPED: "的更正期限已过，恢复核定的数值",
}


def _by_form(things: Iterable[Thing], entry_of: Callable[[Thing], Entry]) -> Iterator[tuple[Form, list[Thing]]]:
    groups: dict[tuple[str, int, int], list[Thing]] = defaultdict(list)
    for thing in things:
        entry = entry_of(thing)
        owner = entry.unit_id if entry.element.entered_by == BY_SCHOOL else 0
        groups[entry.element.entered_by, owner, entry.quarter].append(thing)
    for mine in groups.values():
        first = entry_of(mine[0])
        is_grid = first.element.entered_by != BY_SCHOOL
        yield _form_of_section(first) if is_grid else _form_of_school(first.unit, first.quarter), mine


def _form_of_school(unit: Unit, quarter: Quarter) -> Form:
    people = people_of_schools([unit])[unit.pk]
    return Form(
        f"{unit.name}{quarter.label}数据", reverse("submissions:form", args=[unit.code, quarter]), people, False
    )


def _form_of_section(entry: Entry) -> Form:
    section, quarter = entry.element.entered_by, entry.quarter
    people = officers_of(entry.unit.district)[section]
    return Form(f"{quarter.label}科室填报", reverse("submissions:grid", args=[quarter, section]), people, True)
