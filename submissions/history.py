"""The whole life of entries, from their audit rows."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

from base import audit
from base.models import AuditRow
from base.templatetags.quarters import day
from submissions.models import Entry, Extension
from targets import values
from targets.models import Element

WORDS = {
    "created": "填报",
    "changed": "修改",
    "submitted": "提交",
    "returned": "退回",
    "approved": "审核通过",
    "imported": "历史数据导入",
    "asked": "更正申请",
    "reopened": "同意更正",
    "refused": "不同意更正",
    "withdrawn": "撤回申请",
    "dropped": "放弃更正",
    "evidence_added": "附佐证",
    "evidence_removed": "撤下佐证",
    "extended": "延期",
    "ended": "结束延期",
}
EMPTIED = "（空白）"
OF_VALUES = ("created", "changed", "imported")
SETTLED = ("submitted", "approved", "imported")  # after these, what came back before is over
REOPENS = ("returned", "reopened")  # with what follows them another round begins
TONES = {"returned": "behind", "refused": "behind", "approved": "on_track", "asked": "at_risk", "reopened": "at_risk"}
OF_DAYS = ("extended", "ended")  # of the school's form, until when


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. ``value`` and ``before``: what was entered (of an approval: put in force), of an
    extension its last day; "" where neither is told."""

    at: datetime.datetime
    who: str
    verb: str
    value: str
    before: str
    why: str
    round: int = 1
    stands: bool = False  # its value is the entry's

    @property
    def what(self) -> str:
        return WORDS.get(self.verb, self.verb)

    @property
    def tone(self) -> str:
        return TONES.get(self.verb, "idle")

    @property
    def is_return(self) -> bool:
        return self.verb == "returned"

    @property
    def tells_value(self) -> bool:
        return self.verb in OF_VALUES


@dataclass(frozen=True, slots=True)
class Thread:
    """Why an entry came back last, and what was answered."""

    round: int
    returned: Event
    value: str  # what was returned
    answer: str


def life_of(entry: Entry) -> list[Event]:
    """What happened to ``entry`` (with its element), and how long its school had for it, oldest first. One query."""
    extensions = Extension.objects.filter(unit=entry.unit_id, quarter=entry.quarter)
    rows = audit.history(entry) | audit.about(Extension).filter(subject_id__in=extensions.values("pk"))
    return _life(rows, entry.element)


def lives_of(entries: Iterable[Entry]) -> dict[int, list[Event]]:
    """What happened to each of ``entries`` (with their elements), oldest first, by its id. One query."""
    elements = {entry.pk: entry.element for entry in entries}
    rows: dict[int, list[AuditRow]] = {pk: [] for pk in elements}
    for row in audit.histories(Entry, elements):
        rows[row.subject_id].append(row)
    return {pk: _life(mine, elements[pk]) for pk, mine in rows.items()}


def _life(rows: Iterable[AuditRow], element: Element) -> list[Event]:
    life: list[Event] = []
    stands = in_force = None  # where in the life the value was entered
    number = 1
    for at, row in enumerate(rows):
        value, before = (_told(element, row.verb, text) for text in (row.after, row.before))
        if row.verb in OF_VALUES:
            stands = at
            in_force = at if row.verb == "imported" else in_force
        elif row.verb == "approved" and stands is not None:
            value, in_force = life[stands].value, stands
        elif row.verb == "dropped":
            stands = in_force
        life.append(Event(row.at, str(row.by or "系统"), row.verb, value, before, row.why, number))
        number += row.verb in REOPENS
    if stands is not None:
        life[stands] = replace(life[stands], stands=True)
    return life


def returns_of(entries: Iterable[Entry]) -> dict[int, str]:
    """Why those of ``entries`` came back that have not been handed in again since, by id. One query."""
    rows = audit.histories(Entry, [entry.pk for entry in entries]).filter(verb__in=["returned", *SETTLED])
    newest = {subject: (verb, why) for subject, verb, why in rows.values_list("subject_id", "verb", "why")}
    return {pk: why for pk, (verb, why) in newest.items() if verb == "returned"}


def thread_of(life: list[Event]) -> Thread | None:
    """Of a life; None if nothing came back, or it was approved since."""
    at = max((at for at, event in enumerate(life) if event.verb in ("returned", "approved")), default=None)
    if at is None or not life[at].is_return:
        return None
    told = [event.value for event in life[:at] if event.tells_value]
    answers = [event.why for event in life[at:] if event.tells_value]
    return Thread(life[at].round + 1, life[at], told[-1] if told else "", answers[-1] if answers else "")


def _told(element: Element, verb: str, plain: str) -> str:
    """What an audit row carries of values and days, for a page."""
    if verb in OF_DAYS:
        return f"至{day(datetime.date.fromisoformat(plain))}" if plain else ""
    return (shown(element, plain) or EMPTIED) if verb in OF_VALUES else ""


def shown(element: Element, plain: str) -> str:
    """What an audit row or a paper carries, as a page shows it; as it stands if the definition has changed since."""
    try:
        return values.display(element, values.parse(element, plain))
    except ValidationError:
        return plain
