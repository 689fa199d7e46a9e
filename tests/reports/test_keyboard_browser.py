"""A leader without a mouse: every step by Tab, Enter and arrows, with the place where she stands always to be seen."""

import re

import pytest
from playwright.sync_api import Page, expect

from schools.models import Role
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "yinghua-2025-kaifaqu"
FARTHEST = 80  # steps of Tab to anything on a page
# What has the focus; whether it, or its label, is outlined and on the screen (if Tab leads to it at all).
FOCUSED = """() => {
    const at = document.activeElement, label = at.labels && at.labels[0];
    const seen = [at, label].filter(Boolean).some(one => {
        const box = one.getBoundingClientRect(), style = getComputedStyle(one);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
            && box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    });
    const isReached = at.tabIndex >= 0, said = at.getAttribute("aria-label") || (label || at).innerText || "";
    return {said: isReached ? said : "", seen: seen || !isReached, what: at.outerHTML.slice(0, 200)};
}"""


@pytest.fixture
def leader(published, district):
    user = factories.make_user("li", "李红", password=PASSWORD)
    factories.make_post(Role.LEADER, district, user=user)
    return user


def tab_to(page: Page, words: str) -> None:
    """Unless the page puts her there itself."""
    page.wait_for_load_state()
    for _ in range(FARTHEST):
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"the focus is not to be seen on {focused['what']}"
        if words in focused["said"]:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {words}")


def go(page: Page, words: str, heading: str | re.Pattern[str]) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_a_leader_reads_everything_by_keyboard(leader, new_page, width):
    page = new_page(width=width, height=500)
    page.goto("/")
    for field, typed in (("登录名", leader.username), ("密码", PASSWORD)):
        tab_to(page, field)
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="三年行动方案")).to_be_visible()

    tab_to(page, "跳到正文")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("ArrowDown")
    page.wait_for_function("window.scrollY > 0")

    tab_to(page, "任务 1")
    page.keyboard.press("Enter")
    go(page, "TRAINING率", "TRAINING率")
    go(page, "如何算出", "如何算出")
    go(page, "TRAINING率", re.compile("^TRAINING率$"))
    go(page, "通报", "半年通报")
    go(page, "2025年上半年通报", "的通报")
    go(page, "搜索", "搜索")
    tab_to(page, "找什么")
    page.keyboard.type("train")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=train"))
    go(page, "TRAINING率", "TRAINING率")
