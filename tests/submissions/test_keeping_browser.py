"""Nothing typed is lost: on a broken line, after the session has ended, when the quarter has closed meanwhile."""

import datetime
import re
import time

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from base import clock
from submissions.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = "/fill/pri-01/2025Q2/"
PASSWORD = "Xuexiao-2025"


@pytest.fixture
def sign_in():
    """``sign_in(page, user)``: at the door at which the page stands."""

    def enter(page: Page, user) -> None:
        user.set_password(PASSWORD)
        user.save()
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录").click()

    return enter


def stored() -> dict[str, int]:
    return {entry.element.code: entry.value for entry in Entry.objects.select_related("element")}


def drawers(page: Page) -> list[str]:
    """What the browser keeps."""
    return page.evaluate("Object.keys(localStorage).map(key => localStorage[key])")


def leave(page: Page, code: str, value: str) -> None:
    page.fill(f"#v-{code}", value)
    page.keyboard.press("Tab")


@pytest.fixture
def page_errors() -> list[str]:
    """Nothing but the browser's complaints about requests that failed, which is what these tests are about."""
    return Complaints()


class Complaints(list):
    def append(self, said: str) -> None:
        if not re.search(r"Failed to load resource|htmx:(sendError|responseError|afterRequest)|\[object HTML", said):
            super().append(said)


def expect_offer(page: Page) -> None:
    expect(page.locator("#notices")).to_contain_text("上次有 1 处填写没有保存成功")


def take_offer(page: Page, code: str) -> None:
    expect_offer(page)
    page.get_by_role("button", name="填回这些内容").click()
    expect(page.locator(f"#t-{code} .saved")).to_be_visible()
    assert drawers(page) == []


