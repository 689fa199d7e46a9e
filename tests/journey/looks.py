"""What holds for every page that the journey visits."""

import re

from playwright.sync_api import Page, expect

PHONE = {"width": 360, "height": 740}


def expect_page(page: Page, heading: str | re.Pattern[str]) -> None:
    """The page of this heading is there, whole, and fits a phone."""
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    expect_fit_for_a_phone(page)


def expect_fit_for_a_phone(page: Page) -> None:
    """At 360 px nothing of the page lies beyond its right edge."""
    page.wait_for_load_state()
    usual = page.viewport_size
    page.set_viewport_size(PHONE)
    width = page.evaluate("Math.max(document.documentElement.scrollWidth, window.innerWidth)")
    page.set_viewport_size(usual)
    assert width <= PHONE["width"], f"{page.url} is {width} px wide on a phone"
