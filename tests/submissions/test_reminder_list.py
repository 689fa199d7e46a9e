"""The texts for a chat group."""

import datetime

import pytest

from submissions.asking import Asking
from submissions.models import Extension
from submissions.reminder_list import reminder_groups, reminder_text
from submissions.states import standings
from tests import factories


@pytest.fixture
def groups(form, district, quarter):
    """``groups()``: of all schools of the district."""

    def make():
        asking = Asking(district)
        schools = list(district.units.schools().with_facts().order_by("code"))
        return reminder_groups(standings(asking, schools, [quarter]).values(), quarter, asking.window(None, quarter))

    return make


def test_groups_are_what_is_left_to_do(groups, enter, kindergarten, junior_school):
    enter("TEACHERS", 1)
    enter("TEACHERS", 1, unit=kindergarten, state="returned", return_reason="请核对")
    made = groups()
    assert [(group.title, group.names) for group in made] == [
        ("还没有开始", ["第一中学"]),
        ("有草稿未提交", ["第一小学（已填 1/3）"]),
        ("有退回待修改", ["第一幼儿园（1 项）"]),
    ]
    assert reminder_text(made).splitlines() == [
        "【填报提醒】2025年第二季度数据填报7月5日截止，还剩 2 天（7月3日统计）。",
        "还没有开始（1 所）：第一中学",
        "有草稿未提交（1 所）：第一小学（已填 1/3）",
        "有退回待修改（1 所）：第一幼儿园（1 项）",
        "请以上学校登录系统尽快完成，谢谢。",
    ]


def test_a_group_is_a_text_of_its_own(groups):
    (blank,) = groups()
    assert blank.text == reminder_text([blank])
    assert blank.text.splitlines()[1] == "还没有开始（1 所）：第一小学"


@pytest.mark.parametrize(
    ("day", "deadline", "name"),
    [
        (5, "今天截止（7月5日统计）", "第一小学"),
        (7, "7月5日截止，7月9日关闭（7月7日统计）", "第一小学（已逾期 2 天）"),
        (10, "已于7月9日关闭（7月10日统计）", "第一小学（已逾期 5 天）"),
    ],
)
def test_says_who_is_late_and_until_when(groups, settings, day, deadline, name):
    settings.PLAN_TODAY = datetime.date(2025, 7, day)
    (blank,) = groups()
    assert (blank.heading, blank.names) == (f"【填报提醒】2025年第二季度数据填报{deadline}。", [name])
    assert ("联系审核科室" in blank.closing) == (day == 10)


def test_says_who_was_given_more_time(groups, form, quarter, officer, settings):
    until = datetime.date(2025, 7, 12)
    Extension.objects.create(
        unit=form, quarter=quarter, until=until, reason="迁址", given_at="2025-07-03T10:00+08:00", given_by=officer
    )
    settings.PLAN_TODAY = datetime.date(2025, 7, 7)
    assert groups()[0].names == ["第一小学（延至7月12日）"]
    settings.PLAN_TODAY = datetime.date(2025, 7, 13)
    assert groups()[0].names == ["第一小学（已逾期 1 天，延至7月12日）"]


def test_those_whose_items_came_back_are_not_called_late(groups, enter, settings):
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1, state="returned", return_reason="请核对")
    settings.PLAN_TODAY = datetime.date(2025, 7, 7)
    (returned,) = groups()
    assert returned.names == ["第一小学（3 项）"]
    assert "逾期" not in returned.text


def test_those_who_changed_what_was_handed_in_have_a_group_of_their_own(groups, enter, form, quarter, settings):
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1)
    factories.make_submission(form, quarter)
    settings.PLAN_TODAY = datetime.date(2025, 7, 7)
    (again,) = groups()
    assert (again.title, again.names) == ("待重新提交", ["第一小学"])
    assert ("逾期" in again.text, "未提交" in again.text) == (False, False)


def test_is_empty_when_all_is_in(groups, enter):
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1, state="submitted")
    assert groups() == []
    assert reminder_text([]) == ""
