"""A school's form of a quarter in the browser."""

import re

from playwright.sync_api import Locator, Page, expect


def field(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def item(page: Page, name: str) -> Locator:
    """The field with its card, its rate and what is said about it."""
    return page.locator("[data-cell]").filter(has=field(page, name))


def names(page: Page) -> list[str]:
    """Of the fields that the form asks for."""
    return page.locator("[data-cell] label[for]").all_inner_texts()


def enter(page: Page, name: str, value: str) -> None:
    """Give a value, or choose it, and go on to the next field."""
    into = field(page, name)
    if into.evaluate("field => field.tagName") == "SELECT":
        into.select_option(label=value)
    else:
        into.fill(value)
        into.press("Tab")


def as_last_time(page: Page, name: str) -> str:
    """What the form tells of the last time (上次 1,231（2024Q4）); 0 or 否 where there was none."""
    told = re.search(r"上次 (\S+)（", item(page, name).inner_text())
    if told:
        return told[1]
    return "否" if field(page, name).locator("option").count() else "0"


def expect_saved(page: Page, name: str) -> None:
    expect(item(page, name).get_by_text("已保存")).to_be_visible()
