"""The way of a number: a principal enters it, officers approve it, a job measures, the director publishes, and a leader
traces it back on her phone. In a real browser, with a real worker, on the real plan."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from reports.models import Edition, Result
from schools.models import User
from submissions.models import Entry
from targets.models import Element
from tests.journey import form
from tests.journey.looks import expect_fit_for_a_phone, expect_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUARTER, PERIOD = "2025Q2", "2025H1"
SCHOOL = "白鹭小学"  # X001
FORM = re.compile(f"^{SCHOOL}\\s2025年第二季度填报$")
SCREENED, MYOPIC = "视力筛查受检学生数", "筛查性近视学生数"
RATE = "学生总体近视率"
BULLETIN = re.compile("关于2025年上半年.*的通报")
REASON = "与筛查台账不一致，请核对。"
BECAUSE = "今年由医院散瞳验光"


@pytest.mark.worker
def test_a_number_goes_from_the_principals_form_to_the_leaders_phone(demo, worker, signed_in):
    principal = signed_in("x001-principal")
    asked = fill_the_form(principal)
    hand_in(principal)

    moral, *others = [signed_in(f"{section}-2") for section in sections_of(asked)]
    for officer in others:
        open_review(officer)
        approve(officer)
    open_review(moral)
    send_back(moral, MYOPIC, REASON)
    approve(moral)

    correct(signed_in("x001-clerk"), MYOPIC, "510")
    hand_in_again(principal)
    open_review(moral)
    approve(moral)
    assert not Entry.objects.filter(unit__code="X001", quarter=QUARTER).exclude(state="approved").exists()

    draft_the_bulletin(signed_in("office-1"))
    publish(signed_in("director"))

    leader = signed_in("leader", width=360, height=740, has_touch=True, is_mobile=True)
    read_the_bulletin(leader)
    touch_a_chart(leader)
    trace(leader)


def row_of(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def name_of(username: str) -> str:
    return User.objects.get(username=username).name


# --- The school ----------------------------------------------------------------------------------------------------


def fill_the_form(page: Page) -> list[str]:
    """Names of what was asked."""
    expect_page(page, "2025年第二季度填报")
    expect(page.get_by_text("还剩 2 天")).to_be_visible()
    page.get_by_role("link", name="开始填报").click()
    expect_page(page, FORM)
    asked = form.names(page)
    for name in asked:
        if name not in (SCREENED, MYOPIC):
            form.enter(page, name, form.as_last_time(page, name))
            form.expect_saved(page, name)
    fill_in_the_rate(page)
    expect(page.get_by_text(f"{len(asked)} 项中已填 {len(asked)} 项")).to_be_visible()
    expect(page.get_by_text("草稿 · 还剩 2 天")).to_be_visible()
    expect_fit_for_a_phone(page)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("没有改动，内容都已保存。")).to_be_visible()
    return asked


def fill_in_the_rate(page: Page) -> None:
    """What the number comes to is said while it is being typed; more than all is stopped at the field."""
    form.enter(page, SCREENED, "1000")
    form.expect_saved(page, SCREENED)
    form.field(page, MYOPIC).fill("520")
    expect(form.item(page, MYOPIC)).to_contain_text("占视力筛查受检学生数 52.0%（1,000 人）")
    form.enter(page, MYOPIC, "1001")
    expect(form.item(page, MYOPIC)).to_contain_text("不能多于视力筛查受检学生数 1,000 人。还没有存过")
    assert stored(MYOPIC) == []
    form.enter(page, MYOPIC, "520")
    form.expect_saved(page, MYOPIC)
    assert stored(MYOPIC) == [520]
    explain(page, MYOPIC)


def explain(page: Page, name: str) -> None:
    """Far from the last time: the field opens its note for the reason."""
    expect(form.item(page, name)).to_contain_text("减少 22.3%，超过 20%。请核对；无误的，在说明里写明原因。")
    expect(page.get_by_text("数值异常，请在说明里写明原因")).to_have_count(1)
    note = page.get_by_label(f"{name}的说明")
    note.fill(BECAUSE)
    note.press("Tab")
    expect(page.get_by_text("数值异常，请在说明里写明原因")).to_have_count(0)


def stored(name: str) -> list[int]:
    of_school = Entry.objects.filter(unit__code="X001", quarter=QUARTER, element__name=name)
    return list(of_school.values_list("value", flat=True))


def hand_in(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="核对并提交").click()
    expect(page.get_by_text("已提交2025年第二季度数据")).to_be_visible()
    expect_page(page, FORM)


def correct(clerk: Page, name: str, value: str) -> None:
    """The clerk finds what came back, and why; she corrects it and leaves the handing in to her principal."""
    expect_page(clerk, "2025年第二季度填报")
    came_back = clerk.get_by_role("listitem").filter(has_text=name)
    expect(came_back).to_contain_text(REASON)
    came_back.get_by_role("link").click()
    expect_page(clerk, FORM)
    form.enter(clerk, name, value)
    form.expect_saved(clerk, name)
    expect(clerk.get_by_role("button", name="核对并提交")).to_have_count(0)
    expect(clerk.get_by_text("请校长（园长）登录后提交")).to_be_visible()


def hand_in_again(principal: Page) -> None:
    principal.get_by_role("link", name="我的填报").first.click()
    principal.get_by_role("link", name="继续填报").click()
    expect_page(principal, FORM)
    expect(form.field(principal, MYOPIC)).to_have_value("510")
    hand_in(principal)


# --- The bureau ----------------------------------------------------------------------------------------------------


def sections_of(names: list[str]) -> list[str]:
    """Codes of the sections that review these items; moral, which sends one back, first."""
    codes = set(Element.objects.filter(name__in=names).values_list("reviewed_by", flat=True))
    return ["moral", *sorted(codes - {"moral"})]


def open_review(officer: Page) -> None:
    officer.get_by_role("link", name="工作台").first.click()
    expect_page(officer, "工作台")
    officer.get_by_role("listitem").get_by_role("link", name=SCHOOL).click()
    expect_page(officer, SCHOOL)


def approve(officer: Page) -> None:
    officer.get_by_role("button", name="通过勾选的").click()
    expect(officer.get_by_text("没有待审核的项目")).to_be_visible()


def send_back(officer: Page, name: str, reason: str) -> None:
    row_of(officer, name).get_by_text("退回…").click()
    officer.get_by_label(f"退回“{name}”的原因").fill(reason)
    officer.get_by_role("button", name="退回写了原因的").click()
    expect(officer.get_by_text("已退回 1 项。")).to_be_visible()


def open_bulletin(page: Page) -> None:
    page.get_by_role("link", name="通报").first.click()
    expect_page(page, "半年通报")
    page.get_by_role("link", name="2025年上半年通报").click()


def draft_the_bulletin(officer: Page) -> None:
    """She watches the job to its end, reads the draft and sends it to the director; she can't publish it."""
    open_bulletin(officer)
    officer.once("dialog", lambda dialog: dialog.accept())  # forms are still open
    officer.get_by_role("button", name="生成通报").click()
    expect(officer.get_by_role("progressbar")).to_be_visible()
    officer.get_by_role("link", name="查看结果").click()
    expect(officer.get_by_text(f"{name_of('office-1')}于2025年7月3日")).to_be_visible()
    expect(officer.get_by_role("article")).to_contain_text("草稿，待局领导签发")
    officer.get_by_role("button", name="送局领导签发").click()
    expect(officer.get_by_text("起草和送签的人不能签发自己的一稿")).to_be_visible()
    expect(officer.get_by_role("button", name="签发并发布")).to_have_count(0)
    expect_page(officer, BULLETIN)


