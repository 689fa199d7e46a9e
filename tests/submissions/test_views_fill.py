import datetime
import re

import pytest

from base import clock
from base.quarters import Quarter
from submissions import actions
from submissions.models import Entry, Submission
from tests import factories

FORM = "/fill/pri-01/2025Q2/"
FIELD = f"{FORM}entry/BACKBONE/"


@pytest.fixture
def browser(form, client_of, clerk, quarter):
    return client_of(clerk)


@pytest.fixture
def heads(form, client_of, principal, quarter):
    """The principal's client."""
    return client_of(principal)


def typed(version=0, **values):
    return {
        f"{what}.{code}": one for code, text in values.items() for what, one in (("value", text), ("version", version))
    }


def text_of(response):
    return response.content.decode()


def stored():
    """What is stored in the open quarter."""
    entries = Entry.objects.for_quarter(Quarter.of(2025, 2)).select_related("element")
    return {entry.element.code: entry.value for entry in entries}


def test_home_says_what_is_due(browser):
    page = text_of(browser.get("/fill/"))
    assert "2025年第二季度填报" in page
    assert "还剩 2 天" in page
    assert "3 项都还没有填" in page
    assert "2025年第一季度" in page


def test_home_puts_what_came_back_on_top_with_the_reason(browser, enter):
    enter("TEACHERS", 124, state="returned", return_reason="与学籍系统不符")
    page = text_of(browser.get("/fill/"))
    assert page.index("与学籍系统不符") < page.index("以前各季度")
    assert f"{FORM}#f-TEACHERS" in page


@pytest.mark.parametrize(
    ("states", "says"),
    [(["draft"] * 3, "已填 3 项"), (["submitted"] * 3, "等待审核"), (["approved"] * 3, "审核通过")],
)
def test_home_in_each_state(browser, enter, states, says):
    for code, state in zip(["TEACHERS", "BACKBONE", "CANTEEN"], states, strict=True):
        enter(code, 1, state=state)
    assert says in text_of(browser.get("/fill/"))


def test_home_when_nothing_is_asked(adoption, school, today, client_of, clerk):
    assert "没有需要" in text_of(client_of(clerk).get("/fill/"))


def test_home_before_any_quarter(school, district, client_of, clerk):
    assert "还没有开放" in text_of(client_of(clerk).get("/fill/"))


def test_home_shows_unread_warnings(browser, clerk):
    for level, fields in [("red", {}), ("orange", {}), ("blue", {}), ("red", {"read_at": clock.now()})]:
        factories.make_message(clerk, level=level, subject=f"{level}{len(fields)}", **fields)
    page = text_of(browser.get("/fill/"))
    found = re.findall('<div class="notice acts (.*?)">.*?</p><p>(.*?)。</p>', page, re.DOTALL)
    assert found == [("warning", "orange0"), ("error", "red0")]


def test_home_is_for_schools(form, client_of, officer, leader):
    assert [client_of(user).get("/fill/").status_code for user in (officer, leader)] == [403, 403]


def test_form_shows_items_by_task_with_card_and_past(browser, enter, elements, quarter):
    elements["TEACHERS"].counted = "在岗的专任教师"
    elements["TEACHERS"].save()
    enter("TEACHERS", 1104, state="approved", quarter=quarter - 4)
    enter("TEACHERS", 1120, state="approved", quarter=quarter - 1)
    page = text_of(browser.get(FORM))
    for words in (
        "任务 6",
        "梯次培养骨干教师",
        "在岗的专任教师",
        "上次 1,120（2025Q1）",
        "去年同期 1,104",
        "3 项中已填 0 项",
    ):
        assert words in page
    assert "CAMERAS" not in page


def test_form_tells_whom_to_ask(browser, elements, sections):
    assert "<dt>咨询</dt>" not in text_of(browser.get(FORM))
    sections["basic"].contact, sections["basic"].phone = "演示甲", "0000-000001"
    sections["basic"].save()
    assert '<dt>咨询</dt><dd>演示甲 <a class="nowrap" href="tel:0000-000001">0000-000001</a></dd>' in text_of(
        browser.get(FORM)
    )


