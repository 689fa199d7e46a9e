"""What the form's scripts promise, in a real browser: saved as one types, nothing lost on a slow or broken line."""

import time

import pytest
from playwright.sync_api import expect

from submissions.models import Entry
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = "/fill/pri-01/2025Q2/"
FIELD = f"**{FORM}entry/TEACHERS/"


def stored():
    return {entry.element.code: entry.value for entry in Entry.objects.select_related("element")}


def test_field_is_saved_as_it_is_left_and_the_rate_follows(open_form, enter, live_server):
    enter("TEACHERS", 124)
    page = open_form(width=360)
    page.locator("#v-BACKBONE").press_sequentially("２4")
    expect(page.locator("#t-BACKBONE")).to_contain_text("占专任教师数 19.4%（124 人）")  # while typing, not saved
    assert stored() == {"TEACHERS": 124}
    page.keyboard.press("Enter")  # on to the next field
    expect(page.locator("#t-BACKBONE .saved")).to_be_visible()
    expect(page.locator("#v-CANTEEN")).to_be_focused()
    expect(page.locator("#t-TEACHERS")).to_contain_text("19.4%")
    expect(page.locator("#progress")).to_contain_text("3 项中已填 2 项")
    assert stored() == {"TEACHERS": 124, "BACKBONE": 24}


def test_another_fields_save_opens_the_note_for_the_reason(open_form, enter, plan, elements):
    long = elements["LONG"] = factories.make_element("LONG", "从教满30年的教师数")
    factories.make_check(plan, "at_most", [long], [elements["TEACHERS"]], soft=True)
    enter("LONG", 20)
    page = open_form()
    page.locator("#v-TEACHERS").press_sequentially("10")
    page.keyboard.press("Tab")
    expect(page.locator("#t-LONG")).to_contain_text("多于专任教师数 10 人。请核对；无误的，在说明里写明原因。")
    expect(page.locator("#n-LONG")).to_be_visible()
    page.fill("#n-LONG", "含两名不任教的")
    page.keyboard.press("Tab")
    expect(page.locator("#t-LONG")).not_to_contain_text("写明原因")
    expect(page.locator("#t-LONG")).to_contain_text("多于专任教师数 10 人。")


def test_what_is_typed_while_the_server_is_busy_stays_and_is_saved(open_form):
    page = open_form()

    def slowly(route):
        time.sleep(0.8)
        route.continue_()

    page.route(FIELD, slowly)
    page.locator("#f-TEACHERS .note summary").click()
    page.fill("#v-TEACHERS", "124")
    page.locator("#n-TEACHERS").press_sequentially("两个班转入", delay=30)
    expect(page.locator("#t-TEACHERS .saved")).to_be_visible()
    expect(page.locator("#n-TEACHERS")).to_be_focused()
    expect(page.locator("#n-TEACHERS")).to_have_value("两个班转入")
    with page.expect_response(FIELD):
        page.keyboard.press("Tab")
    expect(page.locator("input[name='version.TEACHERS']")).to_have_value("2")
    assert Entry.objects.get().note == "两个班转入"


def test_of_two_tabs_the_later_is_asked(open_form, principal):
    first, second = open_form(), open_form(principal)
    first.fill("#v-TEACHERS", "124")
    first.keyboard.press("Tab")
    expect(first.locator("#t-TEACHERS .saved")).to_be_visible()
    second.fill("#v-TEACHERS", "130")
    second.keyboard.press("Tab")
    expect(second.locator("#t-TEACHERS")).to_contain_text("没有覆盖")
    assert stored() == {"TEACHERS": 124}
    second.get_by_label("用我填的 130").click()
    expect(second.locator("#v-TEACHERS")).to_have_value("130")
    assert stored() == {"TEACHERS": 130}


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}])
def test_principal_fills_in_and_hands_in(open_form, principal, options):
    page = open_form(principal, **options)
    page.fill("#v-TEACHERS", "124")
    page.fill("#v-BACKBONE", "24")
    page.select_option("#v-CANTEEN", "1")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="核对并提交").click()
    expect(page.locator("#notices")).to_contain_text("已提交2025年第二季度数据")
    assert set(Entry.objects.values_list("state", flat=True)) == {"submitted"}
