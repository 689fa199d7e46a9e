"""The life of entries in words."""

import datetime

import pytest

from base.audit import record
from base.quarters import Quarter
from submissions import actions
from submissions.history import life_of, lives_of, thread_of
from submissions.models import Entry
from targets.models import ValueType
from tests import factories

Q2 = Quarter.parse("2025Q2")


def test_lives_of_entries_in_one_query(school, clerk, officer, django_assert_num_queries):
    count = factories.make_entry(factories.make_element(), school, Q2, 12)
    yes = factories.make_entry(factories.make_element("SMART", value_type=ValueType.BOOLEAN), school, Q2, 1)
    record(count, "created", by=clerk, after="12")
    record(yes, "imported", by=None, before="0", after="1")
    record(count, "returned", by=officer, before="submitted", after="returned", why="请核对")

    with django_assert_num_queries(1):
        lives = lives_of([count, yes])

    told = [(one.who, one.what, one.value, one.before, one.why, one.is_return) for one in lives[count.pk]]
    assert told == [
        (str(clerk), "填报", "12", "（空白）", "", False),
        (str(officer), "退回", "", "", "请核对", True),
    ]
    assert [(one.who, one.what, one.value, one.before) for one in lives[yes.pk]] == [
        ("系统", "历史数据导入", "是", "否")
    ]


@pytest.fixture
def lived(form, quarter, elements, enter, clerk, principal, officer):
    """TEACHERS, returned once, answered, approved, and open for a correction that the school has entered."""
    enter("BACKBONE", 1)
    enter("CANTEEN", 1)

    def save(value, note):
        entry = Entry.objects.filter(element=elements["TEACHERS"]).first()
        typed = {"TEACHERS": (value, entry.version if entry else 0, note)}
        assert actions.save_values(form, quarter, typed, by=clerk).is_complete

    def waiting():
        return Entry.objects.filter(element=elements["TEACHERS"])

    save("40", "")
    actions.extend(form, quarter, datetime.date(2025, 7, 8), "停电", by=officer)
    actions.submit(form, quarter, by=principal)
    actions.return_entries(waiting(), "与台账不一致", by=officer)
    save("42", "漏了两名新聘教师")
    actions.submit(form, quarter, by=principal)
    actions.approve(waiting(), by=officer)
    asked = actions.ask_correction(form, quarter, ["TEACHERS"], "多算一名", by=principal)
    actions.grant(asked, datetime.date(2025, 7, 9), by=officer)
    save("41", "多算一名")
    return waiting().select_related("element").get()


def test_life_is_one_line_of_time_in_rounds(lived, django_assert_num_queries):
    with django_assert_num_queries(1):
        life = life_of(lived)
    assert [(one.round, one.what, one.value, one.before, one.why) for one in life] == [
        (1, "填报", "40", "（空白）", ""),
        (1, "延期", "至2025年7月8日", "", "停电"),
        (1, "提交", "", "", ""),
        (1, "退回", "", "", "与台账不一致"),
        (2, "修改", "42", "40", "漏了两名新聘教师"),
        (2, "提交", "", "", ""),
        (2, "审核通过", "42", "", ""),
        (2, "更正申请", "", "", "多算一名"),
        (2, "同意更正", "", "", "限7月9日前（含当天）改好提交"),
        (3, "修改", "41", "42", "多算一名"),
    ]
    assert [one.value for one in life if one.stands] == ["41"]


def test_life_of_an_entry_tells_no_other_schools_extension(lived, quarter, junior_school, enter):
    other = enter("TEACHERS", 1, unit=junior_school)
    assert life_of(other) == []


def test_thread_tells_the_last_return_and_its_answer(lived):
    thread = thread_of(life_of(lived)[:6])
    assert (thread.round, thread.value, thread.returned.why, thread.answer) == (
        2,
        "40",
        "与台账不一致",
        "漏了两名新聘教师",
    )
    assert [thread_of(life) for life in (life_of(lived)[:3], life_of(lived))] == [None, None]


def test_after_a_correction_is_given_up_the_value_in_force_stands(lived, clerk):
    actions.drop(lived.corrections.get(), by=clerk)
    assert [one.value for one in life_of(lived) if one.stands] == ["42"]
