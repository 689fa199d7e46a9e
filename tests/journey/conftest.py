"""The demo district on its pinned day, and people who sign in to it, each in a browser of her own."""

import io
from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from reports.demo.district import PASSWORD

PLAN_FILE = "fixtures/plan_2023_2025.yaml"


@pytest.fixture
def plan_file(today, transactional_db) -> None:
    """The real plan, adopted by a district that has no school yet."""
    call_command("load_plan", PLAN_FILE, stdout=io.StringIO())


@pytest.fixture
def demo(plan_file) -> None:
    """The smallest demo district: 2025Q2 is open, X001 has not begun its form, 2025H1 has no bulletin."""
    call_command("seed_demo", schools=10, stdout=io.StringIO())


@pytest.fixture
def signed_in(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``signed_in("leader", width=360)``: the page on which she arrives."""

    def enter(username: str, **options) -> Page:
        page = new_page(**options)
        page.goto("/")
        sign_in(page, username)
        page.get_by_role("navigation", name="主导航").wait_for()
        return page

    return enter


def sign_in(page: Page, username: str) -> None:
    """At the door at which the page stands."""
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
