"""Statuses as people see them: always a colour, a word and a shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html

register = template.Library()

STATUS = '<span class="{} is-{}"><i aria-hidden="true">{}</i>{}</span>'


@dataclass(frozen=True, slots=True)
class Mark:
    """``tone`` names a colour of app.css: achieved, on_track, at_risk, behind or idle."""

    code: str
    label: str
    shape: str
    tone: str


def _by_code(*marks: Mark) -> dict[str, Mark]:
    return {mark.code: mark for mark in marks}


# Statuses of a target (measurement.md §5), in the order in which they are listed everywhere.
STATUSES = _by_code(
    Mark("achieved", "已达成", "●", "achieved"),
    Mark("on_track", "正常推进", "▲", "on_track"),
    Mark("at_risk", "偏慢", "◆", "at_risk"),
    Mark("behind", "滞后", "■", "behind"),
    Mark("overdue", "逾期未达", "■", "behind"),
    Mark("not_due", "未到节点", "○", "idle"),
    Mark("no_data", "缺数据", "○", "idle"),
    Mark("not_rated", "不评", "○", "idle"),
    Mark("no_baseline", "缺基期", "○", "idle"),
)

# States of an entry, and of a form, which follows from its entries.
STATES = _by_code(
    Mark("blank", "未填", "○", "idle"),
    Mark("draft", "草稿", "○", "idle"),
    Mark("submitted", "待审核", "◆", "at_risk"),
    Mark("returned", "已退回", "■", "behind"),
    Mark("approved", "已通过", "●", "on_track"),
    Mark("late", "逾期未报", "■", "behind"),
)

# How a form stands against its due date.
TIMELINESS = _by_code(
    Mark("on_time", "按时", "●", "on_track"),
    Mark("undated", "已报", "●", "on_track"),
    Mark("extended", "延期内", "▲", "achieved"),
    Mark("given", "延期", "△", "achieved"),
    Mark("pending", "填报中", "○", "idle"),
    Mark("late", "逾期", "◆", "at_risk"),
    Mark("missing", "未报", "■", "behind"),
    Mark("none", "不用填报", "—", "idle"),
    Mark("not_open", "没有开办", "—", "idle"),
)

# Levels of a message to a person.
LEVELS = _by_code(
    Mark("info", "通知", "○", "idle"),
    Mark("blue", "蓝色催办", "●", "achieved"),
    Mark("orange", "橙色警告", "◆", "at_risk"),
    Mark("red", "红色警告", "■", "behind"),
)


@register.simple_tag
def status(code: str, label: str = "", badge: bool = False) -> str:
    """``{% status result.status %}``; ``label`` replaces the word, ``badge`` puts it on a ground of its colour."""
    return _shown(STATUSES[code], label, badge)


@register.simple_tag
def state(code: str, label: str = "", badge: bool = True) -> str:
    """``{% state entry.state %}``: the state of an entry or a form."""
    return _shown(STATES[code], label, badge)


@register.simple_tag
def level(code: str) -> str:
    """``{% level message.level %}``: how urgent a message is."""
    return _shown(LEVELS[code], "", badge=True)


@register.simple_tag
def timely(code: str, label: str = "", badge: bool = True) -> str:
    """``{% timely place.timeliness place.word %}``: a form against its due date."""
    return _shown(TIMELINESS[code], label, badge)


@register.simple_tag
def mark(tone: str, label: str, shape: str = "○", badge: bool = True) -> str:
    """Any other word in one of the five tones."""
    return _shown(Mark("", label, shape, tone), "", badge)


def _shown(mark: Mark, label: str, badge: bool) -> str:
    """By hundreds on a page: not by a template of its own."""
    css = "badge" if badge else "status"
    return format_html(STATUS, css, mark.tone, mark.shape, label or mark.label)


@register.filter
def tone(code: str) -> str:
    """The colour of a status: ``class="is-{{ code|tone }}"``."""
    return STATUSES[code].tone


@register.filter
def status_word(code: str) -> str:
    """The word of a status: 正常推进."""
    return STATUSES[code].label


@register.filter
def shape(code: str) -> str:
    return STATUSES[code].shape


@register.filter
def in_words(counts: Mapping[str, int]) -> str:
    """已达成 31、正常推进 38: what a distribution bar says to those who do not see it."""
    return "、".join(f"{mark.label} {n}" for mark, n in marked(counts)) or "没有目标"


@register.inclusion_tag("base/_distribution.html")
def distribution(counts: Mapping[str, int], key: bool = False, big: bool = False) -> dict[str, Any]:
    """The bar of ``counts`` by status; ``key`` adds the legend with its numbers."""
    return {"marks": marked(counts), "words": in_words(counts), "key": key, "big": big}


def marked(counts: Mapping[str, int]) -> list[tuple[Mark, int]]:
    """Those that occur, in order."""
    return [(mark, counts[code]) for code, mark in STATUSES.items() if counts.get(code)]
