"""A section's way on a phone: written and handed in, a red target given a measure, closed with a file."""

import pytest
from playwright.sync_api import expect

from reports.measuring import measure
from reports.models import Passage, Progress, Rectification
from tests import factories
from tests.journey.looks import expect_fit_for_a_phone
from tests.reports.small import HALF, make_rate, report
from tests.upload_bytes import PDF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHEET = f"/plan/plan-2023-2025/progress/{HALF}/basic/"
TEXTS = {"进展": "走访十所学校。", "问题": "无", "下一步": "开现场会。"}
FIELDS = {"进展": "#f-1-done", "问题": "#f-1-problems", "下一步": "#f-1-plans"}


@pytest.fixture
def open_sheet(today, adoption, sections, school, officer, settings, tmp_path, new_page, client_of, live_server):
    """The page of the basic section, which answers for task 1 and a red target of it."""
    settings.DATA_DIR = tmp_path
    report(make_rate(adoption, sections["basic"]), school, 0, 40)
    factories.make_adopted_task(adoption, adoption.plan.tasks.get(), sections["basic"])
    measure(adoption, HALF, by=officer)

    def opening(**options):
        page = new_page(width=360, **options)
        cookie = client_of(officer).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(SHEET)
        return page

    return opening


def write(page, kind, text):
    page.get_by_label(f"{kind}：任务 1").fill(text)


def rectify(page):
    """From the section's page: a measure for the red target, then closed."""
    page.get_by_role("link", name="TRAINING率").click()
    page.get_by_label("整改措施").fill("一校一策，逐人补训。")
    page.get_by_label("责任人").fill("张科长")
    page.get_by_label("时限").fill("2025-09-30")
    expect_fit_for_a_phone(page)
    page.get_by_role("button", name="列入整改台账").click()
    expect(page.get_by_text("已列入整改台账")).to_be_visible()
    page.get_by_label("整改结果").fill("全部补训。")
    page.get_by_label("佐证").set_input_files({"name": "名册.pdf", "mimeType": "", "buffer": PDF})
    expect_fit_for_a_phone(page)
    page.get_by_role("button", name="销号").click()
    expect(page.get_by_text("目标以后再滞后或逾期")).to_be_visible()
    expect(page.get_by_role("link", name="名册.pdf")).to_be_visible()
    expect_fit_for_a_phone(page)
    assert not Rectification.objects.get().is_open


def test_from_the_first_word_to_the_closed_item(open_sheet):
    page = open_sheet()
    page.on("dialog", lambda dialog: dialog.accept())
    write(page, "进展", "长" * 401)
    expect(page.locator("[data-meter='v-1-done']")).to_have_text("401 / 400 字")
    page.get_by_label("问题：任务 1").focus()
    expect(page.locator("#f-1-done [data-refused]")).to_contain_text("超过 400 字")
    for kind, text in TEXTS.items():
        write(page, kind, text)
        page.locator("h1").click()
        expect(page.locator(f"{FIELDS[kind]} .saved")).to_be_visible()
    expect(page.locator("#standing")).to_contain_text("都写好了，还没有提交")
    assert Passage.objects.count() == 3
    expect_fit_for_a_phone(page)
    page.get_by_role("button", name="保存并提交写好的").click()
    expect(page.get_by_text("已提交 1 项任务的进展")).to_be_visible()
    expect_fit_for_a_phone(page)
    rectify(page)


def test_the_same_without_javascript(open_sheet):
    page = open_sheet(java_script_enabled=False)
    for kind, text in TEXTS.items():
        write(page, kind, text)
    page.get_by_role("button", name="保存并提交写好的").click()
    expect(page.get_by_text("已提交 1 项任务的进展")).to_be_visible()
    assert Progress.objects.get().handed_in_at
    rectify(page)
