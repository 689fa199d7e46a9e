"""A result in words."""

import datetime

import pytest

from base.quarters import Period, Quarter
from reports.formula import condition, formula, timing, worked
from reports.models import Measurement, Result
from reports.readings import Reading
from reports.target_page import goal_in_words
from targets.models import TargetDefinition
from tests import factories

DUE = Quarter.parse("2025Q4")


@pytest.fixture
def elements(db):
    kinds = {"A": {}, "B": {}, "YES": {"value_type": "boolean", "unit": ""}, "FLOW": {"period_kind": "flow"}}
    return {code: factories.make_element(code, f"项{code}", **fields) for code, fields in kinds.items()}


@pytest.fixture
def read(adoption, plan, sections, elements):
    """``read({fields of the definition}, {fields of the goal}, {fields of the result})``: the Reading."""

    def reading_of(kind, goal, result):
        target = factories.make_target(factories.make_task(factories.make_action(plan)))
        terms = {part: elements[kind.pop(part)] for part in ("condition", "per") if part in kind}
        sums = {part: [elements[kind.pop(part)]] for part in ("numerator", "denominator") if part in kind}
        definition = factories.make_definition(target, **terms, **sums, **kind)
        factories.make_goal(definition, goal.pop("value"), **goal)
        own = factories.make_adopted_target(adoption, target, sections["basic"])
        measurement = Measurement(adoption=adoption, period=Period.parse("2025H1"))
        made = Result(measurement=measurement, target=target, definition=definition, due=DUE, **result)
        made.definition = TargetDefinition.objects.with_parts().get(pk=definition.pk)
        return Reading(made, own)

    return reading_of


RATE = {"measure": "ratio", "numerator": "A", "denominator": "B", "scale": 100, "unit": "%", "decimals": 1}


def test_rate(read):
    result = {"status": "behind", "value": 94.96, "numerator": 4748, "denominator": 5000, "goal": 95, "gap": 1.7}
    reading = read(dict(RATE), {"value": 95}, {**result, "expected": 94.985})

    assert (reading.value, reading.goal, reading.expected) == ("94.9%", "95%", "95.0%")  # never across the goal
    assert (reading.missing, reading.shortfall) == ("2\u00a0人", "还差 2\u00a0人")
    assert (reading.due, reading.section, reading.is_urgent) == ("2025年底", "基础教育科", True)
    assert worked(reading) == "4,748 ÷ 5,000 × 100 = 94.9%"
    assert formula(reading.definition) == "项A ÷ 项B × 100"
    assert timing(reading.definition) == "时点数取最近一次核定的数"


def test_nothing_measured_is_dashes(read):
    reading = read(dict(RATE), {"value": 95}, {"status": "no_data", "goal": None})

    assert (reading.value, reading.goal, reading.expected, reading.bare) == ("—", "—", "—", None)
    assert (reading.missing, reading.shortfall, worked(reading)) == ("", "尚未完成", "—")


def test_ceiling_that_is_broken_says_by_how_much(read):
    kind = {"measure": "count", "numerator": "FLOW", "unit": "起"}
    reading = read(kind, {"value": 0, "comparator": "<="}, {"status": "overdue", "value": 2, "goal": 0})

    assert (reading.value, reading.goal, reading.shortfall) == ("2\u00a0起", "不超过 0\u00a0起", "多出 2\u00a0起")
    assert timing(reading.definition) == "期内数按自然年累计"


def test_flow_over_the_whole_plan(read):
    reading = read({"measure": "count", "numerator": "FLOW", "window": "plan"}, {"value": 9}, {"status": "on_track"})

    assert timing(reading.definition) == "期内数按方案期累计"


def test_range(read):
    kind = {"measure": "count", "numerator": "A", "unit": "所"}
    goal = {"value": 1, "maximum": 2, "comparator": "between"}
    reading = read(kind, goal, {"status": "achieved", "value": 1234, "goal": 1})

    assert (reading.value, reading.goal) == ("1,234\u00a0所", "1–2\u00a0所")


