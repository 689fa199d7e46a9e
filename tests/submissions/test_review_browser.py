"""Reviewing by keyboard, in a real browser; and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from submissions.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, REVIEW = "/desk/?quarter=2025Q2", "/desk/2025Q2/review/pri-01/"


@pytest.fixture
def open_page(form, quarter, new_page, client_of, live_server, officer):
    """``open_page(path)``: a page of the basic section's officer."""

    def open_as(path, **options) -> Page:
        page = new_page(**options)
        cookie = client_of(officer).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return open_as


@pytest.fixture
def waiting(form, enter, clerk, kindergarten):
    """Three items of the school, one of the next."""
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1, state="submitted", by=clerk)
    enter("TEACHERS", 1, unit=kindergarten, state="submitted", by=clerk)


def states():
    return {
        (entry.unit.code, entry.element.code): entry.state for entry in Entry.objects.select_related("unit", "element")
    }


def press(page, *keys):
    page.wait_for_load_state()  # a heading is seen before a key is heard
    for key in keys:
        page.keyboard.press(key)


def box(page, name):
    return page.get_by_role("checkbox", name=f"选中 {name}")


def test_items_are_ticked_returned_and_approved_by_keyboard(open_page, waiting):
    page = open_page(REVIEW)
    press(page, "j")
    expect(box(page, "专任教师数")).to_be_focused()
    press(page, "j", "Space")
    expect(box(page, "骨干教师数")).to_be_focused()
    expect(box(page, "骨干教师数")).not_to_be_checked()
    press(page, "ArrowDown", "r")
    reason = page.get_by_label("退回“有自办食堂”的原因")
    expect(reason).to_be_focused()
    page.keyboard.type("jar?")  # keys mean nothing while one types
    expect(reason).to_have_value("jar?")
    press(page, "Escape", "k")
    expect(box(page, "骨干教师数")).to_be_focused()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    press(page, "a")
    expect(page.locator("#notices")).to_contain_text("第一小学：已通过 1 项。")
    expect(page.get_by_role("heading", name="第一幼儿园")).to_be_visible()
    assert asked == ["通过勾选的 1 项？"]  # that with a reason is not approved
    assert states() == {
        ("pri-01", "TEACHERS"): "approved",
        ("pri-01", "BACKBONE"): "submitted",
        ("pri-01", "CANTEEN"): "submitted",
        ("kg-01", "TEACHERS"): "submitted",
    }
    press(page, "n")
    expect(page.get_by_role("heading", name="第一小学")).to_be_visible()


def test_nothing_is_approved_by_a_key_that_was_not_meant(open_page, waiting):
    page = open_page(REVIEW)
    page.on("dialog", lambda dialog: dialog.dismiss())
    press(page, "a", "Control+a", "j", "Enter")
    press(page, "r", "Enter")
    expect(box(page, "专任教师数")).to_be_focused()
    assert set(states().values()) == {"submitted"}


def test_keys_are_listed(open_page, waiting):
    page = open_page(REVIEW)
    press(page, "?")
    expect(page.get_by_text("写这一项的退回原因")).to_be_visible()
    press(page, "?")
    expect(page.get_by_text("写这一项的退回原因")).to_be_hidden()


def test_schools_are_opened_and_approved_by_keyboard(open_page, waiting):
    page = open_page(DESK)
    press(page, "j")
    expect(page.get_by_role("checkbox", name="选中第一幼儿园")).to_be_focused()
    press(page, "j", "Space", "Enter")
    expect(page.get_by_role("heading", name="第一小学")).to_be_visible()
    page.goto(DESK)
    press(page, "j", "j", "Space")
    page.on("dialog", lambda dialog: dialog.accept())
    press(page, "a")
    expect(page.locator("#notices")).to_contain_text("已通过 1 所学校的 1 项。")
    assert [state for (unit, _), state in states().items() if unit == "kg-01"] == ["approved"]


@pytest.mark.parametrize("width", [360, 1440])
def test_without_javascript_all_can_be_done(open_page, waiting, width):
    page = open_page(REVIEW, width=width, java_script_enabled=False)
    expect(page.get_by_text("快捷键")).to_be_hidden()
    page.get_by_text("退回…").nth(1).click()
    page.get_by_label("退回“骨干教师数”的原因").fill("口径不对")
    page.keyboard.press("Enter")  # returns what has a reason, and approves nothing
    expect(page.locator("#notices")).to_contain_text("已退回 1 项")
    page.get_by_role("button", name="通过并看下一所").click()
    expect(page.get_by_role("heading", name="第一幼儿园")).to_be_visible()
    assert [states()["pri-01", code] for code in ("TEACHERS", "BACKBONE", "CANTEEN")] == [
        "approved",
        "returned",
        "approved",
    ]
    page.goto(DESK)
    page.get_by_role("button", name="通过勾选的学校").click()
    expect(page.locator("#notices")).to_contain_text("已通过 1 所学校的 1 项。")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0


def test_a_phone_shows_no_keys(open_page, waiting):
    page = open_page(REVIEW, width=360, has_touch=True, is_mobile=True)
    expect(page.get_by_text("快捷键")).to_be_hidden()
    expect(page.locator("kbd").first).to_be_hidden()
