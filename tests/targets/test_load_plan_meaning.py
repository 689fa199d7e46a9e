"""What a plan file says against itself or against measurement.md."""

import datetime

import pytest

from targets.loader import check_plan, load_plan
from tests.targets.plan_files import DROP, base, changed, later_plan, problems_of, target, write

pytestmark = pytest.mark.django_db

DAY = datetime.date


def test_the_small_plan_is_free_of_faults(tmp_path):
    check_plan(write(tmp_path, base()))


NO_ARMY = "没有科室“army”：文件的 adoption.sections 和数据库里都没有。"
NO_PRIVATE = "没有填报项 CHILDREN_PRIVATE：文件和数据库里都没有。"
OTHER_WAY = "同一目标的各期应朝同一方向：都越大越好，或都越小越好。"
ONE_A_QUARTER = "一个季度只能有一个目标值，2025Q4 已有一个。"
CARRIED = "写承载它的 target 和 due，或写它不是目标的 none 和 reason。"
IN_Q3 = "按学年累计的目标在第三季度到期（学年为上年第四季度至当年第三季度）。"
YEARLY = "与上年相比的目标须用时点数，或按年累计（window 为 year 或 school_year）。"
BY_BASELINE = "比基期增减（baseline_plus）的目标只对全区，goal_scope 应为 district。"


def goal(day, comparator=">="):
    return {"due": day, "comparator": comparator, "value": 1}


BASELINE = base()["adoption"]["baselines"][0]

