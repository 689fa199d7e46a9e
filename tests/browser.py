"""Debian's chromium, driven by Playwright, against pytest-django's ``live_server``; nothing but loopback is fetched.

``page`` is a fresh page at 1440 px; ``new_page(width=360, dark=True)`` opens more, each with cookies of its own.
A page that asks for anything outside, throws an error or has one in its console fails its test. CHROMIUM names another
binary.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LOOPBACK = ("127.0.0.1", "localhost")
PATIENCE = 60_000  # ms; a busy machine is slow, and a test that passes never waits so long


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        pytest.fail(f"{CHROMIUM} is not installed (apt-get install chromium fonts-noto-cjk)")
    # Playwright's event loop lives in this thread, where Django would refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def page_errors() -> list[str]:
    """What scripts threw and the console complained of; a test that breaks something on purpose clears it."""
    return []


@pytest.fixture
def new_page(browser: Browser, live_server, page_errors: list[str]) -> Iterator[Callable[..., Page]]:
    contexts, outside, errors = [], [], page_errors

    def gate(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    def open_page(width: int = 1440, height: int = 900, *, dark: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.route("**/*", gate)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == [], "a page asked for something outside"
    assert errors == [], "a page's script failed"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
