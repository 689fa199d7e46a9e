"""投影 in a browser: turned by keys."""

import pytest
from playwright.sync_api import expect

from schools.models import Role
from tests import factories
from tests.reports.pages import url
from tests.reports.small import HALF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "yinghua-2025-kaifaqu"


def test_slides_turn_by_keys_and_escape_leads_back(published, district, new_page):
    factories.make_post(Role.LEADER, district, user=factories.make_user("li", "李红", password=PASSWORD))
    page = new_page(width=1600, height=900)
    page.goto("/login/")
    page.get_by_label("登录名").fill("li")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/plan/**")
    page.goto(url("slides", HALF))
    page.wait_for_load_state()
    for key, place in (("ArrowRight", 2), ("PageDown", 3), ("ArrowLeft", 2), ("End", 3), ("Home", 1)):
        page.keyboard.press(key)
        expect(page.locator(f"#slide-{place} .turn")).to_be_in_viewport(ratio=1, timeout=5000)
        assert page.evaluate("location.hash") == f"#slide-{place}"
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{url('bulletin', HALF)}")
