"""In a real browser: signing in, and watching a job that a real worker does."""

import pytest
from playwright.sync_api import Page, expect

from base import jobs
from schools.models import Role
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "yinghua-2025-kaifaqu"


@pytest.fixture
def officer(district, sections):
    user = factories.make_user("wang", "王敏", password=PASSWORD)
    factories.make_post(Role.OFFICER, district, section=sections["basic"], user=user)
    return user


def sign_in(page: Page) -> None:
    page.get_by_label("登录名").fill("wang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_sign_in_leads_to_where_one_wanted_to_go(officer, page):
    page.goto("/styleguide/")
    sign_in(page)
    expect(page).to_have_url("/styleguide/")
    expect(page.get_by_text("王敏")).to_be_visible()


@pytest.mark.worker
def test_a_job_is_followed_to_its_end_without_a_reload(officer, worker, page, tmp_path):
    job = jobs.start("test.steps", key="k", args={"path": str(tmp_path / "out"), "steps": 4, "pause": 1}, by=officer)
    page.goto(f"/jobs/{job.pk}/?next=/styleguide/")
    sign_in(page)
    page.evaluate("window.wasReloaded = false")
    expect(page.get_by_text("第 3 步")).to_be_visible()
    expect(page.get_by_role("link", name="查看结果")).to_be_visible()
    assert page.evaluate("window.wasReloaded") is False
    page.get_by_role("link", name="查看结果").click()
    expect(page).to_have_url("/styleguide/")
