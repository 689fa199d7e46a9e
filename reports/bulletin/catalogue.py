"""The figures of a bulletin by name, for whoever puts one into a text. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from base.templatetags.numbers import NONE
from base.templatetags.status import STATUSES

Content = Mapping[str, Any]
FIELDS = {"value": "完成值", "goal": "目标值", "expected": "序时值", "missing": "还差", "due": "期限"}
COUNTED = {"all": "合计", "rated": "应评定", "rate": "完成率"}


@dataclass(frozen=True, slots=True)
class Figure:
    """``name``: the target, or what is counted; ``what`` of it; ``text``: as it is printed."""

    key: str
    name: str
    what: str
    text: str


def catalogue(content: Content) -> list[Figure]:
    """Every figure that a text may say, in the order of the content; one that is not there (—) is none."""
    names = dict(_names(content))
    found = []
    for key, text in content.get("figures", {}).items():
        if text == NONE:
            continue
        name, _, what = key.rpartition(".")
        found.append(Figure(key, names.get(name, name), _what(what), text))
    return found


def _what(field: str) -> str:
    return FIELDS.get(field) or COUNTED.get(field) or (STATUSES[field].label if field in STATUSES else field)


def _names(content: Content) -> Iterator[tuple[str, str]]:
    yield from {"plan": "全部目标", "safeguards": "保障措施"}.items()
    for part in ("before", "year_ago"):
        if content["tally"][part]:
            yield part, content["tally"][part]["label"]
    for action in content["actions"]:
        yield f"action.{action['no']}", action["name"]
    for part in (*content["actions"], content["safeguards"]):
        yield from ((row["code"], row["name"]) for row in part["rows"])
