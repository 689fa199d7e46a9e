"""The whole life of an entry, from its audit rows."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from base import audit
from submissions.models import Entry
from targets import values
from targets.models import Element

WORDS = {
    "created": "填报",
    "changed": "修改",
    "submitted": "提交",
    "returned": "退回",
    "approved": "审核通过",
    "imported": "导入",
}
OF_VALUES = ("created", "changed", "imported")


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime.datetime
    who: str
    what: str
    value: str  # "" where the value stayed
    before: str
    why: str
    is_return: bool


def life_of(entry: Entry | None) -> list[Event]:
    """What happened to ``entry`` (with its element), oldest first."""
    if entry is None:
        return []
    return [
        Event(
            row.at,
            str(row.by) if row.by else "系统",
            WORDS.get(row.verb, row.verb),
            _shown(entry.element, row.after) if row.verb in OF_VALUES else "",
            _shown(entry.element, row.before) if row.verb in OF_VALUES else "",
            row.why,
            row.verb == "returned",
        )
        for row in audit.history(entry)
    ]


def _shown(element: Element, plain: str) -> str:
    """What an audit row carries, as a page shows it; as it stands if the definition has changed since."""
    try:
        return values.display(element, values.parse(element, plain)) or "（空白）"
    except ValidationError:
        return plain
