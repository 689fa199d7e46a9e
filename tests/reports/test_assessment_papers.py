"""Notice, workbook and sheets of an assessment: how they look, and no list of the last. That their figures are those of
the stored rows and the pages is test_assessment_agrees.py's."""

import datetime
import io
import re

import pytest
from pypdf import PdfReader

from base.templatetags.numbers import NONE
from reports.actions import compute
from reports.assessment.content import content_of
from reports.documents.assessment import notice, sheet_pdf, workbook_letter
from reports.documents.excel import HEAD, filled
from reports.documents.word import written
from tests.reports.assessments import make_schools_to_assess, school
from tests.reports.editions import sheets_in, squeezed, tables_in_word, text_in_word

pytestmark = pytest.mark.django_db

YEAR, DATE = 2025, datetime.date(2026, 2, 10)


@pytest.fixture(autouse=True)
def today(settings):
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)


@pytest.fixture
def assessment(tmp_path):
    adoption = make_schools_to_assess(tmp_path)
    school(adoption, "P5", {"READERS": 95, "PUPILS": 100})  # TRAINING is missing
    school(adoption, "SHUT", {}, closed=datetime.date(2025, 8, 31))
    return compute(adoption, YEAR, by=None)


@pytest.fixture
def content(assessment):
    return content_of(assessment)


def sheet(content, code):
    return next(one for one in content["sheets"] if one["code"] == code)


def words(pdf):
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_the_notice_lists_no_place_and_no_points_below_the_median(content):
    table = tables_in_word(written(notice(content, DATE)))[0]
    rows = {row[0]: row[1:] for row in table[1:] if len(row) > 1}
    names = {code: sheet(content, code)["name"] for code in ("J1", "P1", "P2", "P3", "P4", "P5")}
    assert rows[names["J1"]] == ["优秀", "1", "100.00"]
    assert [rows[names[code]][1:] for code in ("P1", "P2")] == [["2", "94.34"], ["3", "88.03"]]
    assert [rows[names[code]] for code in ("P3", "P4", "P5")] == [
        ["良好", NONE, NONE], ["合格", NONE, NONE], ["不合格", NONE, NONE]]  # fmt: skip
    everything = text_in_word(written(notice(content, DATE))) + str(table)
    below = [sheet(content, code)["total"] for code in ("P3", "P4", "P5")]
    assert [one for one in below if one in everything] == []


def test_the_setting_lists_all(assessment):
    assessment.lists_all = True
    table = tables_in_word(written(notice(content_of(assessment), DATE)))[0]
    assert [row[2] for row in table[1:] if len(row) > 1][:6] == ["1", "2", "3", "4", "5", "6"]


def test_who_is_not_assessed_is_told_why(content):
    shut = sheet(content, "SHUT")
    document = written(notice(content, DATE))
    assert [shut["name"], shut["category"], "年内停办，不参加本年度考核。"] in tables_in_word(document)[1]
    assert "年内停办" in words(sheet_pdf(content, shut, DATE, ""))


def test_a_sensitive_target_is_in_none(content, monkeypatch, assessment):
    """Even where a line became one afterwards."""
    from reports.assessment import content as module

    monkeypatch.setattr(module, "sensitive_codes", lambda plan: {"READING"})
    hidden = content_of(assessment)
    assert "READING率" in str(content)
    papers = str(hidden) + str(sheets_in(filled(workbook_letter(hidden, DATE))))
    assert "READING率" not in papers + words(sheet_pdf(hidden, sheet(hidden, "P1"), DATE, ""))


@pytest.mark.parametrize("many", [3, 40, 70])
def test_a_sheet_is_one_page_of_a4_however_many_lines(content, many):
    """A nine-year school has the lines of two stages."""
    one = sheet(content, "N1")
    name = "义务教育阶段专任教师完成规定培训学时的比例达到要求"
    lines = [{**one["lines"][0], "name": f"{name}{n}", "how": "从起点 12.5% 到目标，已完成的部分"} for n in range(many)]
    pages = PdfReader(io.BytesIO(sheet_pdf(content, {**one, "lines": lines}, DATE, "c" * 64))).pages
    assert len(pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [210, 297]
    assert f"{name}{many - 1}" in squeezed(pages[0].extract_text())


def test_excel_has_numbers_formats_filters_and_frozen_heads(content):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(filled(workbook_letter(content, DATE))))
    assert [one.title for one in book] == ["附件1 分类结果", "附件2 各项得分"]
    row = next(row for row in book.worksheets[0].iter_rows(min_row=HEAD + 1) if row[2].value == "P1")
    assert (row[8].value, row[8].number_format) == (94.34, "#,##0.00")
    line = next(row for row in book.worksheets[1].iter_rows(min_row=HEAD + 1) if row[2].value == "TRAINING率")
    assert re.fullmatch(r'#,##0\.0+"%"', line[7].number_format)
    assert [sheet.freeze_panes for sheet in book] == ["C4", "C4"]
    assert all(sheet.auto_filter.ref.startswith("A3:") for sheet in book)


def test_names_that_are_markup_or_formulas_do_no_harm(content):
    spoiled = {**content, "sheets": [{**one, "name": "=1+<b>\x0b&"} for one in content["sheets"]]}
    assert "=1+<b>&" in str(sheets_in(filled(workbook_letter(spoiled, DATE))))
    assert "=1+<b>&" in str(tables_in_word(written(notice(spoiled, DATE))))
    assert "=1+<b>&" in words(sheet_pdf(spoiled, spoiled["sheets"][0], DATE, ""))
