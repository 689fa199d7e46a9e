"""What the form promises a principal with ten minutes: few clicks, what is missing at hand, a sheet that prints."""

import re

import pytest
from playwright.sync_api import Page, expect

from base.quarters import Quarter
from schools.models import User
from submissions import actions
from submissions.models import Entry
from targets.models import Element
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = "/fill/pri-01/2025Q2/"
BEFORE = Quarter.of(2025, 1)
PASSWORD = "Xuexiao-2025"
# Clicks by hand, of every page of the tab. A dialog's button is one more.
COUNTING = """
document.addEventListener("click", event => {
  if (event.isTrusted) { sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1; }
}, true);
"""


@pytest.fixture
def many(form, quarter) -> list[Element]:
    """Fifteen more items of every kind, all reported last quarter; those of the form as well."""
    kinds = [{}, {"period_kind": "flow"}, {"value_type": "boolean", "unit": "", "lower": None}]
    made = [
        factories.make_element(
            f"E{number}", f"第{number}项上次填过的数", counted="计入的范围" * 12, **kinds[number % 3]
        )
        for number in range(12)
    ]
    for element in [*made, *Element.objects.filter(code__in=["TEACHERS", "BACKBONE", "CANTEEN"])]:
        factories.make_entry(element, form, BEFORE, 1)
    return made


@pytest.mark.parametrize("options", [{"width": 360}, {"java_script_enabled": False}])
def test_nothing_changed_takes_six_clicks_from_login_to_submitted(many, new_page, principal: User, options):
    principal.set_password(PASSWORD)
    principal.save()
    page, asked = new_page(**options), []
    page.add_init_script(COUNTING)
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto("/")
    page.fill("[name=username]", principal.username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="开始填报").click()
    page.get_by_role("button", name="无变化：11 项同上次").click()
    page.get_by_role("button", name="零报告：4 项填 0").click()
    page.wait_for_load_state()  # what asks before handing in is there
    page.get_by_role("button", name="核对并提交").click()
    expect(page.locator("#notices")).to_contain_text("已提交2025年第二季度数据")
    if options.get("java_script_enabled", True):
        assert int(page.evaluate("sessionStorage.clicks")) + len(asked) == 6
    assert Entry.objects.for_quarter(BEFORE + 1).filter(state="submitted").count() == 15


def test_unchanged_saves_what_is_still_being_typed(many, open_form):
    page = open_form()
    page.locator("#v-TEACHERS").press_sequentially("124")
    page.get_by_role("button", name="无变化").click()
    expect(page.locator("#notices")).to_contain_text("已按上次的数确认 10 项")
    told = dict(Entry.objects.for_quarter(BEFORE + 1).values_list("element__code", "value"))
    assert (told["TEACHERS"], told["BACKBONE"], len(told)) == (124, 1, 11)


def test_one_field_takes_its_last_value_by_a_click(many, open_form):
    page = open_form(width=360)
    page.get_by_role("button", name="专任教师数：同上次 1").click()
    expect(page.locator("#t-TEACHERS .saved")).to_be_visible()
    expect(page.locator("#v-TEACHERS")).to_have_value("1")
    expect(page.get_by_role("button", name="无变化")).to_have_text("无变化：10 项同上次")


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}])
def test_refused_handing_in_leads_to_what_is_missing(many, open_form, principal, options):
    page = open_form(principal, width=360, **options)
    page.fill("#v-TEACHERS", "124")
    page.get_by_role("button", name="核对并提交").click()
    missing = page.locator("#missing")
    expect(missing).to_contain_text("还有 14 项没有填好，暂不能提交")
    expect(missing).to_be_in_viewport()
    expect(missing).to_be_focused()
    missing.get_by_role("link", name="第11项上次填过的数").click()
    expect(page.locator("#f-E11")).to_be_in_viewport()


def test_list_of_what_is_missing_shrinks_as_fields_are_filled(open_form, principal):
    page = open_form(principal)
    page.get_by_role("button", name="核对并提交").click()
    expect(page.locator("#missing li")).to_have_count(3)
    page.wait_for_load_state()  # the list is seen before a field listens
    page.fill("#v-TEACHERS", "124")
    page.keyboard.press("Tab")
    expect(page.locator("#missing li")).to_have_count(2)


def test_what_was_refused_on_top_goes_as_it_is_mended_and_back_leads_to_the_form(open_form, principal):
    page = open_form(principal)
    page.fill("#v-TEACHERS", "abc")
    page.get_by_role("button", name="核对并提交").click()
    expect(page.locator("#refused li")).to_have_count(1)
    expect(page).to_have_url(re.compile("/fill/pri-01/2025Q2/$"))
    page.fill("#v-TEACHERS", "124")
    page.keyboard.press("Tab")
    expect(page.locator("#t-TEACHERS .saved")).to_be_visible()
    expect(page.locator("#refused")).to_have_count(0)
    page.go_back()
    expect(page.locator("#v-TEACHERS")).to_have_value("124")


def test_two_clerks_without_javascript_choose(open_form, principal, clerk):
    first, second = (open_form(user, java_script_enabled=False) for user in (clerk, principal))
    for page, value in ((first, "124"), (second, "130")):
        page.fill("#v-TEACHERS", value)
        page.get_by_role("button", name="保存草稿").click()
    expect(second.locator("#refused")).to_contain_text(f"{clerk}")
    expect(second.locator("#t-TEACHERS")).to_contain_text(re.compile(f"{clerk} \\d\\d:\\d\\d 已存为 124，没有覆盖"))
    second.get_by_label("用我填的 130").click()
    second.get_by_role("button", name="保存草稿").click()
    expect(second.locator("#v-TEACHERS")).to_have_value("130")
    assert Entry.objects.get().value == 130


def pages(page: Page) -> int:
    """Of the printed page, as A4."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(("more", "fits"), [(0, True), (40, False)])
def test_sign_off_sheet_of_fifteen_items_fits_one_page(many, open_form, form, quarter, principal, more, fits):
    for number in range(more):
        factories.make_entry(factories.make_element(f"M{number}", "又一项上次填过的数"), form, BEFORE, 1)
    actions.confirm_unchanged(form, quarter, by=principal)
    actions.report_zero(form, quarter, by=principal)
    actions.submit(form, quarter, by=principal)
    page = open_form(principal)
    page.get_by_role("link", name="签字表").click()
    page.emulate_media(media="print")
    paper = page.get_by_role("article", name="签字表")
    expect(paper).to_contain_text("2025年第二季度行动方案填报数据签字表")
    expect(paper.locator("tbody tr")).to_have_count(15 + more)
    expect(paper).to_contain_text(re.compile(r"校验码 \w{5}-\w{5}"))
    for hidden in (".top", ".crumbs", ".no-print"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert (pages(page) == 1) == fits
    assert page.locator("thead").evaluate("head => getComputedStyle(head).display") == "table-header-group"
