"""A quarter's form from its opening to its approval, with all that can go wrong on the way: a broken line, a session
that ends, two clerks at once, items that come back, a workbook out and in. On a phone and on a desk, the real plan."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from submissions.models import Entry, EntryState
from submissions.workbooks import layout
from tests.journey import form
from tests.journey.conftest import sign_in
from tests.journey.looks import expect_fit_for_a_phone
from tests.journey.test_main_journey import (
    BECAUSE,
    MYOPIC,
    SCREENED,
    approve,
    hand_in,
    open_review,
    sections_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/fill/X001/2025Q2/"


@pytest.mark.parametrize("width", [360, 1440])
def test_a_quarters_form_is_filled_in_against_all_odds(width, demo, signed_in, page_errors, tmp_path):
    clerk = signed_in("x001-clerk", width=width)
    clerk.goto(ADDRESS)
    asked = form.names(clerk)
    lose_the_line(clerk, page_errors)
    lose_the_session(clerk, page_errors)

    principal = signed_in("x001-principal", width=width)
    fill_in_at_the_same_time(clerk, principal)
    fill_in_the_workbook(clerk, tmp_path)
    principal.goto(ADDRESS)
    hand_in(principal)

    moral, *others = [signed_in(f"{section}-2") for section in sections_of(asked)]
    open_review(moral)
    send_two_back(moral)
    correct_those_alone(clerk)
    principal.goto(ADDRESS)
    hand_in(principal)
    for officer in (moral, *others):
        open_review(officer)
        approve(officer)
    assert not entries().exclude(state=EntryState.APPROVED).exists()
    assert (value_of(SCREENED), value_of(MYOPIC)) == (1005, 515)


def entries():
    return Entry.objects.filter(unit__code="X001", quarter="2025Q2")


def value_of(name: str) -> int | None:
    return entries().filter(element__name=name).values_list("value", flat=True).first()


def lose_the_line(clerk: Page, page_errors: list[str]) -> None:
    """What she types meanwhile stays on the page, and is saved when the line is back."""
    clerk.context.set_offline(True)
    form.enter(clerk, SCREENED, "1000")
    expect(clerk.locator("#notices")).to_contain_text("没有保存成功")
    assert value_of(SCREENED) is None
    clerk.context.set_offline(False)
    form.expect_saved(clerk, SCREENED)
    assert value_of(SCREENED) == 1000
    page_errors.clear()  # the browser's complaints about the broken line


def lose_the_session(clerk: Page, page_errors: list[str]) -> None:
    """What she types then is offered after she has signed in again."""
    Session.objects.all().delete()
    form.enter(clerk, MYOPIC, "520")
    expect(clerk.locator("#notices")).to_contain_text("登录已过期")
    assert value_of(MYOPIC) is None
    clerk.get_by_role("link", name="重新登录").click()
    sign_in(clerk, "x001-clerk")
    clerk.get_by_role("button", name="填回这些内容").click()
    form.expect_saved(clerk, MYOPIC)
    assert value_of(MYOPIC) == 520
    page_errors.clear()  # the console's notes of the 401


def fill_in_at_the_same_time(clerk: Page, principal: Page) -> None:
    """Both values are shown to the one who comes second; nothing is overwritten until she chooses."""
    principal.goto(ADDRESS)
    form.enter(clerk, SCREENED, "990")
    form.expect_saved(clerk, SCREENED)
    form.enter(principal, SCREENED, "1005")
    both = principal.get_by_role("group", name=f"{SCREENED}：选哪一个")
    expect(both).to_contain_text(re.compile(r"用我填的 1005\s+用已存的 990"))
    assert value_of(SCREENED) == 990
    principal.get_by_label("用我填的").click()
    form.expect_saved(principal, SCREENED)
    assert value_of(SCREENED) == 1005


def fill_in_the_workbook(clerk: Page, folder: Path) -> None:
    """What is blank, in the workbook; it is saved when she has seen what it changes, and not before."""
    clerk.goto(ADDRESS)
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载表格").click()
    file = folder / "填报表.xlsx"
    file.write_bytes(filled_in(Path(download.value.path()).read_bytes()))
    clerk.get_by_role("link", name="上传填好的表格").click()
    clerk.set_input_files("[type=file]", file)
    clerk.get_by_role("button", name="上传并核对").click()
    expect(clerk.get_by_role("heading", level=1, name="填报表.xlsx")).to_be_visible()
    expect_fit_for_a_phone(clerk)
    assert entries().count() == 2
    clerk.get_by_role("button", name="确认保存").click()
    expect(clerk.get_by_text("一次存入")).to_be_visible()


def filled_in(content: bytes) -> bytes:
    """Every blank as last time, else 0 or 否; with the reason for what is unusual."""
    book = load_workbook(BytesIO(content))
    sheet = book[layout.LIST]
    head = next(row for row in sheet.iter_rows() if any(cell.value == layout.VALUE for cell in row))
    column = {cell.value: cell.column - 1 for cell in head}
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        value = row[column[layout.VALUE]]
        if row[column[layout.NAME]].value == MYOPIC:
            row[column[layout.NOTE]].value = BECAUSE
        if row[column[layout.CODE]].value and value.value is None:
            last = row[column["上次"]].value
            value.value = last if last not in (None, "—") else layout.NO if layout.NO in choices(sheet, value) else 0
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def choices(sheet, place) -> str:
    """What the workbook offers at a cell."""
    rules = sheet.data_validations.dataValidation
    return next((rule.formula1 for rule in rules if rule.type == "list" and place.coordinate in rule.sqref), "")


def send_two_back(moral: Page) -> None:
    for name in (SCREENED, MYOPIC):
        row = moral.get_by_role("row").filter(has=moral.get_by_role("rowheader", name=name))
        row.get_by_text("退回…").click()
        moral.get_by_label(f"退回“{name}”的原因").fill(f"{name}请核对")
    moral.get_by_role("button", name="退回写了原因的").click()
    expect(moral.get_by_text("已退回 2 项。")).to_be_visible()


def correct_those_alone(clerk: Page) -> None:
    """They stand on top with their reasons; the others can't be entered. One gets another value, one an answer."""
    clerk.goto(ADDRESS)
    back = clerk.get_by_role("region", name="退回待修改")
    expect(back).to_contain_text(f"退回：{MYOPIC}请核对")
    assert form.names(clerk) == [SCREENED, MYOPIC]
    form.enter(clerk, MYOPIC, "515")
    form.expect_saved(clerk, MYOPIC)
    clerk.get_by_label(f"{SCREENED}的说明").fill("已核对台账，人数无误")
    clerk.get_by_label(f"{SCREENED}的说明").blur()
    form.expect_saved(clerk, SCREENED)