MEANING = [
    # the plan's parts
    ("plan.end", DAY(2022, 12, 31), None, "方案的截止日期应在起始日期之后。"),
    ("plan.actions[0].tasks[1].no", 1, None, "重点任务的序号 1 写了两次。"),
    ("plan.objectives[1]", {"no": 1, "name": "又一"}, "plan.objectives[1].no", "主要目标的序号 1 写了两次。"),
    ("plan.actions[0].tasks[1].section", "army", None, NO_ARMY),
    # elements
    ("elements[3].code", "ROOMS", None, "填报项编码 ROOMS 写了两次。"),
    ("elements[0].lower", 6000, "elements[0].upper", "上限小于下限。"),
    ("elements[5].lower", 0, None, "只有整数和小数才有上下限。"),
    ("elements[5].period_kind", "flow", None, "日期和研判不能累计，应为时点数（stock）。"),
    ("elements[4].entered_by", "school", None, "全区一个数的填报项（about: bureau）由科室填报，不能由学校填报。"),
    ("elements[4].reviewed_by", "basic", None, "科室填报的填报项由同一科室负责，reviewed_by 应与 entered_by 相同。"),
    ("elements[0].reviewed_by", "school", None, "审核的应是科室。"),
    ("elements[0].reviewed_by", "army", None, NO_ARMY),
    ("elements[2].entered_by", "army", None, NO_ARMY),
    # what a target is about
    ("targets[1].code", "PUBLIC_SHARE", None, "目标编码 PUBLIC_SHARE 写了两次。"),
    ("targets[0].home.task", 9, None, "方案里没有第 9 项重点任务。"),
    ("targets[5].home.safeguard", 9, None, "方案里没有第 9 项保障措施。"),
    ("targets[0].objective", 9, None, "方案里没有第 9 项主要目标。"),
    ("targets[0].clauses[0]", "二-9", None, "方案里没有条款 二-9（第 9 项主要目标）。"),
    ("targets[0].clauses[1]", "三-27", None, "方案里没有条款 三-27（第 27 项重点任务）。"),
    ("targets[0].clauses[2]", "四-4", None, "方案里没有条款 四-4（第 4 项保障措施）。"),
    ("targets[0].section", "army", None, NO_ARMY),
    ("targets[0].since", "2026Q1", None, "起用季度 2026Q1 不在方案期 2023Q1–2025Q4 内。"),
    # clauses
    ("clauses[1].code", "一", None, "条款 一 写了两次。"),
    ("clauses[0].name", DROP, None, "缺少 name。"),
    ("clauses[1].action", 2, "clauses[1].code", "方案里没有第 2 项行动。"),
    ("clauses[2].code", "三-9", None, "方案里没有第 9 项重点任务。"),
    ("clauses[0].numbers[0].reason", DROP, "clauses[0].numbers[0].expression", CARRIED),
    ("clauses[0].numbers[0].target", "MEETINGS", "clauses[0].numbers[0].expression", CARRIED),
    ("clauses[2].numbers[0].due", DROP, "clauses[2].numbers[0].expression", CARRIED),
    ("clauses[2].numbers[0].target", "NONE", None, "没有目标 NONE。"),
    ("clauses[2].numbers[0].due", DAY(2024, 12, 31), None, "ONLINE 没有这一天到期的目标值。"),
    # what it is made of
    ("targets[0].denominator", DROP, None, "比率（ratio）须有分母 denominator。"),
    ("targets[0].numerator", DROP, None, "比率（ratio）须有分子 numerator。"),
    ("targets[0].condition", "ROOMS>=1", None, "比率（ratio）没有达标条件，请删去 condition。"),
    ("targets[1].condition", DROP, None, "达标单位占比（share）须有达标条件 condition。"),
    ("targets[1].numerator", ["ROOMS"], None, "达标单位占比（share）没有分子，请删去 numerator。"),
    ("targets[2].denominator", ["MEETINGS"], None, "计数（count）没有分母，请删去 denominator。"),
    ("targets[2].scale", 100, None, "只有比率（ratio）才有倍数 scale。"),
    ("targets[0].numerator[0]", "CHILDREN_PRIVATE", None, NO_PRIVATE),
    ("targets[0].denominator[0]", "CHILDREN_PRIVATE", None, NO_PRIVATE),
    ("targets[1].condition", "ROOMS/CHILDREN_PRIVATE>=1", None, NO_PRIVATE),
    ("targets[0].denominator[0]", "MEETINGS", None, "算式各项须同类：CHILDREN_PUBLIC 按学校填，MEETINGS 按全区填。"),
    ("targets[2].numerator[1]", "ROOMS", None, "算式各项须同类：MEETINGS 按全区填，ROOMS 按学校填。"),
    ("targets[0].numerator[0]", "TOWN_BUILT", None, "比率的填报项应是整数、小数、是/否，TOWN_BUILT 是日期。"),
    ("targets[3].numerator[0]", "MEETINGS", None, "创成的填报项应是日期、是/否，MEETINGS 是整数。"),
    ("targets[3].numerator[0]", "MEETINGS", None, "创成看时点数（stock），MEETINGS 是期内数。"),
    ("targets[3].numerator[0]", "ROOMS", None, "创成看全区的填报项（about: bureau），ROOMS 是按学校填的。"),
    ("targets[4].numerator[0]", "TOWN_BUILT", None, "研判的填报项应是研判，TOWN_BUILT 是日期。"),
    ("targets[4].numerator[1]", "TOWN_BUILT", "targets[4].numerator", "研判（judgement）只取一个填报项。"),
    ("targets[0].stages", ["senior"], "targets[0].numerator[0]", "填报项 CHILDREN_PUBLIC 的学段与目标的学段没有交集。"),
    # goals
    ("targets[0].goals[0].due", DAY(2026, 1, 1), None, "到期日 2026-01-01 不在方案期 2023Q1–2025Q4 内。"),
    ("targets[0].goals[0].due", DAY(2022, 12, 31), None, "到期日 2022-12-31 不在方案期 2023Q1–2025Q4 内。"),
    ("targets[0].goals[1]", goal(DAY(2025, 10, 1)), "targets[0].goals[1].due", ONE_A_QUARTER),
    ("targets[0].goals[1]", goal(DAY(2024, 6, 30)), "targets[0].goals[1].due", "目标值应按到期日先后排列。"),
    ("targets[0].goals[1]", goal(DAY(2025, 10, 1), "<="), "targets[0].goals[1].comparator", OTHER_WAY),
    ("targets[2].window", "school_year", "targets[2].goals[0].due", IN_Q3),
    ("targets[0].goals[0].value", DROP, None, "缺少 value。"),
    ("targets[0].goals[0].comparator", DROP, None, "缺少 comparator。"),
    ("targets[4].goals[0].value", 1, None, "研判（judgement）的目标只有到期日，请删去 value。"),
    ("targets[4].goals[0].comparator", "=", None, "研判（judgement）的目标只有到期日，请删去 comparator。"),
    ("targets[0].goals[0].max", 80, None, "只有 between 才有上限 max。"),
    ("targets[0].goals[0].comparator", "between", "targets[0].goals[0].max", "between 须有上限 max。"),
    ("targets[0].goals[0].comparator", "=", None, "= 只用于创成（milestone）。"),
    ("targets[3].goals[0].comparator", "<", None, "创成（milestone）的比较应为 =。"),
    ("targets[3].goals[0].value", 2, None, "创成（milestone）的目标值应为 1。"),
    ("targets[3].goals[0].basis", "last_year_plus", None, "创成（milestone）的目标值是绝对值（absolute）。"),
    ("targets[1].goals[0].value", 101, None, "达标单位占比（share）的目标值应在 0 到 100 之间。"),
    ("targets[2].goals[0].value", -1, None, "计数（count）的目标值不能小于 0。"),
    ("targets[2].goal_scope", "each", None, "计数（count）的目标只对全区，goal_scope 应为 district。"),
    ("targets[0].goals[0].basis", "baseline_plus", "targets[0].goal_scope", BY_BASELINE),
    ("targets[5].window", "plan", "targets[5].goals[0].basis", YEARLY),
    ("targets[5].goals[0].basis", "last_year_times", "targets[5].goals[0].value", "上年的倍数应大于 0。"),
    # the district's own
    ("adoption.sections[1].code", "basic", None, "科室代码 basic 写了两次。"),
    ("adoption.calendar.due_day", 10, "adoption.calendar.closes_day", "关闭日不能早于截止日。"),
    ("adoption.baselines[0].target", "NOTHING", None, "方案里没有目标 NOTHING。"),
    ("adoption.baselines[1]", BASELINE, "adoption.baselines[1].target", "目标 PUBLIC_SHARE 写了两次。"),
    ("adoption.baselines[0].date", DAY(2025, 12, 1), None, "基期应早于最后一个到期日 2025-12-31。"),
    ("adoption.missing_baselines[0]", "NOTHING", None, "方案里没有目标 NOTHING。"),
    ("adoption.missing_baselines[0]", "PUBLIC_SHARE", None, "PUBLIC_SHARE 在 baselines 里已有基期，不应再列为缺基期。"),
    ("adoption.thresholds[0].target", "NOTHING", None, "方案里没有目标 NOTHING。"),
    ("adoption.thresholds[0].warn_at", 1.1, None, "偏慢线（warn_at）不能高于正常线（ok_at）。"),
    ("targets[5].section", DROP, None, "归保障措施的目标须写明责任科室 section。"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "where", "reason"), MEANING, ids=[path for path, *_ in MEANING])