def items(page):
    """The codes of the form's items, in the order of the page."""
    return re.findall(r'<div id="f-(\w+)" class="item', page)


def test_form_puts_what_came_back_first_and_once(browser, enter, elements):
    assert items(text_of(browser.get(FORM))) == ["TEACHERS", "BACKBONE", "CANTEEN"]
    enter("CANTEEN", 1, state="returned", return_reason="请核对")
    page = text_of(browser.get(FORM))
    assert items(page) == ["CANTEEN", "TEACHERS", "BACKBONE"]
    assert page.count("请核对") == 1
    assert page.index('id="back"') < page.index("请核对") < page.index("任务 6")


def test_form_keeps_the_reason_by_the_figure_until_it_is_handed_in_again(browser, heads, enter, officer):
    for code, value in (("TEACHERS", 124), ("BACKBONE", 24), ("CANTEEN", 1)):
        enter(code, value, state="submitted")
    actions.return_entries(Entry.objects.filter(element__code="CANTEEN"), "请核对", by=officer)
    browser.post(FORM, typed(2, CANTEEN="0"))
    page = text_of(browser.get(FORM))
    assert (items(page)[0], page.count("基础教育科退回：请核对"), "■ 基础教育科退回" in page) == ("CANTEEN", 1, False)
    heads.post(f"{FORM}submit/")
    page = text_of(browser.get(FORM))
    assert (items(page)[0], page.count("请核对")) == ("TEACHERS", 0)


@pytest.fixture
def told(enter, quarter):
    """What the school reported last quarter: TEACHERS 120, CANTEEN yes."""
    enter("TEACHERS", 120, state="approved", quarter=quarter - 1)
    enter("CANTEEN", 1, state="approved", quarter=quarter - 1)


def test_unchanged_confirms_blank_stocks_and_says_what_is_left(browser, told):
    assert "无变化：2 项同上次" in text_of(browser.get(FORM))
    response = browser.post(f"{FORM}unchanged/", typed(TEACHERS="", BACKBONE="", CANTEEN=""), follow=True)
    assert response.redirect_chain == [(FORM, 302)]
    assert stored() == {"TEACHERS": 120, "CANTEEN": 1}
    page = text_of(response)
    assert "已按上次的数确认 2 项。还有 1 项没有填好：骨干教师数。" in page
    assert 'id="quick" class="quick" hidden' in page


def test_unchanged_saves_what_was_typed_and_prefers_it(browser, told):
    browser.post(f"{FORM}unchanged/", typed(TEACHERS="124", BACKBONE="24", CANTEEN=""))
    assert stored() == {"TEACHERS": 124, "BACKBONE": 24, "CANTEEN": 1}


def test_unchanged_keeps_what_was_typed_wrong(browser, told):
    page = text_of(browser.post(f"{FORM}unchanged/", typed(TEACHERS="很多", CANTEEN="")))
    assert stored() == {"CANTEEN": 1}
    assert ('value="很多"' in page, "已按上次的数确认 1 项" in page) == (True, True)
    assert '<a href="#f-TEACHERS">专任教师数</a>：请只填数字' in page


def test_zero_report_fills_blank_flows_alone(browser, told, elements):
    elements["BACKBONE"].period_kind = "flow"
    elements["BACKBONE"].save()
    assert "零报告：1 项填 0" in text_of(browser.get(FORM))
    response = browser.post(f"{FORM}zero/", follow=True)
    assert stored() == {"BACKBONE": 0}
    assert "零报告：已填 0 的有 1 项。还有 2 项没有填好：专任教师数、有自办食堂。" in text_of(response)


@pytest.mark.parametrize("what", ["unchanged", "zero"])
def test_confirming_in_a_closed_quarter_saves_nothing(browser, told, settings, what):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    assert (browser.post(f"{FORM}{what}/").status_code, stored()) == (409, {})


