import datetime
import re

import pytest

from base import clock
from submissions import actions
from submissions.models import Correction, Entry
from tests import factories

ASK = "/fill/pri-01/2025Q2/corrections/"
FORM = "/fill/pri-01/2025Q2/"
DECIDE = "/desk/corrections/"
GRID = "/desk/2025Q2/grid/safety/corrections/"
LATER = datetime.date(2025, 7, 10)


def text_of(response):
    return response.content.decode()


def states():
    return list(Correction.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def approved(form, enter, clerk, officer):
    return [enter(code, 1240, state="approved", by=clerk, approved_by=officer) for code in ("TEACHERS", "BACKBONE")]


@pytest.fixture
def browser(approved, client_of, principal):
    return client_of(principal)


@pytest.fixture
def asked(approved, form, quarter, principal):
    return actions.ask_correction(form, quarter, ["TEACHERS", "BACKBONE"], "漏了两人", by=principal)


@pytest.fixture
def desk(form, client_of, officer):
    return client_of(officer)


def test_form_leads_from_an_approved_item_to_asking(browser, client_of, clerk):
    link = f'href="{ASK}?pick=TEACHERS"'
    assert [link in text_of(one.get(FORM)) for one in (browser, client_of(clerk))] == [True, False]


def test_ask_page_lists_what_is_approved_and_ticks_what_was_named(browser, enter):
    enter("CANTEEN", 1, state="submitted")
    page = text_of(browser.get(ASK, {"pick": "BACKBONE"}))
    assert re.findall(r'name="pick" value="(\w+)"( checked)?', page) == [("TEACHERS", ""), ("BACKBONE", " checked")]


def test_ask_for_several_items_with_one_reason(browser, principal):
    assert browser.post(ASK, {"pick": ["TEACHERS", "BACKBONE"], "reason": "漏了两人"}).url == ASK
    assert set(Correction.objects.values_list("state", "reason", "asked_by")) == {("asked", "漏了两人", principal.pk)}
    page = text_of(browser.get(ASK))
    assert (page.count("待同意"), 'name="pick"' in page) == (2, False)
    assert "已申请更正，等待科室决定" in text_of(browser.get(FORM))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reason": "错了"}, "请勾选要更正的项目"),
        ({"pick": "TEACHERS", "reason": " "}, "须写明理由"),
        ({"pick": "CANTEEN", "reason": "错了"}, "刚刚有了变化"),
    ],
)
def test_ask_that_cannot_be_keeps_what_was_given(browser, given, why):
    response = browser.post(ASK, given)
    assert (response.status_code, why in text_of(response), states()) == (422, True, [])
    assert ("checked" in text_of(response)) is (given.get("pick") == "TEACHERS")


def test_ask_page_without_anything_approved(form, quarter, client_of, principal):
    assert "没有可以申请更正的数" in text_of(client_of(principal).get(ASK))


def test_clerk_reads_the_requests_and_asks_for_nothing(asked, client_of, clerk):
    page = text_of(client_of(clerk).get(ASK))
    assert ("漏了两人" in page, "由校长（园长）申请更正" in page, "撤回" in page) == (True, True, False)


def test_withdraw_a_request(asked, browser):
    assert browser.post(f"/corrections/{asked[0].pk}/drop/").url == ASK
    assert states() == ["dropped", "asked"]


def test_give_up_a_granted_one_and_not_twice(asked, browser, officer):
    actions.grant(asked[:1], LATER, by=officer)
    assert "放弃更正" in text_of(browser.get(ASK))
    for _ in range(2):
        assert browser.post(f"/corrections/{asked[0].pk}/drop/").status_code == 302
    assert states() == ["dropped", "asked"]
    assert "该申请已办结（已放弃），无需撤回。" in text_of(browser.get(ASK))


def test_desk_counts_and_lists_what_waits_for_her(asked, desk, client_of, other_officer):
    assert "2 项待决定" in text_of(desk.get("/desk/"))
    assert "待决定" not in text_of(client_of(other_officer).get("/desk/"))
    page = text_of(desk.get(DECIDE))
    for words in ("2 项等您决定", "第一小学", "1,240 人", "漏了两人", 'value="2025-07-10"'):
        assert words in page
    assert "没有等您决定" in text_of(client_of(other_officer).get(DECIDE))


def test_decide_grants_the_ticked_and_not_what_has_an_answer(asked, desk):
    response = desk.post(
        DECIDE,
        {
            "do": "grant",
            "until": "2025-07-10",
            "pick": [one.pk for one in asked],
            f"answer.{asked[1].pk}": "台账无误",
        },
    )
    assert (response.url, states()) == (DECIDE, ["granted", "asked"])
    page = text_of(desk.get(DECIDE))
    assert ("已同意更正 1 项" in page, "更正中" in page) == (True, True)


