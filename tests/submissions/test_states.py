import datetime

import pytest

from submissions.asking import Asking
from submissions.models import Submission
from submissions.states import FormState, reminder, standings
from tests import factories


@pytest.fixture
def standing(form, district, quarter):
    return lambda: standings(Asking(district), [form], [quarter])[form.pk, quarter]


@pytest.mark.parametrize(
    ("states", "state", "label"),
    [
        ([], FormState.BLANK, "未开始"),
        (["draft"], FormState.DRAFT, "草稿"),
        (["draft", "draft", "draft"], FormState.DRAFT, "草稿"),
        (["submitted", "submitted", "submitted"], FormState.SUBMITTED, "待审核"),
        (["submitted", "approved", "approved"], FormState.SUBMITTED, "待审核"),
        (["returned", "approved", "submitted"], FormState.RETURNED, "退回 1 项"),
        (["approved", "approved", "approved"], FormState.APPROVED, "已通过"),
    ],
)
def test_state_follows_from_the_entries(standing, enter, states, state, label):
    for code, one in zip(["TEACHERS", "BACKBONE", "CANTEEN"], states, strict=False):
        enter(code, 1, state=one, return_reason="请核对" if one == "returned" else "")
    assert (standing().state, standing().label) == (state, label)


def test_state_of_blank_drafts_is_not_begun(standing, enter):
    enter("TEACHERS", None)
    assert (standing().state, standing().missing) == (FormState.BLANK, 3)


def test_state_ignores_what_is_not_on_the_form(standing, enter):
    enter("CAMERAS", 5, state="approved")
    assert (standing().asked, standing().filled) == (3, 0)


def test_state_where_nothing_is_asked(adoption, school, district, quarter):
    assert standings(Asking(district), [school], [quarter])[school.pk, quarter].state == FormState.NONE


def test_late_is_past_due_and_not_handed_in(standing, enter, settings):
    enter("TEACHERS", 1)
    assert not standing().is_late
    settings.PLAN_TODAY = datetime.date(2025, 7, 6)
    assert (standing().is_late, standing().mark, standing().label) == (True, "late", "逾期未报")


def test_handed_in_late(standing, form, quarter, principal):
    at = datetime.datetime(2025, 7, 5, 17, tzinfo=datetime.UTC)  # the 6th in China
    Submission.objects.create(unit=form, quarter=quarter, first_submitted_at=at, first_submitted_by=principal)
    assert standing().was_late


def test_redone_after_a_return_is_to_be_handed_in_again(standing, enter, form, quarter, principal):
    at = datetime.datetime(2025, 7, 1, tzinfo=datetime.UTC)
    Submission.objects.create(unit=form, quarter=quarter, first_submitted_at=at, first_submitted_by=principal)
    enter("TEACHERS", 1)
    assert (standing().label, standing().is_handed_in) == ("待重新提交", True)


def test_reminder_names_schools_by_what_is_left(form, elements, district, quarter, enter, kindergarten, junior_school):
    enter("TEACHERS", 1)
    enter("TEACHERS", 1, unit=kindergarten, state="returned", return_reason="请核对")
    asking = Asking(district)
    found = standings(asking, [form, kindergarten, junior_school], [quarter]).values()
    text = reminder(found, quarter, asking.window(None, quarter))
    assert text.splitlines() == [
        "【填报提醒】2025年第二季度数据填报，还剩 2 天（7月3日统计）。",
        "还没有开始（1 所）：第一中学",
        "有草稿未提交（1 所）：第一小学（已填 1/3）",
        "有退回待修改（1 所）：第一幼儿园（1 项）",
        "请以上学校登录系统尽快完成，谢谢。",
    ]


def test_reminder_of_nobody_is_empty(form, enter, district, quarter):
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1, state="submitted")
    asking = Asking(district)
    assert reminder(standings(asking, [form], [quarter]).values(), quarter, asking.window(None, quarter)) == ""


@pytest.mark.parametrize("schools", [1, 30])
def test_standings_take_the_same_queries(form, district, quarter, schools, django_assert_num_queries):
    units = [factories.make_unit(district) for _ in range(schools)]
    units = list(district.units.with_facts().filter(pk__in=[unit.pk for unit in units]))
    with django_assert_num_queries(7):
        standings(Asking(district), units, [quarter, quarter - 1])
