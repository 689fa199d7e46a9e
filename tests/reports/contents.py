"""Bulletins' contents without text, made by hand: eighteen targets of the plan in situations that are far apart; and
what a reader takes out of the text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reports.bulletin.groups import rows_in
from reports.bulletin.outline import drafted, length_of, outline, sections_of
from reports.bulletin.references import REFERENCE
from reports.tally import RED, completion_of, counts_of, share_shown

Data = dict[str, Any]

SECTIONS = {
    "party": "党建科",
    "personnel": "人事科",
    "research": "教研室",
    "moral": "德育体卫艺科",
    "basic": "基础教育科",
    "preschool": "学前教育科",
    "finance": "财务装备科",
    "safety": "安全科",
    "office": "办公室",
}
ACTIONS = (
    "党管教育“领航”行动",
    "人才队伍“强师”行动",
    "教育质量“提优”行动",
    "育人变革“培英”行动",
    "扩优提质“增效”行动",
    "综合保障“强基”行动",
    "安全稳定“守护”行动",
)
# action, code, name, section, goal, good value, bad value, what is missing then
TARGETS = (
    (1, "PARTY", "党组织领导的校长负责制改革到位率", "party", "100%", "100%", "86.7%", "4 所"),
    (1, "ETHICS", "师德师能考核评估报告发布率", "personnel", "100%", "100%", "93.3%", "4 所"),
    (1, "BRAND", "“一校一品”党建文化品牌覆盖率", "party", "100%", "100%", "81.7%", "11 所"),
    (2, "BACKBONE", "骨干教师占比", "personnel", "20%", "20.3%", "16.5%", "141 人"),
    (2, "HOURS", "教师年度培训学时达标率", "personnel", "100%", "100%", "98.6%", "54 人"),
    (2, "GAPS", "教师结构性缺员基本化解的学校占比", "personnel", "100%", "100%", "65.0%", "21 所"),
    (3, "CURRICULUM", "新课程新课标实施率", "research", "100%", "100%", "87.9%", "4 所"),
    (3, "TOPICS", "教研组县级以上课题覆盖率", "research", "100%", "100%", "74.8%", "95 个"),
    (3, "COURSES", "新建优质课程基地", "research", "1 个", "1 个", "0 个", "1 个"),
    (4, "PSYCH", "每周心理健康课学校占比", "moral", "100%", "100%", "78.8%", "7 所"),
    (4, "SPORT5621", "“5621”体教融合布局", "moral", "完成", "已完成", "未完成", ""),
    (4, "CLUBS", "小学“5+X”社团建设覆盖率", "moral", "100%", "100%", "81.0%", "4 所"),
    (5, "KG", "省优质园覆盖率", "preschool", "90%", "92.6%", "85.2%", "2 所"),
    (5, "GROUPS", "集团化办学覆盖率", "basic", "100%", "100%", "88.9%", "3 所"),
    (6, "CLASSES", "义务教育标准班额班级占比", "basic", "100%", "100%", "99.9%", "1 个"),
    (6, "CAMPUS", "智慧校园覆盖率", "finance", "95%", "96.7%", "93.9%", "1 所"),
    (7, "ACCIDENTS", "较大及以上校园安全责任事故", "safety", "不超过 0 起", "0 起", "1 起", ""),
    (7, "TRUST", "人民群众对教育的满意度", "office", "完成", "正常推进", "滞后", ""),
)
SAFEGUARD = (0, "CREW", "三年行动工作专班", "office", "完成", "已完成", "未完成", "")
SCHOOLS = ["海棠小学", "白鹭小学", "枫林初级中学", "清溪高级中学", "河畔幼儿园", "晨星高级中学", "长堤九年一贯制学校"]
KINDS = {"ACCIDENTS": "exceeded", "TRUST": "judged", "SPORT5621": "undone", "CREW": "undone"}
UNRATED = ("not_due", "not_rated", "no_baseline")


def row(of: Sequence[Any], status: str, **fields: Any) -> Data:
    """A target of TARGETS as a row of a content (reports/bulletin/rows.py)."""
    _, code, name, section, goal, good, bad, missing = of
    is_slow = status in (*RED, "at_risk")
    value = "—" if status == "no_data" else bad if is_slow else good
    kind = KINDS.get(code) or {"overdue": "due", "behind": "pace", "at_risk": "coming"}.get(status, "")
    plain = {
        "code": code,
        "name": name,
        "task": None,
        "section": SECTIONS[section],
        "section_code": section,
        "status": status,
        "goal": goal,
        "value": value,
        "expected": "90%" if goal.endswith("%") else goal,
        "missing": missing if is_slow else "",
        "over": value if kind == "exceeded" and is_slow else "",
        "because": kind if is_slow else "",
        "reason": "",
        "ceiling": kind == "exceeded",
        "due": "2024年底" if status == "overdue" else "2025年底",
        "next_due": "2025年底",
        "next_due_on": "2025-12-31",
        "provisional": False,
        "completeness": "应报 10，已报 10",
        "units_expected": 10,
        "units_fresh": 0 if status == "no_data" else 10,
        "short": [],
        "before": None,
        "year_ago": None,
    }
    return plain | fields


def then(status: str, due: str = "2025年底") -> Data:
    return {"status": status, "value": "1", "due": due}


def counted(statuses: Iterable[str]) -> Data:
    counts = counts_of(statuses)
    completion = completion_of(counts)
    shown = {"achieved": completion.achieved, "of": completion.of, "shown": completion.shown}
    return {"counts": counts, "completion": shown}


def content(rows: Mapping[int, Sequence[Data]], **given: Any) -> Data:
    """``rows`` by action, 0 for the safeguards; ``given`` replaces what follows from them or is plain."""
    everything = [one for mine in rows.values() for one in mine]
    due, have = (sum(one[key] for one in everything) for key in ("units_expected", "units_fresh"))
    statuses = [one["status"] for one in everything]
    tally = {"total": len(everything), **counted(statuses)}
    for name, label in (("before", "2024年下半年"), ("year_ago", "2024年上半年")):
        found = [one[name]["status"] for one in everything if one[name]]
        tally[name] = {"label": label, **counted(found)} if found else None
    plain = {
        "version": 3,
        "head": {
            "title": "关于2025年上半年教育高质量发展三年行动方案目标任务完成情况的通报",
            "district": "开发区",
            "office": "开发区社会事业局",
            "plan": "教育高质量发展三年行动方案",
            "period": "2025H1",
            "period_label": "2025年上半年",
            "addressees": "各学校（幼儿园）、各科室",
            "as_of": "2025年6月底",
        },
        "tally": tally,
        "actions": [
            part(rows.get(no, []), no=no, name=name, short=name[:4], words=[], unwritten="")
            for no, name in enumerate(ACTIONS, start=1)
        ],
        "safeguards": part(rows.get(0, []), name="保障措施"),
        "rectifications": {"rows": [], "lacking": []},
        "waiting": [],
        "reporting": {
            "until": "2025年6月底",
            "as_of": "2025年7月10日",
            "open": False,
            "closes": "2025年7月9日",
            "due": due,
            "have": have,
            "rate": share_shown(have, due),
            "next": "2025年底",
        },
    }
    return plain | given


def part(rows: Sequence[Data], **called: Any) -> Data:
    return {**called, **counted(one["status"] for one in rows), "rows": list(rows)}


def all_targets(statuses: Mapping[str, str], otherwise: str, **fields: Any) -> dict[int, list[Data]]:
    """Every target with its status of ``statuses`` by code; ``fields`` for all of them."""
    found: dict[int, list[Data]] = {}
    for one in (*TARGETS, SAFEGUARD):
        found.setdefault(one[0], []).append(row(one, statuses.get(one[1], otherwise), **fields))
    return found


def ledger_row(of: Data, due: str, until: str, **fields: Any) -> Data:
    plain = {key: of[key] for key in ("code", "name", "section", "status")}
    plain |= {"measure": "一校一策。", "owner": "科长", "due": due, "until": until, "reason": "", "closed": ""}
    return plain | {"open": True, "overdue": False, "carried": 0} | fields


# What a reader takes out of the text ----------------------------------------------------------------------------------


def whole_text(told: Data) -> str:
    """The body as printed."""
    lines = [told["head"]["title"], ""]
    for one in outline(told):
        lines += [one.heading, *(block.text for block in one.blocks), ""]
    return "\n".join([*lines, f"（正文{length_of(told)}字）", ""])


def texts_in(told: Data) -> dict[str, str]:
    """What was drafted, by section, with its references."""
    return {section: drafted(told, section) for section in sections_of(told)}


def names_in(told: Data) -> list[str]:
    """Names that a text may hold: targets, sections, schools, plan; the longest first."""
    found = {told["head"]["plan"]}
    for one in [*rows_in(told), *told["rectifications"]["rows"], *told["rectifications"]["lacking"]]:
        found |= {one["name"], one["section"], *one.get("short", [])}
    found |= {one["section"] for one in told["waiting"]} | {"未定科室"}
    return sorted(found - {""}, key=len, reverse=True)


def without_names(text: str, told: Data, instead: str = "") -> str:
    names = "|".join(map(re.escape, names_in(told)))
    return re.sub(names, instead, text)


ITEM = r"甲(?:控制)?(?:N[项所])?"
LIST = re.compile(rf"{ITEM}(?:[、和]{ITEM})*(?:等N(?:项|所|个科室))?")


def skeletons(text: str, told: Data) -> Iterator[str]:
    """Each sentence and clause with 甲 for names, N for figures; an enumeration with its brackets is one 甲."""
    bare = without_names(REFERENCE.sub("N", text), told, "甲")
    bare = LIST.sub("甲", re.sub(r"（[^（）]*）", "", LIST.sub("甲", bare)))
    yield from (one for one in re.split(r"[。；\n]", bare) if one)