def test_single_offer_without_javascript_is_saved_with_the_rest(browser, told):
    page = text_of(browser.get(FORM))
    assert re.findall(r'<button class="btn plain offer" name="value.(\w+)" value="(\w+)"', page) == [
        ("TEACHERS", "120"),
        ("CANTEEN", "1"),
    ]
    browser.post(FORM, typed(BACKBONE="24") | {"value.TEACHERS": ["", "120"], "version.TEACHERS": 0})
    assert stored() == {"TEACHERS": 120, "BACKBONE": 24}


def test_form_saves_without_javascript(browser):
    response = browser.post(FORM, typed(TEACHERS="１２４", BACKBONE="24", CANTEEN="1"), follow=True)
    assert response.redirect_chain == [(FORM, 302)]
    assert stored() == {"TEACHERS": 124, "BACKBONE": 24, "CANTEEN": 1}
    assert "占专任教师数 19.4%（124 人）" in text_of(response)


def test_form_keeps_what_it_could_not_save(browser):
    page = text_of(browser.post(FORM, typed(TEACHERS="124", BACKBONE="很多")))
    assert stored() == {"TEACHERS": 124}
    assert 'value="很多"' in page
    assert "不是数字" in page
    assert "已保存 1 项" in page


def test_form_names_an_unknown_element(browser):
    page = text_of(browser.post(FORM, typed(NOTHING="1", TEACHERS="124")))
    assert "没有“NOTHING”这一项" in page
    assert stored() == {"TEACHERS": 124}


def test_form_stale_shows_both_values_and_takes_the_choice(browser, enter, principal):
    enter("TEACHERS", 125, by=principal)
    page = text_of(browser.post(FORM, typed(TEACHERS="124")))
    assert stored() == {"TEACHERS": 125}
    assert re.findall(r'type="radio" name="value.TEACHERS" value="(\d+)"', page) == ["124", "125"]
    assert principal.name in page
    (version,) = re.findall(r'name="version.TEACHERS" value="(\d+)"', page)
    assert browser.post(FORM, {"version.TEACHERS": version}).status_code == 302  # chose nothing: nothing happens
    assert stored() == {"TEACHERS": 125}
    browser.post(FORM, typed(version, TEACHERS="124"))
    assert stored() == {"TEACHERS": 124}


def test_form_stale_keeps_the_others_note_unless_she_wrote_one(browser, enter, principal):
    enter("TEACHERS", 125, by=principal, note="新聘一人")
    page = text_of(browser.post(FORM, typed(TEACHERS="124") | {"note.TEACHERS": ""}))
    assert (">新聘一人</textarea>" in page, "已存的说明" in page) == (True, False)
    page = text_of(browser.post(FORM, typed(TEACHERS="124") | {"note.TEACHERS": "退休一人"}))
    assert (">退休一人</textarea>" in page, "已存的说明：新聘一人" in page) == (True, True)


def test_form_with_a_broken_version_is_stale(browser, enter):
    enter("TEACHERS", 125)
    browser.post(FORM, typed("x", TEACHERS="124"))
    assert stored() == {"TEACHERS": 125}