def test_broken_line_is_told_at_the_field_and_mended_when_it_is_back(open_form):
    page = open_form()
    leave(page, "TEACHERS", "120")
    expect(page.locator("#t-TEACHERS .saved")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    page.context.set_offline(True)
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("网络断开或超时，没有保存成功。您填的内容留在本机")
    expect(page.locator("#f-TEACHERS")).to_have_class(re.compile("is-unsent"))
    expect(page.locator("#t-TEACHERS .saved")).to_be_hidden()
    assert stored() == {"TEACHERS": 120}
    page.context.set_offline(False)
    expect(page.locator("#t-TEACHERS .saved")).to_be_visible()
    expect(page.locator("#notices")).to_have_text("")
    assert (stored(), drawers(page)) == ({"TEACHERS": 124}, [])


def test_what_a_broken_line_kept_is_offered_when_the_form_is_opened_again(open_form, enter, quarter):
    enter("TEACHERS", 120, state="approved", quarter=quarter - 1)  # the form offers this by a click
    page = open_form()
    leave(page, "BACKBONE", "24")
    expect(page.locator("#t-BACKBONE .saved")).to_be_visible()
    page.context.set_offline(True)
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("没有保存成功")
    another = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    another.goto(FORM)
    take_offer(another, "TEACHERS")
    assert Entry.objects.for_quarter(quarter).get(element__code="TEACHERS").value == 124


def test_expired_session_keeps_the_field_and_offers_it_after_login(open_form, sign_in, clerk):
    page = open_form()
    Session.objects.all().delete()
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("登录已过期，没有保存成功。您填的内容留在本机")
    expect(page.locator("#v-TEACHERS")).to_have_value("124")
    expect(page.locator("[name=password]")).to_have_count(0)
    page.get_by_role("link", name="重新登录").click()
    sign_in(page, clerk)
    expect(page).to_have_url(re.compile(FORM))
    take_offer(page, "TEACHERS")
    assert stored() == {"TEACHERS": 124}


def test_another_person_at_the_machine_is_not_offered_it(open_form, sign_in, clerk, principal):
    page = open_form()
    Session.objects.all().delete()
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("登录已过期")
    page.get_by_role("link", name="重新登录").click()
    sign_in(page, principal)
    expect(page.locator("#v-TEACHERS")).to_have_value("")
    expect(page.locator("#notices")).to_have_text("")
    page.locator(".who summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.goto(FORM)
    sign_in(page, clerk)
    take_offer(page, "TEACHERS")


def test_login_in_another_window_asks_to_open_the_page_anew(open_form, sign_in, clerk):
    page = open_form()
    other = page.context.new_page()
    other.goto("/")
    other.locator(".who summary").click()
    other.get_by_role("button", name="退出登录").click()
    other.goto("/login/")
    sign_in(other, clerk)
    other.get_by_role("navigation", name="主导航").wait_for()
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("页面已过期")
    page.get_by_role("link", name="刷新本页").click()
    take_offer(page, "TEACHERS")


@pytest.mark.parametrize("name", ["保存草稿", "核对并提交"])
def test_whole_form_after_the_session_has_ended_comes_back_to_the_form(open_form, sign_in, principal, name):
    page = open_form(principal)
    page.route(f"**{FORM}entry/**", lambda route: route.abort("aborted"))  # only the whole form gets through
    page.locator("#v-TEACHERS").press_sequentially("124")
    Session.objects.all().delete()
    page.get_by_role("button", name=name).click()
    expect(page.locator("[name=password]")).to_be_visible()
    page.unroute(f"**{FORM}entry/**")
    sign_in(page, principal)
    expect(page).to_have_url(re.compile(f"{FORM}$"))
    take_offer(page, "TEACHERS")


def test_what_can_no_longer_be_filled_in_is_told(open_form, settings):
    page = open_form()
    page.context.set_offline(True)
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("没有保存成功")
    another = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    another.goto(FORM)
    expect(another.locator("#notices")).to_contain_text("上次填的 专任教师数“124” 没有保存成功，现在已不能填。")
    another.get_by_role("button", name="不要了").click()
    assert drawers(another) == []


def test_what_was_refused_is_kept_as_well(open_form):
    page = open_form()
    leave(page, "TEACHERS", "很多")
    expect(page.locator("#t-TEACHERS")).to_contain_text("不是数字")
    page.reload()
    expect_offer(page)
    leave(page, "TEACHERS", "124")
    expect(page.locator("#t-TEACHERS .saved")).to_be_visible()
    assert drawers(page) == ['{"value.TEACHERS":"很多"}'] or drawers(page) == []


def test_half_an_hour_of_idleness_keeps_the_field_and_offers_it_after_login(open_form, sign_in, clerk, monkeypatch):
    page = open_form()
    now = time.time()
    monkeypatch.setattr("schools.sessions.time.time", lambda: now + 1800)
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("登录已过期，没有保存成功。您填的内容留在本机")
    page.get_by_role("link", name="重新登录").click()
    sign_in(page, clerk)
    expect(page).to_have_url(re.compile(FORM))
    take_offer(page, "TEACHERS")
    assert stored() == {"TEACHERS": 124}


def test_a_password_to_be_changed_first_keeps_the_field_and_offers_it_afterwards(open_form, clerk, settings):
    clerk.set_password(PASSWORD)
    clerk.password_set_at = clock.now()
    clerk.save()
    page = open_form()
    clerk.password_set_at = None  # as if the day of the change had come
    clerk.save()
    settings.DEMO = False
    leave(page, "TEACHERS", "124")
    expect(page.locator("#notices")).to_contain_text("没有保存成功。您填的内容留在本机，刷新后可以填回")
    page.get_by_role("link", name="刷新本页").click()
    page.fill("[name=old_password]", PASSWORD)
    page.fill("[name=new_password1]", "Lanse-Dengta-77")
    page.fill("[name=new_password2]", "Lanse-Dengta-77")
    page.get_by_role("button", name="改密码").click()
    expect(page).to_have_url(re.compile(f"{FORM}$"))
    page.get_by_role("button", name="填回这些内容").click()
    expect(page.locator("#t-TEACHERS .saved")).to_be_visible()
    assert (stored(), drawers(page)) == ({"TEACHERS": 124}, [])