def publish(director: Page) -> None:
    open_bulletin(director)
    director.once("dialog", lambda dialog: dialog.accept())
    director.get_by_role("button", name="签发并发布").click()
    expect(director.get_by_text("2025年上半年通报第 1 版已发布，内容不会再改变。")).to_be_visible()
    expect_page(director, BULLETIN)


# --- The leader ----------------------------------------------------------------------------------------------------


def read_the_bulletin(leader: Page) -> None:
    """One sentence, then what is red and whose it is."""
    open_bulletin(leader)
    expect_page(leader, BULLETIN)
    content = Edition.objects.get(bulletin__period=PERIOD).content
    glance = leader.get_by_role("region", name="一屏看懂")
    red = len(content["red"])
    expect(glance).to_contain_text(f"{content['tally']['total']} 项目标，")
    expect(glance).to_contain_text(f"{red} 项滞后或逾期")
    first = content["red"][0]
    in_red = glance.get_by_role("listitem").filter(has_text=first["name"])
    expect(in_red).to_contain_text(first["section"])
    in_red.get_by_role("link").tap()
    expect_page(leader, first["name"])
    expect(leader.get_by_text(f"责任科室：{first['section']}")).to_be_visible()
    leader.go_back()
    expect_page(leader, BULLETIN)


def touch_a_chart(leader: Page) -> None:
    """It stands there as a picture; Plotly takes it over at a tap."""
    chart = leader.locator("#status")
    expect(chart.locator(".on-narrow svg")).to_be_visible()
    assert leader.evaluate("window.Plotly === undefined")
    chart.locator(".plot").tap()
    expect(leader.locator("#status[data-live=yes] .live .main-svg").first).to_be_visible()
    expect_fit_for_a_phone(leader)