def test_form_closed_says_why_and_keeps_what_was_typed(browser, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    assert "7月9日之后不再接受填报" in text_of(browser.get(FORM))
    response = browser.post(FORM, typed(TEACHERS="124"))
    assert (response.status_code, stored()) == (409, {})
    assert "您填的是“124”" in text_of(response)


@pytest.mark.parametrize(
    "address", ["/fill/pri-01/2025Q9/", "/fill/pri-01/last/", "/fill/pri-02/2025Q2/", "/fill/kg-01/2025Q2/"]
)
def test_form_elsewhere_is_not_found(browser, kindergarten, address):
    assert browser.get(address).status_code == 404
    assert browser.post(address).status_code == 404


def test_form_of_another_district_is_ones_own_if_the_codes_agree(browser, other_school, client_of):
    stranger = client_of(factories.make_clerk(other_school))
    stranger.post(FORM, typed(TEACHERS="1"))
    assert stored() == {}


def test_submit_without_javascript_saves_and_hands_in(heads):
    response = heads.post(f"{FORM}submit/", typed(TEACHERS="124", BACKBONE="24", CANTEEN="1"), follow=True)
    assert "已提交2025年第二季度数据" in text_of(response)
    assert set(Entry.objects.values_list("state", flat=True)) == {"submitted"}
    assert 'name="value.' not in text_of(response)


def test_submit_twice_does_no_harm(heads):
    for _ in range(2):
        assert heads.post(f"{FORM}submit/", typed(TEACHERS="124", BACKBONE="24", CANTEEN="1")).status_code == 302
    assert Submission.objects.count() == 1
    assert Entry.objects.filter(version=2, state="submitted").count() == 3


def test_submit_incomplete_lists_what_is_missing(heads):
    page = text_of(heads.post(f"{FORM}submit/", typed(TEACHERS="124")))
    missing = re.search(
        r'<div id="missing" class="notice error" role="alert" tabindex="-1" autofocus>(.*?)</ul>', page, re.DOTALL
    )
    assert re.findall(r'<a href="#f-(\w+)">', missing[1]) == ["BACKBONE", "CANTEEN"]
    assert Submission.objects.count() == 0


def test_submit_with_a_bad_value_does_not_hand_in(heads, enter):
    page = text_of(heads.post(f"{FORM}submit/", typed(TEACHERS="12", BACKBONE="24", CANTEEN="1")))
    assert "不能多于专任教师数 12 人" in page
    assert Submission.objects.count() == 0


def test_submit_closed(heads, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    assert heads.post(f"{FORM}submit/", typed(TEACHERS="124")).status_code == 409


def test_submit_is_the_principals(browser):
    assert browser.post(f"{FORM}submit/", typed(TEACHERS="1")).status_code == 403
    assert stored() == {}
    assert "核对并提交" not in text_of(browser.get(FORM))


def test_get_of_submit_is_not_allowed(heads):
    assert heads.get(f"{FORM}submit/").status_code == 405


def test_field_saves_and_brings_back_the_field_alone(browser, enter):
    enter("TEACHERS", 124)
    response = browser.post(FIELD, typed(BACKBONE="24"), headers={"HX-Request": "true"})
    page = text_of(response)
    assert stored()["BACKBONE"] == 24
    assert "占专任教师数 19.4%（124 人）" in page
    assert re.search(r"已保存 \d\d:\d\d", page)
    assert "HX-Request" in response.headers["Vary"]
    assert "<html" not in page


def test_field_saves_itself_only(browser):
    browser.post(FIELD, typed(BACKBONE="24", TEACHERS="124"), headers={"HX-Request": "true"})
    assert stored() == {"BACKBONE": 24}


def test_field_in_error_keeps_the_text_and_its_version(browser, enter):
    enter("TEACHERS", 20), enter("BACKBONE", 10)
    page = text_of(browser.post(FIELD, typed(1, BACKBONE="24"), headers={"HX-Request": "true"}))
    assert 'value="24"' in page
    assert "不能多于专任教师数 20 人" in page
    assert "原来存的 10 仍在" in page
    assert 'name="version.BACKBONE" value="1"' in page


def test_field_of_a_closed_quarter_says_why(browser, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    page = text_of(browser.post(FIELD, typed(BACKBONE="24"), headers={"HX-Request": "true"}))
    assert ("7月9日" in page, "您填的是“24”" in page, stored()) == (True, True, {})


@pytest.mark.parametrize("code", ["NOTHING", "CAMERAS", "VERDICT"])
def test_field_unknown_is_not_found(browser, code):
    assert browser.post(f"{FORM}entry/{code}/", typed(**{code: "1"})).status_code == 404


def test_field_without_htmx_leads_back_to_the_page(browser):
    assert browser.post(FIELD, typed(BACKBONE="24")).url == FORM


def swap(page, fragment):
    """The page after HTMX has swapped ``fragment`` in: each of its elements in the place of its id, or into it."""
    while fragment := fragment.strip():
        end = end_of(fragment, 0)
        element, fragment = fragment[:end], fragment[end:]
        into = re.match(r'<div hx-swap-oob="innerHTML:#([^"]+)">(.*)</div>$', element, re.DOTALL)
        name = into[1] if into else re.search(r'id="([^"]+)"', element)[1]
        start = re.search(rf'<\w+\b[^>]*\bid="{name}"[^>]*>', page)
        if into:
            page = page[: start.end()] + into[2] + page[end_of(page, start.start()) - len("</span>") :]
        else:
            element = element.replace(' hx-swap-oob="true"', "")
            page = page[: start.start()] + element + page[end_of(page, start.start()) :]
    return page


def end_of(page, start):
    """Where the element ends that starts there."""
    tag, depth = re.match(r"<(\w+)", page[start:])[1], 0
    for found in re.finditer(rf"<(/?){tag}\b[^>]*>", page[start:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return start + found.end()
    raise AssertionError(f"<{tag}> is never closed")


def lines(page):
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"', "", page)
    return re.sub(r">\s+<", ">\n<", page).split()


def test_swapping_the_fragments_in_equals_a_full_reload(heads, enter):
    enter("TEACHERS", 124), enter("CANTEEN", 1)
    before = text_of(heads.get(FORM))
    fragment = text_of(heads.post(FIELD, typed(BACKBONE="24"), headers={"HX-Request": "true"}))
    after = text_of(heads.get(FORM))
    assert lines(before) != lines(after)
    assert lines(swap(before, fragment)) == lines(after)


def test_swapping_with_something_returned_equals_a_full_reload(heads, enter, officer, told):
    for code, value in (("TEACHERS", 124), ("BACKBONE", 24)):
        enter(code, value, state="submitted")
    actions.return_entries(Entry.objects.filter(element__code="BACKBONE"), "请核对", by=officer)
    before = text_of(heads.get(FORM))
    fragment = text_of(heads.post(FIELD, typed(2, BACKBONE="25"), headers={"HX-Request": "true"}))
    assert lines(swap(before, fragment)) == lines(text_of(heads.get(FORM)))


def test_swapping_keeps_the_list_of_what_is_missing(heads, enter):
    before = text_of(heads.post(f"{FORM}submit/", typed(TEACHERS="124")))
    fragment = text_of(heads.post(FIELD, typed(BACKBONE="24") | {"listing": "1"}, headers={"HX-Request": "true"}))
    after = text_of(heads.post(f"{FORM}submit/", typed(TEACHERS="124")))
    assert lines(swap(before, fragment)) == lines(after.replace(" autofocus", ""))
    assert items_missing(fragment) == ["CANTEEN"]


def items_missing(page):
    return re.findall(r'<li><a href="#f-(\w+)">', re.search(r'<div id="missing".*?</ul>', page, re.DOTALL)[0])


def test_rate_while_typing_saves_nothing(browser, enter):
    enter("TEACHERS", 124)
    address = f"{FIELD}rate/"
    said = [text_of(browser.get(address, {"value.BACKBONE": text})) for text in ("24", "125", "x", "")]
    assert "占专任教师数 19.4%（124 人）" in said[0]
    assert "不能多于专任教师数 124 人" in said[1]
    assert "不是数字" in said[2]
    assert "占" not in said[3]
    assert stored() == {"TEACHERS": 124}


def test_rate_of_an_unknown_element(browser):
    assert browser.get(f"{FORM}entry/NOTHING/rate/").status_code == 404


@pytest.fixture
def jump(plan, elements, enter, quarter):
    """TEACHERS may change by a fifth; last time they were 100."""
    factories.make_check(plan, "jump", [elements["TEACHERS"]], threshold="0.2", minimum=10)
    enter("TEACHERS", 100, state="approved", quarter=quarter - 1)


def test_rate_tells_what_checks_say_while_typing(browser, jump, enter, plan, elements):
    factories.make_check(plan, "at_most", [elements["BACKBONE"]], [elements["TEACHERS"]], code="PART")
    enter("BACKBONE", 140)
    ask = f"{FORM}entry/TEACHERS/rate/"
    assert "比上次 100 人增加 100.0%，超过 20%。" in text_of(browser.get(ask, {"value.TEACHERS": "200"}))
    refused = text_of(browser.get(ask, {"value.TEACHERS": "130"}))
    assert ("不能少于骨干教师数 140 人。" in refused, "超过 20%" in refused) == (True, False)


def test_field_that_is_unusual_asks_for_a_reason_until_there_is_one(browser, jump):
    field = f"{FORM}entry/TEACHERS/"
    page = text_of(browser.post(field, typed(TEACHERS="200"), headers={"HX-Request": "true"}))
    assert "比上次 100 人增加 100.0%，超过 20%。请核对；无误的，在说明里写明原因。" in page
    assert re.search(r'<details class="def bare note" open>', page)
    assert "数值异常，请在说明里写明原因" in page
    page = text_of(
        browser.post(field, typed(1, TEACHERS="200") | {"note.TEACHERS": "并入东校区"}, headers={"HX-Request": "true"})
    )
    assert ("超过 20%。" in page, "请在说明里写明原因" in page) == (True, False)


def test_a_partners_warning_comes_back_with_the_field(browser, enter, plan, elements):
    elements["LONG"] = factories.make_element("LONG", "从教满30年的教师数")
    factories.make_check(plan, "at_most", [elements["LONG"]], [elements["TEACHERS"]], soft=True)
    enter("LONG", 20)
    page = text_of(browser.post(f"{FORM}entry/TEACHERS/", typed(TEACHERS="10"), headers={"HX-Request": "true"}))
    assert re.search(r'hx-swap-oob="innerHTML:#r-LONG">.{0,400}多于专任教师数 10 人。', page, re.DOTALL)


def test_history_tells_who_when_and_why(browser, clerk):
    browser.post(FORM, typed(TEACHERS="124"))
    browser.post(FORM, typed(1, TEACHERS="125") | {"note.TEACHERS": "新聘一人"})
    address = f"{FORM}entry/TEACHERS/history/"
    page = text_of(browser.get(address))
    for words in (clerk.name, "填报", "124", "修改", "（原 124）", "新聘一人", "2025年7月3日"):
        assert words in page
    assert "<html" not in text_of(browser.get(address, headers={"HX-Request": "true"}))


def test_history_of_nothing_or_of_a_sections_figure_is_not_found(browser, enter):
    enter("CAMERAS", 5)
    assert [browser.get(f"{FORM}entry/{code}/history/").status_code for code in ("TEACHERS", "CAMERAS")] == [404, 404]


@pytest.mark.parametrize("count", [5, 40])
def test_form_takes_the_same_queries_for_any_number_of_items(
    adoption, school, quarter, client_of, clerk, count, django_assert_num_queries
):
    for number in range(count):
        factories.make_entry(factories.make_element(f"E{number}"), school, quarter, 1, state="draft", by=clerk)
    browser = client_of(clerk)
    with django_assert_num_queries(QUERIES):
        browser.get(FORM)


@pytest.mark.parametrize("count", [5, 40])
def test_field_takes_the_same_queries_for_any_number_of_items(
    adoption, school, quarter, client_of, clerk, count, django_assert_num_queries
):
    for number in range(count):
        factories.make_entry(factories.make_element(f"E{number}"), school, quarter, 1, state="draft", by=clerk)
    browser = client_of(clerk)
    with django_assert_num_queries(SAVING):
        browser.post(f"{FORM}entry/E1/", typed(1, E1="2"), headers={"HX-Request": "true"})


SAVING = 19
QUERIES = 17
