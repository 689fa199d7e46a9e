"""Faults in the shape of a plan file."""

import datetime

import pytest

from tests.targets.plan_files import DROP, base, changed, problems_of

pytestmark = pytest.mark.django_db


HOME = "一个目标只归一项重点任务或一项保障措施，写成 {task: 16} 或 {safeguard: 3}。"
CONDITION = "应写成 CODE>=1 或 CODE/CODE>=0.96 的样子，现为“ROOMS”。"
NOON = datetime.datetime(2025, 12, 31, 12)
GOAL = "due、comparator、value、max、basis、pacing、presumed"

SHAPE = [
    ("plan", DROP, "缺少 plan。"),
    ("plans", {}, "没有“plans”这一项，可以写的有：plan、elements、targets、clauses、checks、adoption。"),
    ("plan.code", "Plan 1", "应为小写字母开头的代码（小写字母、数字、_、-），最多 30 个字符，现为“Plan 1”。"),
    ("plan.name", "", "不能为空。"),
    ("plan.name", "长" * 101, f"最多 100 个字，现为“{'长' * 101}”。"),
    ("plan.start", "2023年", "应为日期，如 2025-12-31，现为“2023年”。"),
    ("plan.actions", [], "至少要有一个。"),
    ("plan.actions[0].tasks[1].no", "2", "应为整数，现为“2”。"),
    ("plan.actions[0].tasks[1].no", 0, "不能小于 1。"),
    ("plan.actions[0].short", "一个太长的行动简称啊啊", "最多 10 个字，现为“一个太长的行动简称啊啊”。"),
    ("plan.objectives[0].name", None, "应为一段文字，现为空。"),
    ("elements", {}, "应为列表，现为别的东西。"),
    ("elements[2].code", "rooms", "应为大写字母、数字和下划线组成的编码，最多 30 个字符，现为“rooms”。"),
    ("elements[2].code", "R" * 31, f"应为大写字母、数字和下划线组成的编码，最多 30 个字符，现为“{'R' * 31}”。"),
    ("elements[0].asked_in", [], "至少要有一个。"),
    ("elements[0].asked_in", DROP, "缺少 asked_in。"),
    ("elements[0].asked_in[0]", "Q5", "应为 Q1、Q2、Q3、Q4 之一，现为“Q5”。"),
    ("elements[0].asked_in[1]", "Q3", "“Q3”写了两次。"),
    ("elements[0].stages[0]", "nursery", "应为 kindergarten、primary、junior、senior 之一，现为“nursery”。"),
    ("elements[0].lower", 0.1234567, "最多 6 位小数，现为 0.1234567。"),
    ("elements[0].upper", float("nan"), "应为数字，现为“.nan”。"),
    ("elements[0].period_kind", None, "应为 stock、flow 之一，现为“”。"),
    ("targets[0].home", {"task": 1, "safeguard": 1}, HOME),
    ("targets[0].home", {}, HOME),
    ("targets[0].home", DROP, "缺少 home。"),
    ("targets[0].clauses", [], "至少要有一个。"),
    ("targets[0].clauses[0]", "五-1", "应写成 二-目标号、三-任务号 或 四-保障号，如 三-16，现为“五-1”。"),
    ("targets[0].measure", "ration", "应为 ratio、share、count、milestone、judgement 之一，现为“ration”。"),
    ("targets[0].numerator[1]", "CHILDREN_PUBLIC", "“CHILDREN_PUBLIC”写了两次。"),
    ("targets[0].scale", 0, "应大于 0。"),
    ("targets[0].soft", "no", "应为 true 或 false，现为“no”。"),
    ("targets[0].decimals", 7, "不能大于 6。"),
    ("targets[0].since", "2023H1", "应为季度，如 2024Q3，现为“2023H1”。"),
    ("targets[0].pending", "", "不能为空。"),
    ("targets[0].goals", [], "至少要有一个。"),
    ("targets[0].goals[0]", 70, "应为一组键和值，现为“70”。"),
    ("targets[0].goals[0].due", NOON, "应为日期，如 2025-12-31，现为“2025-12-31 12:00:00”。"),
    ("targets[0].goals[0].comparator", "=>", "应为 >=、>、=、between、<=、< 之一，现为“=>”。"),
    ("targets[0].goals[0].value", "70%", "应为数字，现为“70%”。"),
    ("targets[0].goals[0].maximum", 80, f"没有“maximum”这一项，可以写的有：{GOAL}。"),
    ("targets[0].card.counts", "x", "没有“counts”这一项，可以写的有：counted、not_counted、source、note。"),
    ("targets[1].condition", "ROOMS", CONDITION),
    ("targets[1].condition", "ROOMS>=many", CONDITION.replace("“ROOMS”", "“ROOMS>=many”")),
    ("adoption.calendar.opens_day", 31, "不能大于 28。"),
    ("adoption.baselines[0].source", DROP, "缺少 source。"),
    ("adoption.thresholds[0].warn_at", 0, "应大于 0。"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "reason"), SHAPE, ids=[path for path, *_ in SHAPE])
def test_a_fault_of_shape_is_named(tmp_path, path, value, reason):
    assert (path, reason) in problems_of(tmp_path, changed(base(), **{path: value}))


@pytest.mark.parametrize("path", [path for path, *_ in SHAPE])
def test_a_fault_of_shape_anywhere_lets_the_other_checks_go_on(tmp_path, path):
    """Whatever is broken elsewhere, a wrong threshold of a target that is there is still found."""
    value = next(value for where, value, _ in SHAPE if where == path)
    data = changed(base(), **{path: value, "adoption.thresholds[0].ok_at": 0.5})
    assert "adoption.thresholds[0].warn_at" in [where for where, _ in problems_of(tmp_path, data)]


@pytest.mark.parametrize(
    "damage",
    [
        {"plan": []},
        {"plan": {"actions": [1, None, {"tasks": [None, {"no": []}]}]}},
        {"elements": [None, 1, [], {"code": []}, {"code": {}, "stages": "x", "asked_in": 1}]},
        {"targets": [None, {"code": {}, "home": 1, "clauses": {}, "goals": {"due": 1}, "condition": [], "card": []}]},
        {"targets": [{"home": {"task": {}}, "numerator": "X", "since": 3, "goals": [[], {"due": "x"}]}]},
        {"adoption": []},
        {"adoption": {"district": 1, "calendar": [], "sections": [1], "baselines": [{"target": []}], "thresholds": 1}},
        {"adoption": None},
        {"elements": None, "targets": None},
    ],
)
def test_no_damage_breaks_the_checks(tmp_path, damage):
    assert problems_of(tmp_path, base() | damage)


@pytest.mark.parametrize(
    ("path", "value"), [("plan", DROP), ("plan.actions", []), ("plan.safeguards", {}), ("elements", {})]
)
def test_a_whole_that_is_missing_is_told_once(tmp_path, path, value):
    """Nobody is told that each thing in it is unknown, too."""
    assert [where for where, _ in problems_of(tmp_path, changed(base(), **{path: value}))] == [path]
