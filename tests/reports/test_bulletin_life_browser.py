"""The life of a bulletin in the browser: words of a section, a draft, an edit with a figure put in, sent, sent back,
signed, corrected, and every file of both editions; and how the field with figures takes keys."""

import pytest
from playwright.sync_api import Locator, Page, expect

from base import clock
from reports.actions import draft
from reports.measuring import measure
from reports.models import Edition, Wording
from submissions.models import Entry
from tests import factories
from tests.journey.looks import expect_fit_for_a_phone
from tests.reports.small import HALF, make_rate, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAN = "/plan/plan-2023-2025"
BULLETIN, SHEET = f"{PLAN}/bulletins/{HALF}/", f"{PLAN}/progress/{HALF}/basic/"
KINDS = ["docx", "docx", "pdf", "xlsx", "zip"]


@pytest.fixture
def district_of_one_rate(today, adoption, bureau, sections, school, officer):
    """30 of 40 trained, 95 % promised; a task that the basic section writes about."""
    target = make_rate(adoption, sections["basic"])
    report(target, school, 30, 40)
    factories.make_adopted_task(adoption, adoption.plan.tasks.get(), sections["basic"])
    return adoption


@pytest.fixture
def page_of(new_page, client_of, live_server):
    """``page_of(user, path)``: signed in, in a browser of her own, saying yes to every question."""

    def opened(user, path: str) -> Page:
        page = new_page()
        cookie = client_of(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(path)
        return page

    return opened


@pytest.mark.worker
def test_from_the_first_word_to_the_corrected_edition(district_of_one_rate, worker, page_of, officer, director):
    hers = page_of(officer, SHEET)
    write_about_the_task(hers)
    generate(hers)
    word_the_summary(hers)
    send(hers)

    his = page_of(director, "/desk/")
    expect(his.get_by_text("2025年上半年通报等您签发。")).to_be_visible()
    expect_fit_for_a_phone(his)
    send_back(his, "77.7从何而来？")
    mend_the_summary(hers)
    send(hers)
    publish(his, 1)
    assert downloaded(his) == KINDS
    assert "培训完成75.0%。" in text_of(1)

    now = {"value": 36, "approved_value": 36, "approved_at": clock.now()}
    Entry.objects.filter(element__code="TRAINED").update(**now)
    generate(hers)
    hers.get_by_label("更正说明").fill("第一小学补报培训人数")
    send(hers)
    his.goto(BULLETIN)
    expect(his.get_by_text("更正说明：第一小学补报培训人数")).to_be_visible()
    publish(his, 2)
    assert downloaded(his) == KINDS
    assert "培训完成90.0%。" in text_of(2)
    assert "培训完成75.0%。" in text_of(1)
    his.get_by_role("link", name="第 1 版").click()
    assert downloaded(his) == KINDS


def write_about_the_task(page: Page) -> None:
    for kind in ("进展", "问题", "下一步"):
        page.get_by_label(f"{kind}：任务 1").fill("开办暑期培训班。")
    page.get_by_role("button", name="保存并提交写好的").click()
    expect(page.get_by_text("已提交 1 项任务的进展")).to_be_visible()


def generate(page: Page) -> None:
    page.goto(BULLETIN)
    page.get_by_role("button", name="生成").click()
    page.get_by_role("link", name="查看结果").click()
    expect(page.get_by_role("article")).to_contain_text("开办暑期培训班。")
    expect_fit_for_a_phone(page)


def word_the_summary(page: Page) -> None:
    """With a figure put in, and one typed that no result says. The head gets its number."""
    page.get_by_role("link", name="修改文字和版头").click()
    page.get_by_text("版头：").click()
    page.get_by_label("发文字号").fill("开教[2025]3号")
    expect_fit_for_a_phone(page)
    page.get_by_role("button", name="保存版头").click()
    expect(page.get_by_text("版头已保存")).to_be_visible()
    editor = editor_on(page)
    editor.fill("培训完成")
    insert(page, "TRAINING率 · 完成值")
    page.keyboard.type("。比年初的77.7%高。")
    expect(editor.locator(".ref")).to_have_text("75.0%")
    page.get_by_role("heading", level=1).click()
    expect(page.locator("#f-summary")).to_contain_text("手写的数与结果对不上：77.7。")
    assert Wording.objects.get().text == "培训完成{TRAINING.value}。比年初的77.7%高。"
    expect_fit_for_a_phone(page)
    page.get_by_role("link", name="看整篇、送签").click()
    expect(page.get_by_role("article")).to_contain_text("开教〔2025〕3号 · 草稿")


def editor_on(page: Page) -> Locator:
    """Of the summary; it takes the place of the field once scripts run."""
    page.wait_for_load_state()
    return page.get_by_role("textbox", name="一、总体情况的文字")


def insert(page: Page, name: str) -> None:
    option = page.locator(f'#figures option[value^="{name}"]').get_attribute("value")
    page.locator("#i-summary").fill(option)


def send(page: Page) -> None:
    page.get_by_role("button", name="送局领导签发").click()
    expect(page.get_by_text("已送签，局领导会收到消息")).to_be_visible()
    expect_fit_for_a_phone(page)


def send_back(page: Page, reason: str) -> None:
    page.get_by_role("link", name="看稿、签发").click()
    expect(page.get_by_text("一、总体情况里手写的数与结果对不上：77.7。")).to_be_visible()
    page.get_by_text("退回修改").click()
    page.get_by_label("退回的意见").fill(reason)
    expect_fit_for_a_phone(page)
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("已退回")).to_be_visible()