def test_decide_refuses_what_has_an_answer(asked, desk, browser):
    desk.post(DECIDE, {"do": "refuse", f"answer.{asked[0].pk}": "台账无误"})
    assert states() == ["refused", "asked"]
    assert "台账无误" in text_of(browser.get(ASK))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"do": "grant", "until": "2025-07-10"}, "没有勾选"),
        ({"do": "grant", "until": "", "pick": "all"}, "请填更正期限"),
        ({"do": "grant", "until": "2025-09-10", "pick": "all"}, "今天至8月2日"),
        ({"do": "grant", "until": "x", "pick": "all"}, "日期"),
        ({"do": "refuse"}, "须写明原因"),
        ({"do": "burn", "pick": "all"}, ""),
    ],
)
def test_decide_what_cannot_be_decides_nothing(asked, desk, given, why):
    if given.get("pick") == "all":
        given = given | {"pick": [one.pk for one in asked]}
    response = desk.post(DECIDE, given)
    assert (response.status_code, why in text_of(response), states()) == (422, True, ["asked", "asked"])


def test_decide_reaches_only_what_her_section_reviews(asked, client_of, other_officer):
    given = {"do": "grant", "until": "2025-07-10", "pick": [one.pk for one in asked]}
    assert client_of(other_officer).post(DECIDE, given).status_code == 422
    assert states() == ["asked", "asked"]


def test_form_of_a_closed_quarter_opens_the_granted_item_alone(asked, browser, client_of, clerk, officer):
    actions.grant(asked[:1], LATER, by=officer)
    with clock.pinned(LATER):
        page = text_of(client_of(clerk).get(FORM))
        assert re.findall(r'name="value.(\w+)"', page) == ["TEACHERS"]
        for words in ("更正中的 1 项可以重填", "核定的 1,240 人 仍然有效", "填报已关闭"):
            assert words in page
        home = text_of(client_of(clerk).get("/fill/"))
        assert "更正 2 项" in home
        assert "已申请，等科室同意" in home
        response = browser.post(f"{FORM}submit/", {"value.TEACHERS": "1242", "version.TEACHERS": "2"})
        assert response.status_code == 302
    entry = Entry.objects.get(element__code="TEACHERS")
    assert (entry.state, entry.value, entry.approved_value) == ("submitted", 1242, 1240)


def test_officer_ends_what_is_out_of_time_and_not_before(asked, desk, officer):
    actions.grant(asked, LATER, by=officer)
    address = f"/corrections/{asked[0].pk}/drop/"
    assert desk.post(address).status_code == 403
    with clock.pinned(LATER + datetime.timedelta(days=1)):
        page = text_of(desk.get(DECIDE))
        assert (page.count("已过期"), page.count("结束更正")) == (2, 2)
        assert desk.post(address).url == DECIDE
    assert states() == ["dropped", "granted"]


def test_section_asks_and_the_director_decides(form, enter, client_of, other_officer, director):
    enter("CAMERAS", 5, state="approved")
    officer = client_of(other_officer)
    assert 'value="pri-01.CAMERAS"' in text_of(officer.get(GRID))
    assert officer.post(GRID, {"pick": "pri-01.CAMERAS", "reason": "漏报"}).url == GRID
    assert "由他人决定的" in text_of(officer.get(DECIDE))
    pick = Correction.objects.get().pk
    client_of(director).post(DECIDE, {"do": "grant", "until": "2025-07-10", "pick": pick})
    assert states() == ["granted"]
    with clock.pinned(LATER):
        page = text_of(officer.get("/desk/2025Q2/grid/safety/"))
        assert (GRID in page, 'name="value.pri-01.CAMERAS"' in page) == (True, True)
    assert officer.post(f"/corrections/{pick}/drop/").url == GRID


def test_decide_hides_exam_figures_from_those_without_the_right(
    asked, plan, sections, elements, desk, client_of, officer
):
    target = factories.make_target(plan.tasks.get(), "EXAM")
    factories.make_definition(target, numerator=[elements["TEACHERS"]], sensitive=True)
    privy = factories.make_officer(sections["basic"], sees_sensitive=True)
    assert ["专任教师数" in text_of(client_of(user).get(DECIDE)) for user in (officer, privy)] == [False, True]
    assert "1 项待决定" in text_of(desk.get("/desk/"))
    assert desk.post(f"/corrections/{asked[0].pk}/drop/").status_code == 404


@pytest.mark.parametrize("schools", [1, 30])
def test_decide_takes_the_same_queries_for_any_number_of_requests(
    form, elements, district, quarter, client_of, officer, principal, schools, django_assert_num_queries
):
    for _ in range(schools):
        for state in ("asked", "refused"):
            entry = factories.make_entry(
                elements["TEACHERS" if state == "asked" else "BACKBONE"], factories.make_unit(district), quarter, 1
            )
            ended = {"decided_at": clock.now(), "decided_by": officer, "ended_at": clock.now(), "answer": "不"}
            factories.make_correction(entry, by=principal, state=state, **(ended if state == "refused" else {}))
    browser = client_of(officer)
    with django_assert_num_queries(12):
        browser.get(DECIDE)