@pytest.mark.parametrize(("value", "said"), [(1, "已完成"), (0, "未完成")])
def test_milestone(read, value, said):
    kind = {"measure": "milestone", "numerator": "YES", "unit": "是/否"}
    reading = read(kind, {"value": 1, "comparator": "="}, {"status": "achieved", "value": value, "goal": 1})

    assert (reading.value, reading.goal) == (said, "完成")
    assert formula(reading.definition) == "“项YES”最近核定为“是”，即为完成"


@pytest.mark.parametrize(
    ("status", "said"), [("achieved", "已完成"), ("on_track", "正常推进"), ("behind", "滞后"), ("no_data", "—")]
)
def test_judgement_stands_in_its_status(read, status, said):
    reading = read({"measure": "judgement", "numerator": "YES"}, {"value": None}, {"status": status})

    assert (reading.value, reading.goal) == (said, "完成")


def test_share_counts_schools(read):
    kind = {"measure": "share", "condition": "YES", "condition_threshold": 1, "condition_comparator": ">=", "unit": "%"}
    result = {"status": "behind", "value": 75.0, "numerator": 3, "denominator": 4, "goal": 100, "gap": 1}
    reading = read(kind, {"value": 100}, result)

    assert (reading.missing, worked(reading)) == ("1\u00a0所", "3 ÷ 4 × 100 = 75%")
    assert formula(reading.definition) == "达标的学校数 ÷ 应达标的学校数 × 100；达标指“项YES”为“是”"


@pytest.mark.parametrize(("value", "said"), [(100.0, "达标"), (0.0, "未达标")])
def test_share_of_one_school_is_met_or_not(read, school, value, said):
    kind = {"measure": "share", "condition": "YES", "condition_threshold": 1, "condition_comparator": ">=", "unit": "%"}
    reading = read(kind, {"value": 100}, {"status": "behind", "value": value, "goal": 100, "gap": 1, "unit": school})

    assert (reading.value, reading.missing) == (said, "")


def test_condition_on_a_quotient(read):
    kind = {"measure": "share", "condition": "A", "per": "B", "condition_comparator": ">=", "unit": "%"}
    reading = read({**kind, "condition_threshold": "0.96"}, {"value": 100}, {"status": "behind"})
    definition = TargetDefinition.objects.with_parts().get(pk=reading.definition.pk)

    assert condition(definition) == "项A ÷ 项B ≥ 0.96"


def test_completeness_and_missed_goals(read):
    units = {"units_expected": 60, "units_fresh": 56, "units_carried": 3, "units_missing": 1}
    reading = read(
        dict(RATE), {"value": 95}, {"status": "behind", **units, "missed_goals": ("2023-12-31", "2024-09-30")}
    )

    assert reading.completeness == "应报 60，已报 56，沿用 3，缺报 1"
    assert reading.missed == ["2023年底", "2024年9月底"]


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ({"value": 95}, "不低于 95%"),
        ({"value": 95, "comparator": "<"}, "低于 95%"),
        ({"value": 10, "maximum": 20, "comparator": "between"}, "10–20%"),
        ({"value": 10, "basis": "baseline_plus"}, "比基期增加 10 个百分点"),
        ({"value": "-0.5", "basis": "baseline_plus", "comparator": "<="}, "比基期减少 0.5 个百分点"),
        ({"value": "1.3", "basis": "last_year_times"}, "不低于上年的 1.3 倍"),
        ({"value": 0, "basis": "last_year_plus", "comparator": "<"}, "少于上年"),
        ({"value": 2, "basis": "last_year_plus"}, "比上年增加 2 个百分点"),
    ],
)
def test_goal_as_it_is_defined(read, goal, said):
    reading = read(dict(RATE), dict(goal), {"status": "not_due"})

    assert goal_in_words(reading.definition.goals.get(), reading.definition) == said


def test_goal_in_view_is_that_of_the_results_due_quarter(read):
    reading = read(dict(RATE), {"value": 95}, {"status": "not_due"})
    factories.make_goal(reading.definition, 50, due=datetime.date(2024, 12, 31), comparator="<")
    definition = TargetDefinition.objects.with_parts().get(pk=reading.definition.pk)
    reading.result.definition = definition

    assert Reading(reading.result).goal_in_view.value == 95
