import datetime
import re

import pytest

from base import audit, clock
from submissions import actions
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


def test_review_shows_value_last_quarter_last_year_and_note(desk, enter, quarter, handed_in):
    handed_in[0].__class__.objects.filter(pk=handed_in[0].pk).update(value=1240, note="撤并后转入")
    enter("TEACHERS", 1104, state="approved", quarter=quarter - 4)
    enter("TEACHERS", 1120, state="approved", quarter=quarter - 1)
    page = text_of(desk.get(REVIEW))
    for words in ("1,240", "1,120", "2025Q1", "1,104", "撤并后转入", "+10.7%", "待审核 3 项"):
        assert words in page


def test_review_shows_what_is_unusual_beside_its_reason(desk, enter, quarter, handed_in, plan, elements):
    factories.make_check(plan, "jump", [elements["TEACHERS"]], threshold="0.2", minimum=10)
    enter("TEACHERS", 1000, state="approved", quarter=quarter - 1)
    Entry.objects.filter(element__code="TEACHERS", quarter=quarter).update(value=1240, note="撤并后转入")
    assert re.search(r"比上次 1,000 人增加 24.0%，超过 20%。.{0,200}撤并后转入", text_of(desk.get(REVIEW)), re.DOTALL)


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


def test_review_leads_to_the_next_school_of_the_queue(desk, handed_in, enter, junior_school, kindergarten):
    enter("TEACHERS", 1, unit=junior_school, state="submitted", flags=("jump",))
    enter("TEACHERS", 1, unit=kindergarten, state="submitted")
    told = [
        re.search(r"下一所：(\w+)", text_of(desk.get(REVIEW.replace("pri-01", code)))).group(1)
        for code in ("jun-01", "kg-01", "pri-01")
    ]
    assert told == ["第一幼儿园", "第一小学", "第一中学"]


def test_review_approves_and_goes_on(desk, handed_in, enter, kindergarten):
    enter("TEACHERS", 1, unit=kindergarten, state="submitted")
    response = review(desk, "approve_next", handed_in)
    assert response.url == "/desk/2025Q2/review/kg-01/"
    assert "第一小学：已通过 3 项。" in text_of(desk.get(response.url))
    response = desk.post(response.url, {"do": "approve_next", "seen": pair_of("kg-01"), "pick": pair_of("kg-01")})
    assert response.url == "/desk/?quarter=2025Q2"


def test_review_stays_where_not_all_could_be_approved(desk, handed_in, enter, kindergarten):
    enter("TEACHERS", 1, unit=kindergarten, state="submitted")
    Entry.objects.filter(pk=handed_in[0].pk).update(version=5)
    assert review(desk, "approve_next", handed_in).url == REVIEW


def pair_of(code):
    entry = Entry.objects.get(unit__code=code)
    return f"{entry.pk}:{entry.version}"


def test_review_shows_what_is_unusual_and_what_other_schools_report(desk, handed_in, enter, elements, district):
    for number in range(5):
        unit = factories.make_unit(district)
        enter("TEACHERS", 100 + number, unit=unit, state="submitted")
        enter("CANTEEN", number % 2, unit=unit, state="submitted")
    Entry.objects.filter(pk=handed_in[0].pk).update(flags="jump")
    page = text_of(desk.get(REVIEW))
    assert ("102" in page, "2/5 是" in page, page.count("核对异常")) == (True, True, 1)


def test_review_shows_the_thread_of_what_came_back(desk, form, enter, clerk, principal, officer, quarter):
    saved(form, quarter, {"TEACHERS": "40", "BACKBONE": "4", "CANTEEN": "1"}, clerk)
    actions.submit(form, quarter, by=principal)
    actions.return_entries(Entry.objects.filter(element__code="TEACHERS"), "与台账不一致", by=officer)
    saved(form, quarter, {"TEACHERS": ("42", "漏了两名新聘教师")}, clerk)
    actions.submit(form, quarter, by=principal)
    page = text_of(desk.get(REVIEW))
    for words in (
        "第 2 轮",
        "上轮填 40，7月3日",
        f"{officer}退回：与台账不一致",
        "答复：漏了两名新聘教师",
        "退回后再报",
    ):
        assert page.count(words) == 1


def saved(unit, quarter, given, by):
    """What a school typed: values, or values with notes."""
    versions = dict(Entry.objects.values_list("element__code", "version"))
    typed = {
        code: (value, versions.get(code, 0)) if isinstance(value, str) else (value[0], versions.get(code, 0), value[1])
        for code, value in given.items()
    }
    assert actions.save_values(unit, quarter, typed, by=by).is_complete


def test_review_offers_no_box_for_her_own(desk, handed_in, officer):
    Entry.objects.filter(pk=handed_in[0].pk).update(entered_by=officer)
    page = text_of(desk.get(REVIEW))
    assert (page.count('name="pick"'), page.count("您填报或提交的，由他人审核"), "待审核 2 项" in page) == (2, 1, True)


def test_review_of_a_correction_shows_the_value_in_force(desk, enter, quarter):
    enter("TEACHERS", 90, state="approved", quarter=quarter - 1)
    in_force = {"approved_value": 100, "approved_at": clock.now(), "reopened_until": datetime.date(2025, 7, 9)}
    enter("TEACHERS", 112, state="submitted", **in_force)
    page = text_of(desk.get(REVIEW))
    for words in ("现核定 100", "+12.0%", "更正"):
        assert words in page


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
    with django_assert_num_queries(23):
        browser.get(REVIEW)


def test_history_of_an_entry(desk, handed_in, officer):
    review(desk, "return", handed_in, reasons={handed_in[0]: "与学籍系统不符"})
    page = text_of(desk.get("/desk/2025Q2/history/pri-01/TEACHERS/"))
    for words in (officer.name, "退回", "与学籍系统不符"):
        assert words in page
    assert desk.get("/desk/2025Q2/history/pri-01/NOTHING/").status_code == 404
