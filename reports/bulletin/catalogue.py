"""The figures of a bulletin by name, for whoever puts one into a text. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from base.templatetags.numbers import NONE
from base.templatetags.status import STATUSES
from reports.bulletin.annexes import ANNEXES

Content = Mapping[str, Any]
WHAT = {
    # of a target
    "value": "完成值",
    "goal": "目标值",
    "expected": "序时值",
    "missing": "还差",
    "over": "超出",
    "due": "期限",
    "reason": "研判说明",
    "completeness": "报送情况",
    "short": "未达标学校数",
    # of what is counted
    "all": "合计",
    "red": "滞后和逾期",
    "rated": "应评定",
    "rate": "完成率",
    "provisional": "暂定",
    "missed": "有学校未达标",
    "label": "名称",
    "recovered": "滞后或逾期后有改观",
    "restarted": "转入新的考核节点",
    "points": "完成率相差的百分点",
    "left": "尚未达成",
    "met": "均已达成",
    "dates": "到期日数",
    # of the ledger and of reporting
    "open": "在办",
    "pending": "未到时限",
    "carried": "由上期沿用",
    "closed": "已销号",
    "lacking": "没有整改措施",
    "late": "已过整改时限",
    "until": "本期末",
    "as_of": "数据截至",
    "closes": "填报截止日",
    "have": "已报",
    "next": "下期末",
}
OF = {
    "ledger.overdue": "已过时限",
    "reporting.due": "应报",
    "reporting.rate": "报送率",
} | {f"annex.{annex.code}": annex.title for annex in ANNEXES}
NAMES = {
    "plan": "全部目标",
    "safeguards": "保障措施",
    "since": "与上期相比",
    "change.before": "与上期相差",
    "change.year_ago": "与上年同期相差",
    "sections": "责任科室数",
    "section.none": "未定科室",
    "due": "下一个半年到期",
    "ledger": "整改台账",
    "reporting": "数据报送",
    "waiting": "待审核",
    "annex": "附件序号",
}
UNTOLD = (NONE, "0")  # nothing that a text would say


@dataclass(frozen=True, slots=True)
class Figure:
    """``name``: the target, or what is counted; ``what`` of it; ``text``: as it is printed."""

    key: str
    name: str
    what: str
    text: str


def catalogue(content: Content) -> list[Figure]:
    """Every figure that a text may say, in the order of the content; what is not there, or zero, is none."""
    names = NAMES | dict(_names(content))
    found = []
    for key, text in content.get("figures", {}).items():
        if text in UNTOLD:
            continue
        name, _, what = key.rpartition(".")
        found.append(Figure(key, names.get(name, name), OF.get(key) or _what(what), text))
    return found


def _what(field: str) -> str:
    return WHAT.get(field) or (STATUSES[field].label if field in STATUSES else field)


def _names(content: Content) -> Iterator[tuple[str, str]]:
    for part in ("before", "year_ago"):
        if content["tally"][part]:
            yield part, content["tally"][part]["label"]
    for action in content["actions"]:
        yield f"action.{action['no']}", action["name"]
    for part in (*content["actions"], content["safeguards"]):
        for row in part["rows"]:
            yield row["code"], row["name"]
            yield f"section.{row.get('section_code')}", row["section"]
            yield f"due.{row.get('next_due_on')}", f"{row.get('next_due')}到期"
            yield f"ledger.{row['code']}", f"{row['name']}整改"
