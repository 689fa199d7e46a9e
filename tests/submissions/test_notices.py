"""What is told at once: returns, extensions, decisions on corrections."""

import datetime

import pytest

from base import clock
from base.models import Message
from submissions import actions
from tests import factories


@pytest.fixture
def people(form, clerk, principal):
    return [clerk, principal]


@pytest.fixture
def handed_in(form, enter, clerk):
    return [enter(code, 1, state="submitted", by=clerk) for code in ("TEACHERS", "BACKBONE")]


def told():
    """(to, subject, body, url) in order."""
    return [(one.to, one.subject, one.body, one.url) for one in Message.objects.order_by("pk")]


def test_a_return_tells_clerk_and_principal_what_and_why(people, handed_in, officer):
    teachers, backbone = handed_in
    actions.return_each({teachers: "应为 124", backbone: "重复计算"}, by=officer)
    subject = "第一小学2025年第二季度数据有退回的项目，请修改后重新提交"
    body = "专任教师数：应为 124\n骨干教师数：重复计算"
    assert told() == [(person, subject, body, "/fill/pri-01/2025Q2/") for person in people]


def test_a_return_after_the_closing_says_who_can_give_time(people, handed_in, officer, form, quarter):
    with clock.pinned(datetime.date(2025, 7, 10)):
        actions.return_entries(handed_in[:1], "请核对", by=officer)
        actions.extend(form, quarter, datetime.date(2025, 7, 12), "补报", by=officer)
        actions.return_entries(handed_in[1:], "请核对", by=officer)
    mine = Message.objects.filter(to=people[0], key__startswith="returned").order_by("pk")
    assert [one.subject.removeprefix("第一小学2025年第二季度数据") for one in mine] == [
        "有退回的项目；填报已关闭，请联系审核科室办理延期",
        "有退回的项目，请修改后重新提交",
    ]


def test_a_return_of_a_correction_after_the_closing_asks_for_it(asked, officer, form, quarter, principal):
    with clock.pinned(datetime.date(2025, 7, 10)):
        actions.grant(asked[:1], clock.today(), by=officer)
        actions.save_values(form, quarter, {"TEACHERS": ("7", 2)}, by=principal)
        actions.submit(form, quarter, by=principal)
        entry = asked[0].entry
        entry.refresh_from_db()
        actions.return_entries([entry], "请核对", by=officer)
    assert Message.objects.latest("pk").subject == "第一小学2025年第二季度数据有退回的项目，请修改后重新提交"


def test_a_return_of_nothing_tells_nobody(people, handed_in, officer):
    actions.return_entries(handed_in, "请核对", by=officer)
    Message.objects.all().delete()
    actions.return_entries(handed_in, "请核对", by=officer)  # a double click
    assert told() == []


def test_a_second_return_is_told_again(people, handed_in, officer, form, quarter, principal, enter):
    enter("CANTEEN", 1)
    for _ in range(2):
        actions.return_entries(handed_in[:1], "请核对", by=officer)
        handed_in[0].refresh_from_db()
        typed = {"TEACHERS": (str(100 + handed_in[0].version), handed_in[0].version)}
        actions.save_values(form, quarter, typed, by=principal)
        actions.submit(form, quarter, by=principal)
        handed_in[0].refresh_from_db()
    assert Message.objects.count() == 2 * len(people)


def test_a_return_to_a_section_tells_its_other_officers(form, enter, sections, other_officer, director):
    colleague = factories.make_officer(sections["safety"])
    entry = enter("CAMERAS", 5, state="submitted", by=other_officer)
    actions.return_entries([entry], "请核对", by=colleague)
    assert told() == [
        (
            other_officer,
            "2025年第二季度科室填报有退回的项目，请修改后重新提交",
            "第一小学 联网摄像头数：请核对",
            "/desk/2025Q2/grid/safety/",
        )
    ]


def test_an_extension_is_told_with_its_reason(people, form, quarter, officer):
    actions.extend(form, quarter, datetime.date(2025, 7, 12), "迁址", by=officer)
    subject, url = "第一小学2025年第二季度数据填报延至7月12日", "/fill/pri-01/2025Q2/"
    assert told() == [(person, subject, "延期原因：迁址", url) for person in people]


def test_an_extension_given_anew_is_told_anew(people, form, quarter, officer):
    seen = None
    for hour, number in ((9, 12), (10, 10), (11, 12)):
        with clock.pinned(datetime.date(2025, 7, 3), hour=hour):
            until = datetime.date(2025, 7, number)
            actions.extend(form, quarter, until, "迁址", by=officer, seen=seen)
            seen = until
    mine = Message.objects.filter(to=people[0]).order_by("pk")
    assert [one.subject[-5:].lstrip("至") for one in mine] == ["7月12日", "7月10日", "7月12日"]


@pytest.mark.parametrize(("day", "words"), [(4, "填报延期已取消，7月5日截止"), (8, "填报延期提前结束，7月8日截止")])
def test_the_end_of_an_extension_is_told(people, form, quarter, officer, day, words):
    actions.extend(form, quarter, datetime.date(2025, 7, 12), "迁址", by=officer)
    Message.objects.all().delete()
    with clock.pinned(datetime.date(2025, 7, day)):
        for _ in range(2):
            actions.end_extension(form, quarter, by=officer)
    subject, url = f"第一小学2025年第二季度数据{words}", "/fill/pri-01/2025Q2/"
    assert told() == [(person, subject, "原延至7月12日。", url) for person in people]


@pytest.fixture
def asked(people, enter, quarter, form, clerk):
    """Two approved items that the school wants to correct."""
    for code in ("TEACHERS", "BACKBONE"):
        enter(code, 1, state="approved")
    return actions.ask_correction(form, quarter, ["TEACHERS", "BACKBONE"], "写错", by=clerk)


def test_a_granted_correction_is_told_once_for_all_items(people, asked, officer):
    actions.grant(asked, clock.today(), by=officer)
    subject = "第一小学2025年第二季度数据的更正申请已同意，限7月3日前（含当天）改好提交"
    assert told() == [(person, subject, "专任教师数\n骨干教师数", "/fill/pri-01/2025Q2/") for person in people]


def test_a_refused_correction_is_told_with_the_answer(people, asked, officer):
    actions.refuse({asked[0]: "材料不足"}, by=officer)
    subject = "第一小学2025年第二季度数据的更正申请未获同意，原值继续有效"
    assert told() == [(person, subject, "专任教师数：材料不足", "/fill/pri-01/2025Q2/") for person in people]


def test_a_lapsed_correction_is_told(people, asked, officer, district):
    actions.grant(asked[:1], clock.today(), by=officer)
    Message.objects.all().delete()
    with clock.pinned(clock.today() + datetime.timedelta(days=1)):
        actions.end_lapsed(district)
    subject = "第一小学2025年第二季度数据的更正期限已过，恢复核定的数值"
    assert told() == [(person, subject, "专任教师数", "/fill/pri-01/2025Q2/") for person in people]