def trace(leader: Page) -> None:
    """From the published figure down to who entered it, who approved it, and what happened in between."""
    result = Result.objects.of_district().get(
        measurement__period=PERIOD, measurement__is_live=False, target__code="MYOPIA"
    )
    published = f"{result.value:.1f}%"
    leader.locator("label[for=fold-targets]").tap()  # folded on a phone
    expect(row_of(leader, RATE).get_by_role("cell", name=published, exact=True)).to_be_visible()
    row_of(leader, RATE).get_by_role("link").tap()
    expect_page(leader, RATE)
    expect(leader.get_by_role("region", name="2025年上半年结果")).to_contain_text(published)
    leader.get_by_role("link", name="如何算出", exact=True).tap()
    expect_page(leader, f"{RATE}：2025年上半年如何算出")
    worked = f"{result.numerator:,.0f} ÷ {result.denominator:,.0f} × 100 = {published}"
    expect(leader.get_by_text(worked, exact=True)).to_be_visible()
    row_of(leader, SCHOOL).get_by_role("link").tap()
    expect_page(leader, SCHOOL)
    principal, clerk, officer = (name_of(one) for one in ("x001-principal", "x001-clerk", "moral-2"))
    expect(proof(leader, SCREENED)).to_have_text(re.compile(f"1000.*{principal}.*{officer}", re.DOTALL))
    expect(proof(leader, MYOPIC)).to_have_text(re.compile(f"510.*{clerk}.*{officer}", re.DOTALL))
    entry = leader.locator(".proof", has_text=MYOPIC)
    entry.get_by_text("2025年第二季度这个数的经过").tap()
    expect(entry.get_by_role("listitem")).to_contain_text(
        [
            "第 1 轮",
            f"{principal} 填报 520",
            re.compile(f"{principal} 修改 520.*{BECAUSE}", re.DOTALL),
            f"{principal} 提交",
            f"{officer} 退回原因：{REASON}",
            "第 2 轮",
            f"{clerk} 修改 510 （原 520）",
            f"{principal} 提交",
            f"{officer} 审核通过 510",
        ]
    )
    expect_fit_for_a_phone(leader)


def proof(leader: Page, name: str) -> Locator:
    """The row of the entry of this quarter behind a term of the result."""
    return leader.locator(".proof", has_text=name).get_by_role("row").filter(has_text="2025年第二季度")
