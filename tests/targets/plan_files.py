"""A small plan file with a target of every measure, to be spoiled one place at a time."""

import copy
import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from targets.loader import PlanFileError, load_plan

DROP = object()
END = datetime.date(2025, 12, 31)


def element(code: str, **fields: Any) -> dict[str, Any]:
    """A count that schools enter in Q3 and the basic section reviews."""
    return {
        "code": code,
        "name": f"填报项{code}",
        "period_kind": "stock",
        "asked_in": ["Q3"],
        "about": "school",
        "entered_by": "school",
        "reviewed_by": "basic",
        "value_type": "integer",
    } | fields


def of_bureau(code: str, **fields: Any) -> dict[str, Any]:
    """What the office enters for the district, twice a year."""
    office = {"about": "bureau", "entered_by": "office", "reviewed_by": "office", "asked_in": ["Q2", "Q4"]}
    return element(code, **(office | fields))


def target(code: str, goal: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "code": code,
        "home": {"task": 1},
        "clauses": ["三-1"],
        "name": f"目标{code}",
        "statement": f"{code}到期达标。",
        **fields,
        "goals": [{"due": END, **goal}],
    }


_BASE = {
    "plan": {
        "code": "plan-2023-2025",
        "name": "三年行动方案",
        "start": datetime.date(2023, 1, 1),
        "end": END,
        "objectives": [{"no": 1, "name": "协调发展", "summary": "各类教育协调发展。"}],
        "actions": [
            {
                "no": 1,
                "name": "增效行动",
                "short": "增效",
                "tasks": [
                    {"no": 1, "name": "学前教育", "summary": "普及普惠。", "section": "basic"},
                    {"no": 2, "name": "义务教育", "section": "basic"},
                ],
            }
        ],
        "safeguards": [{"no": 1, "name": "组织领导"}],
    },
    "elements": [
        element("CHILDREN", unit="人", lower=0, upper=5000, stages=["kindergarten"]),
        element("CHILDREN_PUBLIC", unit="人", lower=0, stages=["kindergarten"]),
        element("ROOMS"),
        element("ROOMS_ONLINE"),
        of_bureau("MEETINGS", period_kind="flow"),
        of_bureau("TOWN_BUILT", value_type="date"),
        of_bureau("V_TALENTS", value_type="verdict"),
        element("INJURIES", period_kind="flow", asked_in=["Q1", "Q2", "Q3", "Q4"]),
    ],
    "targets": [
        target(
            "PUBLIC_SHARE",
            {"comparator": ">=", "value": 70},
            objective=1,
            clauses=["二-1", "三-1"],
            unit="%",
            measure="ratio",
            numerator=["CHILDREN_PUBLIC"],
            denominator=["CHILDREN"],
            scale=100,
            stages=["kindergarten"],
            goal_scope="each",
            decimals=1,
            card={"counted": "公办园在园幼儿", "not_counted": "托育", "source": "方案三-1", "note": "推定。"},
        ),
        target("ONLINE", {"comparator": ">=", "value": 95}, measure="share", condition="ROOMS_ONLINE/ROOMS>=0.96"),
        target("MEETINGS", {"comparator": ">=", "value": 2}, measure="count", numerator=["MEETINGS"]),
        target("TOWN", {"comparator": "=", "value": 1}, measure="milestone", numerator=["TOWN_BUILT"]),
        target("TALENTS", {"pacing": "step"}, measure="judgement", numerator=["V_TALENTS"]),
        target(
            "INJURIES",
            {"comparator": "<", "value": 0, "basis": "last_year_plus"},
            home={"safeguard": 1},
            clauses=["四-1"],
            section="office",
            measure="count",
            numerator=["INJURIES"],
            window="year",
        ),
    ],
    "clauses": [
        {"code": "一", "name": "总体要求", "numbers": [{"expression": "一", "none": "numbering", "reason": "序号"}]},
        {"code": "三（一）", "action": 1},
        {"code": "三-1", "numbers": [{"expression": "70%", "target": "ONLINE", "due": END, "row": "T001"}]},
    ],
    "adoption": {
        "district": {"code": "kfq", "name": "开发区"},
        "calendar": {"opens_day": 20, "due_day": 5, "closes_day": 9},
        "sections": [{"code": "basic", "name": "基础教育科"}, {"code": "office", "name": "办公室"}],
        "baselines": [
            {"target": "PUBLIC_SHARE", "value": 52.3, "date": datetime.date(2022, 12, 31), "source": "统计年报"}
        ],
        "missing_baselines": ["ONLINE"],
        "thresholds": [{"target": "MEETINGS", "ok_at": 1, "warn_at": 0.9}],
    },
}


def base() -> dict[str, Any]:
    """A fresh copy of the small plan, free of faults."""
    return copy.deepcopy(_BASE)


def later_plan() -> dict[str, Any]:
    """A second plan that adds one element and otherwise uses those of the first."""
    return {
        "plan": _BASE["plan"]
        | {
            "code": "plan-2026-2028",
            "name": "下一个三年行动方案",
            "start": datetime.date(2026, 1, 1),
            "end": datetime.date(2028, 12, 31),
        },
        "elements": [element("CHILDREN_AIDED", unit="人", stages=["kindergarten"])],
        "targets": [
            target(
                "PUBLIC_SHARE",
                {"due": datetime.date(2028, 12, 31), "comparator": ">=", "value": 80},
                measure="ratio",
                numerator=["CHILDREN_PUBLIC", "CHILDREN_AIDED"],
                denominator=["CHILDREN"],
                scale=100,
            )
        ],
        "adoption": {"district": {"code": "kfq", "name": "开发区"}},
    }


def changed(data: dict[str, Any], **edits: Any) -> dict[str, Any]:
    """A copy with other values at paths like ``targets[0].goals[0].due``; ``DROP`` takes the key out.

    Paths are given as the keys of a dict: ``changed(base(), **{"plan.name": "别名"})``.
    """
    data = copy.deepcopy(data)
    for path, value in edits.items():
        *steps, last = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", path)]
        here: Any = data
        for step in steps:
            here = here[step]
        if value is DROP:
            del here[last]
        elif isinstance(here, list) and last == len(here):
            here.append(value)
        else:
            here[last] = value
    return data


class _Dumper(yaml.SafeDumper):
    """Writes everything out, however often it stands in the data."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text_of(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def problems_of(directory: Path, data: dict[str, Any]) -> list[tuple[str, str]]:
    """What keeps the plan from being loaded, as (path, reason) in the file's order."""
    with pytest.raises(PlanFileError) as caught:
        load_plan(write(directory, data), by=None)
    return [(problem.path, problem.reason) for problem in caught.value.problems]


def write(directory: Path, data: dict[str, Any], name: str = "plan.yaml") -> Path:
    file = directory / name
    file.write_text(text_of(data), encoding="utf-8")
    return file