def test_a_fault_of_meaning_is_named(tmp_path, path, value, where, reason):
    assert (where or path, reason) in problems_of(tmp_path, changed(base(), **{path: value}))


def test_a_maximum_is_not_below_the_minimum(tmp_path):
    edits = {"targets[2].goals[0].comparator": "between", "targets[2].goals[0].max": 1}
    assert problems_of(tmp_path, changed(base(), **edits)) == [("targets[2].goals[0].max", "上限 max 不能小于 value。")]


def test_a_goal_on_a_baseline_wants_the_baseline_or_the_word_that_it_is_missing(tmp_path):
    edits = {"targets[0].goals[0].basis": "baseline_plus", "targets[0].goal_scope": "district"}
    data = changed(base(), **edits, **{"adoption.baselines": []})
    assert problems_of(tmp_path, data) == [
        (
            "targets[0].goals[0].basis",
            "目标值比基期增减，须在 adoption.baselines 给出基期，或列入 adoption.missing_baselines。",
        )
    ]
    check_plan(write(tmp_path, changed(data, **{"adoption.missing_baselines[1]": "PUBLIC_SHARE"})))


def test_a_plan_that_ends_before_it_begins_is_told_once(tmp_path):
    data = changed(base(), **{"plan.end": DAY(2022, 12, 31)})
    assert problems_of(tmp_path, data) == [("plan.end", "方案的截止日期应在起始日期之后。")]


def test_an_element_of_the_database_wants_its_section_in_this_district_too(tmp_path):
    load_plan(write(tmp_path, base()), by=None)
    sections = [{"code": "basic", "name": "基础教育科"}]
    data = later_plan() | {"adoption": {"district": {"code": "other", "name": "别区"}, "sections": sections}}
    data["targets"].append(target("TALKS", goal(DAY(2028, 12, 31)), measure="count", numerator=["MEETINGS"]))
    assert problems_of(tmp_path, data) == [
        ("targets[1].numerator[0]", "填报项 MEETINGS 由科室“office”负责，本区没有这个科室。")
    ]


def test_every_fault_is_told_at_once_in_the_order_of_the_file(tmp_path):
    edits = {
        "plan.actions[0].tasks[0].section": "army",
        "elements[0].lower": 9000,
        "targets[0].measure": "ration",
        "targets[0].home.task": 9,
        "targets[0].goals[0].due": DAY(2030, 1, 1),
        "targets[1].condition": "NOWHERE>=1",
        "targets[2].goals[0].value": "two",
        "targets[2].goals[0].comparator": "=",
        "adoption.baselines[0].target": "NOTHING",
    }
    assert [path for path, _ in problems_of(tmp_path, changed(base(), **edits))] == [
        "plan.actions[0].tasks[0].section",
        "elements[0].upper",
        "targets[0].home.task",
        "targets[0].measure",
        "targets[0].goals[0].due",
        "targets[1].condition",
        "targets[2].goals[0].comparator",
        "targets[2].goals[0].value",
        "adoption.baselines[0].target",
    ]
