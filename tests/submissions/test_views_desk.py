import datetime
import re

import pytest

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


def review(client, do, entries, *, pick=None, reasons=None):
    """Send the review form as the page would."""
    picked = entries if pick is None else pick
    return client.post(
        REVIEW,
        {
            "do": do,
            "seen": [f"{one.pk}:{one.version}" for one in entries],
            "pick": [f"{one.pk}:{one.version}" for one in picked],
        }
        | {f"reason.{one.pk}": reason for one, reason in (reasons or {}).items()},
    )


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


@pytest.mark.parametrize("schools", [1, 30])
def test_desk_takes_the_same_queries_for_any_number_of_schools(
    form, elements, district, quarter, client_of, officer, schools, django_assert_num_queries
):
    for _ in range(schools):
        factories.make_entry(elements["TEACHERS"], factories.make_unit(district), quarter, 1, state="submitted")
    browser = client_of(officer)
    with django_assert_num_queries(18):
        browser.get(DESK)


def test_review_shows_value_last_quarter_last_year_and_note(desk, enter, quarter, handed_in):
    handed_in[0].__class__.objects.filter(pk=handed_in[0].pk).update(value=1240, note="撤并后转入")
    enter("TEACHERS", 1104, state="approved", quarter=quarter - 4)
    enter("TEACHERS", 1120, state="approved", quarter=quarter - 1)
    page = text_of(desk.get(REVIEW))
    for words in ("1,240", "1,120", "2025Q1", "1,104", "撤并后转入", "+10.7%", "待审核 3 项"):
        assert words in page


def test_review_approves_all_that_is_shown(desk, handed_in, officer):
    response = review(desk, "approve", handed_in)
    assert response.url == REVIEW
    assert set(Entry.objects.values_list("state", "approved_by")) == {("approved", officer.pk)}
    assert "已通过 3 项" in text_of(desk.get(REVIEW))


def test_review_approves_only_the_ticked(desk, handed_in):
    review(desk, "approve", handed_in, pick=handed_in[:1])
    assert [one.state for one in Entry.objects.order_by("pk")] == ["approved", "submitted", "submitted"]


def test_review_does_not_approve_what_has_a_reason_to_return(desk, handed_in):
    review(desk, "approve", handed_in, reasons={handed_in[0]: "请核对"})
    assert [one.state for one in Entry.objects.order_by("pk")] == ["submitted", "approved", "approved"]


def test_review_returns_single_items_with_a_reason_each(desk, handed_in):
    review(desk, "return", handed_in, reasons={handed_in[0]: "与学籍系统不符", handed_in[1]: "重复计算"})
    found = [(one.state, one.return_reason) for one in Entry.objects.order_by("pk")]
    assert found == [("returned", "与学籍系统不符"), ("returned", "重复计算"), ("submitted", "")]


def test_review_returns_nothing_without_a_reason(desk, handed_in):
    response = review(desk, "return", handed_in, reasons={handed_in[0]: "  "})
    assert (response.status_code, "退回须写明原因" in text_of(response)) == (422, True)
    assert set(Entry.objects.values_list("state", flat=True)) == {"submitted"}


def test_review_of_nothing_ticked(desk, handed_in):
    assert "没有勾选" in text_of(review(desk, "approve", handed_in, pick=[]))


@pytest.mark.parametrize("pair", ["x", "1", "1:x", "9" * 30 + ":1"])
def test_review_with_a_broken_form_does_nothing(desk, handed_in, pair):
    assert desk.post(REVIEW, {"do": "approve", "seen": pair, "pick": pair}).status_code == 422
    assert desk.post(REVIEW, {"do": "delete"}).status_code == 422


def test_review_keeps_the_reasons_that_were_not_taken(desk, handed_in):
    page = text_of(review(desk, "return", handed_in, reasons={handed_in[0]: "长" * 501}))
    assert "长" * 501 in page


def test_review_of_what_has_changed_since_is_refused(desk, handed_in):
    Entry.objects.update(version=5)
    review(desk, "approve", handed_in)
    assert set(Entry.objects.values_list("state", flat=True)) == {"submitted"}
    assert "请核对后再审" in text_of(desk.get(REVIEW))


def test_review_twice_does_no_harm(desk, handed_in):
    for _ in range(2):
        assert review(desk, "approve", handed_in).status_code == 302
    assert audit.history(handed_in[0]).count() == 1


def test_review_reaches_only_what_her_section_answers_for(handed_in, client_of, other_officer, director, elements):
    elements["BACKBONE"].reviewed_by = "safety"
    elements["BACKBONE"].save()
    review(client_of(other_officer), "approve", handed_in)
    assert [one.state for one in Entry.objects.order_by("pk")] == ["submitted", "approved", "submitted"]
    review(client_of(director), "approve", handed_in)
    assert Entry.objects.filter(state="approved").count() == 1


def test_review_of_a_director_shows_everything_and_no_button(handed_in, client_of, director):
    page = text_of(client_of(director).get(REVIEW))
    assert ("专任教师数" in page, 'name="do"' in page) == (True, False)


def test_review_leads_to_the_next_school(desk, handed_in, enter, junior_school, kindergarten):
    enter("TEACHERS", 1, unit=junior_school, state="submitted")
    enter("TEACHERS", 1, unit=kindergarten, state="submitted")
    assert "下一所：第一小学" in text_of(desk.get(REVIEW.replace("pri-01", "kg-01")))
    assert "下一所：第一中学" in text_of(desk.get(REVIEW))


def test_review_hides_exam_figures_from_those_without_the_right(
    form, plan, quarter, district, sections, client_of, officer, enter, elements
):
    task = plan.tasks.get()
    factories.make_definition(factories.make_target(task, "EXAM"), numerator=[elements["CANTEEN"]], sensitive=True)
    enter("CANTEEN", 1, state="submitted")
    privy = factories.make_officer(sections["basic"], sees_sensitive=True)
    assert ["有自办食堂" in text_of(client_of(user).get(REVIEW)) for user in (officer, privy)] == [False, True]
    address = "/desk/2025Q2/history/pri-01/CANTEEN/"
    assert [client_of(user).get(address).status_code for user in (officer, privy)] == [404, 200]


@pytest.mark.parametrize(
    "address", ["/desk/2025Q2/review/nobody/", "/desk/x/review/pri-01/", "/desk/2025Q2/review/far-01/"]
)
def test_review_elsewhere_is_not_found(desk, other_district, address):
    factories.make_unit(other_district, "far-01")
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("count", [5, 40])
def test_review_takes_the_same_queries_for_any_number_of_items(
    adoption, school, quarter, client_of, officer, count, django_assert_num_queries
):
    for number in range(count):
        factories.make_entry(factories.make_element(f"E{number}"), school, quarter, 1, state="submitted")
    browser = client_of(officer)
    with django_assert_num_queries(16):
        browser.get(REVIEW)


def test_history_of_an_entry(desk, handed_in, officer):
    review(desk, "return", handed_in, reasons={handed_in[0]: "与学籍系统不符"})
    page = text_of(desk.get("/desk/2025Q2/history/pri-01/TEACHERS/"))
    for words in (officer.name, "退回", "与学籍系统不符"):
        assert words in page
    assert desk.get("/desk/2025Q2/history/pri-01/NOTHING/").status_code == 404


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