def mend_the_summary(page: Page) -> None:
    page.goto("/desk/")
    expect(page.get_by_text("局领导退回了2025年上半年通报：77.7从何而来？")).to_be_visible()
    expect_fit_for_a_phone(page)
    page.get_by_role("link", name="去修改").click()
    editor_on(page).click()
    page.keyboard.press("Control+End")
    for _ in "比年初的77.7%高。":
        page.keyboard.press("Backspace")
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_text("手写的数与结果对不上")).to_have_count(0)
    page.get_by_role("link", name="看整篇、送签").click()


def publish(page: Page, number: int) -> None:
    page.goto(BULLETIN)
    page.get_by_role("button", name="签发并发布").click()
    expect(page.get_by_text(f"2025年上半年通报第 {number} 版已发布")).to_be_visible()
    expect_fit_for_a_phone(page)


def downloaded(page: Page) -> list[str]:
    """Extensions of the files of the edition on the page, each of which has come down whole."""
    files = page.get_by_role("region", name="下载这一版")
    if files.get_by_role("progressbar").count():
        page.get_by_role("link", name="查看结果").click()
    expect(files.get_by_role("listitem")).to_have_count(len(KINDS))
    names = []
    for link in files.get_by_role("link").all():
        with page.expect_download() as loading:
            link.click()
        assert loading.value.path().stat().st_size > 1000
        names.append(loading.value.suggested_filename.rpartition(".")[2])
    return sorted(names)


def text_of(number: int) -> str:
    """Of the summary, with its figures."""
    content = Edition.objects.get(number=number).content
    return content["wording"]["summary"]["text"].replace("{TRAINING.value}", content["figures"]["TRAINING.value"])


def test_an_emptied_section_is_given_back_to_the_draft(district_of_one_rate, page_of, officer):
    draft(measure(district_of_one_rate, HALF, by=officer), by=officer)
    page = page_of(officer, f"{BULLETIN}edit/")
    before = editor_on(page).inner_text()
    editor_on(page).fill("")
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_text("这一部分不能空着")).to_be_visible()
    page.get_by_role("button", name="恢复自动文字").click()
    expect(page.get_by_text("已恢复自动起草的文字")).to_be_visible()
    expect(editor_on(page)).to_have_text(before)
    expect(page.get_by_text("没有保存成功")).to_have_count(0)


def test_a_figure_in_the_field_is_one_sign_to_the_keys(district_of_one_rate, page_of, officer):
    drafted = draft(measure(district_of_one_rate, HALF, by=officer), by=officer)
    drafted.content["figures"]["TRAINING.reason"] = "两行\n的理由"
    drafted.save()
    page = page_of(officer, f"{BULLETIN}edit/")
    editor, field = editor_on(page), page.locator("#v-summary")
    editor.fill("甲")
    insert(page, "TRAINING率 · 目标值")
    page.keyboard.press("Enter")
    page.keyboard.type("乙")
    expect(field).to_have_value("甲{TRAINING.goal}\n乙")
    for _ in range(3):
        page.keyboard.press("Backspace")
    expect(field).to_have_value("甲")
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(field).to_have_value("甲{TRAINING.goal}\n乙")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    expect(field).to_have_value("")
    page.keyboard.press("Control+v")
    page.keyboard.press("Control+v")
    expect(field).to_have_value("甲{TRAINING.goal}\n乙甲{TRAINING.goal}\n乙")
    expect(editor.locator(".ref")).to_have_text(["95%", "95%"])
    page.get_by_role("heading", level=1).click()
    expect(page.locator("#t-summary .saved")).to_be_visible()
    page.reload()
    expect(editor.locator(".ref")).to_have_text(["95%", "95%"])
