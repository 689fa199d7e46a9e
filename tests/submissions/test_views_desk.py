import datetime
import re

import pytest
from django.db.models import F, Max

from base import audit
from submissions.models import Entry
from tests import factories

DESK = "/desk/"
REVIEW = "/desk/2025Q2/review/pri-01/"


@pytest.fixture
def desk(form, client_of, officer, quarter):
    """The basic section's officer."""
    return client_of(officer)


@pytest.fixture
def handed_in(form, enter, clerk):
    return [enter(code, 1, state="submitted", by=clerk) for code in ("TEACHERS", "BACKBONE", "CANTEEN")]


def text_of(response):
    return response.content.decode()


def test_desk_says_how_the_quarter_stands(desk, handed_in, junior_school):
    page = text_of(desk.get(DESK))
    for words in ("2 所学校中 <b>1 所已提交</b>", "<b>3 项</b>待您审核", "还剩 2 天"):
        assert words in page
    assert REVIEW in page


def test_desk_names_the_late(desk, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 6)
    page = text_of(desk.get(DESK))
    assert "1 所逾期未报" in page
    assert "已逾期 1 天" in page


def groups_of(page):
    """Title, number and names of each group of the reminder list."""
    return re.findall(r'<h3>(.*?) <span class="muted">(\d+) 所</span></h3><p>(.*?)</p>', page)


def test_desk_lists_whom_to_remind_with_texts_to_copy(desk, enter, junior_school):
    enter("TEACHERS", 1)
    page = text_of(desk.get(DESK))
    assert groups_of(page) == [("还没有开始", "1", "第一中学"), ("有草稿未提交", "1", "第一小学（已填 1/3）")]
    assert re.findall('data-copy="#(remind-.*?)"', page) == ["remind-blank", "remind-draft", "remind-all"]
    whole = re.search('<textarea id="remind-all".*?>(.*?)</textarea>', page, re.DOTALL).group(1)
    assert [line.partition("（")[0] for line in whole.splitlines()[1:3]] == ["还没有开始", "有草稿未提交"]


def test_desk_has_nobody_to_remind_when_all_is_in(desk, handed_in):
    page = text_of(desk.get(DESK))
    assert "全部已提交" in page
    assert "立即催办" not in page


def test_desk_urges_only_while_something_can_be_entered(desk, settings):
    assert "立即催办" in text_of(desk.get(DESK))
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    page = text_of(desk.get(DESK))
    assert ("第一小学（已逾期 5 天）" in page, "立即催办" in page) == (True, False)


def test_urging_says_whom_it_reached(desk, clerk, junior_school):
    clerk.set_password("x")
    clerk.save()
    said = []
    for _ in range(2):
        response = desk.post("/desk/2025Q2/remind/", follow=True)
        said.append([str(one) for one in response.context["messages"]])
    unreached = "没有可用账号，请用别的办法通知：第一中学。"
    assert response.redirect_chain == [("/desk/?quarter=2025Q2", 302)]
    assert said == [
        ["已催办 1 所学校，通知 1 人。", unreached],
        ["这 1 人今天都已经催过，没有重复通知；明天可以再催。", unreached],
    ]


def test_urging_where_nobody_owes_says_so(desk, handed_in):
    response = desk.post("/desk/2025Q2/remind/", follow=True)
    assert [str(one) for one in response.context["messages"]] == ["没有需要催办的学校：都已提交，或填报没有开放。"]


def test_desk_counts_only_what_her_section_reviews(handed_in, client_of, other_officer, director):
    assert "没有待您审核的项目" in text_of(client_of(other_officer).get(DESK))
    assert "<b>3 项</b>待科室审核" in text_of(client_of(director).get(DESK))


def test_desk_tells_of_other_quarters_with_something_waiting(desk, enter, quarter):
    enter("TEACHERS", 1, state="submitted", quarter=quarter - 1)
    assert '<a href="?quarter=2025Q1">2025年第一季度 1 项</a>' in text_of(desk.get(DESK))
    assert "<b>1 项</b>待您审核" in text_of(desk.get(DESK, {"quarter": "2025Q1"}))


@pytest.mark.parametrize("quarter_given", ["2025Q3", "2025", "x", "2022Q1"])
def test_desk_of_an_unknown_quarter_is_a_bad_request(desk, quarter_given):
    assert desk.get(DESK, {"quarter": quarter_given}).status_code == 400


def test_desk_leads_to_the_grids(form, bureau, client_of, officer, director, quarter):
    links = [
        re.findall(r'href="/desk/2025Q2/grid/(\w+)/"', text_of(client_of(user).get(DESK)))
        for user in (officer, director)
    ]
    assert links == [["basic"], ["basic", "safety"]]


def test_desk_before_any_quarter(district, client_of, officer, school):
    page = text_of(client_of(officer).get(DESK))
    assert ["还没有开放" in page, "没有可用账号的学校 1 所" in page] == [True, True]


def test_desk_is_the_bureaus(form, today, client_of, clerk, leader, administrator):
    assert {client_of(user).get(DESK).status_code for user in (clerk, leader, administrator)} == {403}


def test_desk_shows_no_other_district(desk, other_school):
    assert "别区小学" not in text_of(desk.get(DESK))


@pytest.mark.parametrize("schools", [1, 60])
def test_desk_takes_the_same_queries_for_any_number_of_schools(
    form, elements, district, quarter, client_of, officer, schools, django_assert_num_queries
):
    for _ in range(schools):
        factories.make_entry(elements["TEACHERS"], factories.make_unit(district), quarter, 1, state="submitted")
    browser = client_of(officer)
    with django_assert_num_queries(24):
        browser.get(DESK)


