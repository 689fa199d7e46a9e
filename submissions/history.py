"""The whole life of entries, from their audit rows."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from base import audit
from base.models import AuditRow
from submissions.models import Entry
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
    "dropped": "放弃更正",
    "evidence_added": "附佐证",
    "evidence_removed": "撤下佐证",
}
EMPTIED = "（空白）"
OF_VALUES = ("created", "changed", "imported")
SETTLED = ("submitted", "approved", "imported")  # after these, what came back before is over


REOPENS = ("returned", "reopened")  # with what follows them another round begins


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime.datetime
    who: str
    verb: str
    value: str  # "" where the value stayed
    before: str
    why: str
    round: int = 1

    @property
    def what(self) -> str:
        return WORDS.get(self.verb, self.verb)

    @property
    def is_return(self) -> bool:
        return self.verb == "returned"


@dataclass(frozen=True, slots=True)
class Thread:
    """Why an entry came back last, and what was answered."""

    round: int
    returned: Event
    value: str  # what was returned
    answer: str


def life_of(entry: Entry) -> list[Event]:
    """What happened to ``entry`` (with its element), oldest first."""
    return lives_of([entry])[entry.pk]


def lives_of(entries: Iterable[Entry]) -> dict[int, list[Event]]:
    """What happened to each of ``entries`` (with their elements), oldest first, by its id. One query."""
    elements = {entry.pk: entry.element for entry in entries}
    lives: dict[int, list[Event]] = {pk: [] for pk in elements}
    for row in audit.histories(Entry, elements):
        life = lives[row.subject_id]
        last = life[-1] if life else None
        life.append(_event(row, elements[row.subject_id], last.round + (last.verb in REOPENS) if last else 1))
    return lives


def returns_of(entries: Iterable[Entry]) -> dict[int, str]:
    """Why those of ``entries`` came back that have not been handed in again since, by id. One query."""
    rows = audit.histories(Entry, [entry.pk for entry in entries]).filter(verb__in=["returned", *SETTLED])
    newest = {subject: (verb, why) for subject, verb, why in rows.values_list("subject_id", "verb", "why")}
    return {pk: why for pk, (verb, why) in newest.items() if verb == "returned"}


def thread_of(life: list[Event]) -> Thread | None:
    """Of a life; None if nothing came back."""
    at = max((at for at, event in enumerate(life) if event.is_return), default=None)
    if at is None:
        return None
    told = [event.value for event in life[:at] if event.verb in OF_VALUES]
    answers = [event.why for event in life[at:] if event.verb in OF_VALUES]
    return Thread(life[at].round + 1, life[at], told[-1] if told else "", answers[-1] if answers else "")


def _event(row: AuditRow, element: Element, number: int) -> Event:
    tells_values = row.verb in OF_VALUES
    return Event(
        at=row.at,
        who=str(row.by) if row.by else "系统",
        verb=row.verb,
        value=shown(element, row.after) or EMPTIED if tells_values else "",
        before=shown(element, row.before) or EMPTIED if tells_values else "",
        why=row.why,
        round=number,
    )


def shown(element: Element, plain: str) -> str:
    """What an audit row or a paper carries, as a page shows it; as it stands if the definition has changed since."""
    try:
        return values.display(element, values.parse(element, plain))
    except ValidationError:
        return plain
