"""A year's assessment in the browser: computed, shown, looked at and objected to on a phone, decided, published."""

import datetime

import pytest
from playwright.sync_api import Page, expect

from schools.models import Role, Unit
from tests import factories
from tests.journey.looks import expect_fit_for_a_phone
from tests.reports.assessments import make_schools_to_assess

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/plan/plan-2023-2025/assessment/"
YEAR, SHEET = f"{HOME}2025/", f"{HOME}2025/schools/P1/"


@pytest.fixture
def adoption(settings, tmp_path):
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)
    return make_schools_to_assess(tmp_path)


@pytest.fixture
def page_of(new_page, client_of, live_server):
    """``page_of(user, path)``: signed in, in a browser of her own, saying yes to every question."""

    def opened(user, path: str, **kind: object) -> Page:
        page = new_page(**kind)
        cookie = client_of(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(path)
        return page

    return opened


@pytest.mark.worker
def test_from_computing_to_the_published_result(adoption, worker, page_of, settings):
    section = adoption.district.sections.get()
    hers = page_of(factories.make_officer(section), HOME)
    hers.get_by_role("button", name="计算 2025 年度考核").click()
    hers.get_by_role("link", name="查看结果").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("2025 年度考核")
    expect_fit_for_a_phone(hers)
    hers.get_by_role("button", name="向各校公示").click()
    expect(hers.get_by_text("已公示，各校收到消息")).to_be_visible()

    head = Unit.objects.get(code="P1").posts.get(role=Role.PRINCIPAL).user
    school = page_of(head, HOME, width=360)
    school.get_by_role("link", name="P1").click()
    expect(school.get_by_text("90.0% ÷ 95%")).to_be_visible()
    expect_fit_for_a_phone(school)
    school.get_by_role("link", name="提出异议").click()
    expect_fit_for_a_phone(school)
    school.get_by_label("对哪一项").select_option("line.TRAINING")
    school.get_by_label("理由").fill("漏算一次培训")
    school.get_by_role("button", name="提出异议").click()
    expect(school.get_by_text("异议已提出")).to_be_visible()

    other = page_of(factories.make_officer(section), f"{YEAR}objections/")
    other.get_by_role("link", name="漏算一次培训").click()
    expect_fit_for_a_phone(other)
    other.get_by_label("采纳", exact=True).check()
    other.get_by_label("理由").fill("补认五人")
    other.get_by_label("怎样调整").select_option("value")
    other.get_by_label("更正后的完成值").fill("95")
    other.get_by_role("button", name="答复").click()
    expect(other.get_by_text("已答复，学校会收到消息")).to_be_visible()
    expect_fit_for_a_phone(other)
    school.goto(SHEET)
    expect(school.get_by_text("答复异议前为 94.34 分")).to_be_visible()
    expect(school.get_by_role("cell", name="原为 90.0%")).to_be_visible()
    expect_fit_for_a_phone(school)

    settings.PLAN_TODAY = datetime.date(2026, 1, 24)
    his = page_of(factories.make_director(adoption.district), YEAR)
    his.get_by_role("button", name="签发2025年度考核结果").click()
    expect(his.get_by_text("内容不会再改变。").first).to_be_visible()
    expect_fit_for_a_phone(his)
    his.goto(f"{YEAR}schemes/primary/")
    his.get_by_role("button", name="预览会改变什么").click()
    expect(his.get_by_text("没有单位的总分或等次会变")).to_be_visible()
    expect_fit_for_a_phone(his)