@pytest.fixture
def many(form, enter, district, clerk):
    """Two schools with nothing unusual, one with a check that fired."""
    units = [factories.make_unit(district, code, name) for code, name in NAMES.items()]
    for unit in units:
        enter("TEACHERS", 5, unit=unit, state="submitted", by=clerk)
        enter("CANTEEN", 1, unit=unit, state="submitted", by=clerk)
    Entry.objects.filter(unit=units[2], element__code="TEACHERS").update(flags="jump")
    return units


NAMES = {"u-1": "甲小学", "u-2": "乙小学", "u-3": "丙小学"}


def boxes(page):
    """The tick boxes of schools: what they send."""
    return re.findall(r'name="pick" value="([^"]+)" checked', page)


def approve(client, pick):
    return client.post("/desk/2025Q2/approve/", {"pick": pick})


def states():
    return dict(Entry.objects.values_list("unit__code").annotate(Max("state")))


def test_desk_puts_the_unusual_first_and_ticks_the_others(desk, many):
    page = text_of(desk.get(DESK))
    places = [page.index(words) for words in ("先看这些", "丙小学", "核对异常", "没有异常", "甲小学", "乙小学")]
    assert places == sorted(places)
    assert [one.partition(":")[0] for one in boxes(page)] == ["u-1", "u-2"]


def test_desk_approves_many_schools_at_once(desk, many, officer):
    response = approve(desk, boxes(text_of(desk.get(DESK))))
    assert response.url == "/desk/?quarter=2025Q2"
    assert "已通过 2 所学校的 4 项。" in text_of(desk.get(response.url))
    assert states() == {"u-1": "approved", "u-2": "approved", "u-3": "submitted"}
    approved = Entry.objects.filter(state="approved")
    assert {row.by for entry in approved for row in audit.history(entry)} == {officer}


def test_desk_approves_no_school_that_changed_or_turned_unusual_since(desk, many):
    seen = boxes(text_of(desk.get(DESK)))
    Entry.objects.filter(unit=many[0]).update(version=F("version") + 1)
    Entry.objects.filter(unit=many[1], element__code="CANTEEN").update(flags="jump")
    page = text_of(desk.get(approve(desk, seen).url))
    for words in (
        '<a href="/desk/2025Q2/review/u-1/">甲小学</a>没有通过：打开名单以后数值有过变化。',
        '<a href="/desk/2025Q2/review/u-2/">乙小学</a>没有通过：有要先看的项目。',
    ):
        assert words in page
    assert set(states().values()) == {"submitted"}


def test_desk_approves_no_unusual_school_unopened_whatever_is_sent(desk, many):
    digest = boxes(text_of(desk.get(DESK)))[0].partition(":")[2]
    Entry.objects.filter(unit=many[2]).update(flags="")
    (seen,) = (one for one in boxes(text_of(desk.get(DESK))) if one.startswith("u-3"))
    Entry.objects.filter(unit=many[2]).update(flags="jump")
    for pick in (seen, f"u-3:{digest}", "u-3:", "x", ":"):
        approve(desk, [pick])
    assert set(states().values()) == {"submitted"}


def test_desk_approves_nothing_that_she_entered_or_handed_in(desk, many, officer, principal, client_of):
    """One person with a post at a school and one in the bureau: the rest of the school is approved, not her own."""
    seen = boxes(text_of(desk.get(DESK)))
    mine = Entry.objects.get(unit=many[0], element__code="TEACHERS")
    audit.record(mine, "submitted", by=officer)
    Entry.objects.filter(unit=many[1]).update(entered_by=officer)
    approve(desk, seen)
    assert set(states().values()) == {"submitted"}
    approve(desk, boxes(text_of(desk.get(DESK))))
    assert set(Entry.objects.filter(state="approved").values_list("unit__code", "element__code")) == {
        ("u-1", "CANTEEN")
    }


def test_desk_twice_does_no_harm(desk, many):
    seen = boxes(text_of(desk.get(DESK)))
    approve(desk, seen)
    page = text_of(desk.get(approve(desk, seen).url))
    assert "勾选的学校已经没有待您审核的项目" in page
    assert audit.history(Entry.objects.filter(unit=many[0]).first()).count() == 1


def test_desk_of_no_ticked_school_says_so(desk, many):
    assert "没有勾选要通过的学校" in text_of(desk.get(approve(desk, []).url))


def test_desk_of_a_director_shows_the_queue_without_boxes(many, client_of, director):
    page = text_of(client_of(director).get(DESK))
    assert ("甲小学" in page, boxes(page)) == (True, [])
    assert approve(client_of(director), ["u-1:0"]).status_code == 403


@pytest.mark.parametrize("schools", [1, 60])
def test_desk_approves_any_number_of_schools_in_the_same_queries(
    desk, district, enter, schools, django_assert_num_queries
):
    for _ in range(schools):
        enter("TEACHERS", 5, unit=factories.make_unit(district), state="submitted")
    seen = boxes(text_of(desk.get(DESK)))
    with django_assert_num_queries(18):
        approve(desk, seen)
    assert set(states().values()) == {"approved"}


def test_desk_tells_of_schools_without_an_account(desk, junior_school, kindergarten):
    factories.make_clerk(junior_school)
    page = text_of(desk.get(DESK))
    for words in (
        "没有可用账号的学校 3 所",
        "没有账号 2 所</span>：第一幼儿园、第一小学",
        "已邀请未启用 1 所</span>：第一中学",
        "【账号提醒】",
    ):
        assert words in page
    assert "/people/invite/" not in page


def test_desk_of_one_who_is_administrator_too_leads_to_inviting(desk, officer, district):
    factories.make_administrator(district, user=officer)
    assert "/people/invite/?unit=" in text_of(desk.get(DESK))
