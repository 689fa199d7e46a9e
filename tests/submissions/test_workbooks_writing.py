import io

import openpyxl
import pytest

from submissions.sheets import school_sheet, section_sheet
from submissions.workbooks.writing import school_workbook, section_workbook
from tests import factories


@pytest.fixture
def school_book(form, quarter):
    """Of the form as it is now."""
    return lambda: openpyxl.load_workbook(io.BytesIO(school_workbook(school_sheet(form, quarter), form)))


@pytest.fixture
def section_book(form, bureau, sections, quarter):
    return lambda code: openpyxl.load_workbook(
        io.BytesIO(section_workbook(section_sheet(sections[code], quarter), sections[code]))
    )


def texts(ws, row, columns=9):
    return [ws.cell(row, column).value for column in range(1, columns + 1)]


def test_school_workbook_lists_each_item_with_the_values_before(school_book, enter, quarter):
    enter("TEACHERS", 120, state="approved", quarter=quarter - 1)
    enter("TEACHERS", 110, state="approved", quarter=quarter - 4)
    enter("TEACHERS", 124, note="新聘四人")
    enter("CANTEEN", 1, state="submitted")
    enter("BACKBONE", 24, state="returned", return_reason="请核对")
    book = school_book()
    ws = book["填报表"]
    assert book.sheetnames == ["填报表", "口径"]
    assert ws["A1"].value == "第一小学　2025年第二季度填报表"
    head = ["任务", "编码", "填报项", "单位", "上次", "去年同期", "本次（请填）", "说明", "状态"]
    task = "任务 6 梯次培养骨干教师"
    assert [texts(ws, row) for row in (4, 5, 6, 7)] == [
        head,
        [task, "TEACHERS", "专任教师数", "人", 120, 110, 124, "新聘四人", "草稿"],
        [task, "BACKBONE", "骨干教师数", "人", None, None, 24, None, "基础教育科退回：请核对"],
        ["其他 未用于目标的填报项", "CANTEEN", "有自办食堂", None, None, None, "是", None, "待审核，已锁定"],
    ]
    assert [ws.cell(row, 10).value for row in (5, 6, 7)] == ["v1|124|新聘四人", "v1|24|", "v1|是|"]


def test_school_workbook_can_only_be_filled_where_it_is_white(school_book, enter):
    enter("CANTEEN", 1, state="submitted")
    ws = school_book()["填报表"]
    assert (ws.protection.sheet, ws.protection.password) == (True, None)
    unlocked = {cell.coordinate for row in ws.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {"G5", "H5", "G6", "H6"}
    assert [letter for letter, one in ws.column_dimensions.items() if one.hidden] == ["J"]


def test_school_workbook_validates_by_type(form, school_book):
    factories.make_element("SINCE", "启用日期", unit="", value_type="date", lower=None, position=6)
    factories.make_element("SHARE", "占比", unit="", value_type="decimal", lower=None, upper="1.5", position=7)
    rules = {str(rule.sqref): rule for rule in school_book()["填报表"].data_validations.dataValidation}
    assert {place: (one.type, one.formula1, one.formula2) for place, one in rules.items()} == {
        "G5": ("whole", "0", "9999999999"),
        "G6": ("whole", "0", "900"),
        "G7": ("list", '"是,否"', None),
        "G8": ("date", "DATE(1900,1,1)", "DATE(2100,12,31)"),
        "G9": ("decimal", "-9999999999", "1.5"),
    }
    assert rules["G6"].promptTitle == "骨干教师数"
    assert (rules["G6"].error, rules["G6"].prompt) == (
        "请填整数，0 至 900（人）。",
        "请填整数，0 至 900（人）。空白不等于 0。",
    )


def test_school_workbook_prints_on_a4_with_its_heading_repeated(school_book):
    ws = school_book()["填报表"]
    assert (ws.freeze_panes, ws.print_title_rows, ws.print_area) == ("D5", "$4:$4", "'填报表'!$A$1:$I$7")
    setup = ws.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert ws.sheet_properties.pageSetUpPr.fitToPage


def test_school_workbook_defines_its_items_on_a_second_sheet(elements, school_book):
    elements["TEACHERS"].counted, elements["TEACHERS"].example = "在编在岗的", "124"
    elements["TEACHERS"].save()
    ws = school_book()["口径"]
    assert texts(ws, 5, 8) == [
        "TEACHERS",
        "专任教师数",
        "整数，不小于 0（人）",
        "季度末的数",
        "在编在岗的",
        None,
        "124",
        "基础教育科",
    ]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(1)", "=1"])
def test_no_text_is_run_as_a_formula(form, school_book, enter, elements, text):
    enter("TEACHERS", 124, note=text)
    form.facts.update(name=text)
    elements["TEACHERS"].name = text
    elements["TEACHERS"].save()
    ws = school_book()["填报表"]
    for place in ("H5", "C5"):
        assert (ws[place].value, ws[place].data_type, ws[place].quotePrefix) == (text, "s", True)
    assert ws["A1"].data_type == "s"
    assert [cell.coordinate for row in ws.iter_rows() for cell in row if cell.data_type == "f"] == []


def test_what_no_workbook_can_hold_is_left_out(school_book, enter):
    enter("TEACHERS", 124, note="甲\x0b乙\r\n丙")
    assert school_book()["填报表"]["H5"].value == "甲\n乙\n丙"


def test_section_workbook_has_a_row_for_each_school_and_a_column_for_each_item(section_book, enter, quarter, district):
    factories.make_element("ALARMS", "一键报警", unit="个", entered_by="safety", stages=("kindergarten",), position=9)
    factories.make_unit(district, "kg-01", "第一幼儿园", stages=["kindergarten"])
    enter("CAMERAS", 77, state="approved", quarter=quarter - 1)
    enter("CAMERAS", 80)
    book = section_book("safety")
    assert book.sheetnames == ["各校", "上次", "口径"]
    ws = book["各校"]
    assert [texts(ws, row, 6) for row in (4, 5, 6, 7)] == [
        ["学校代码", "学校", "联网摄像头数（人）", "一键报警（个）", "版本", "版本"],
        ["编码", None, "CAMERAS", "ALARMS", "版本 CAMERAS", "版本 ALARMS"],
        ["kg-01", "第一幼儿园", None, None, "v0||", "v0||"],
        ["pri-01", "第一小学", 80, None, "v1|80|", None],
    ]
    unlocked = {cell.coordinate for row in ws.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {"C6", "D6", "C7"}
    assert [texts(book["上次"], row, 4) for row in (6, 7)] == [
        ["kg-01", "第一幼儿园", None, None],
        ["pri-01", "第一小学", 77, None],
    ]
    assert [str(rule.sqref) for rule in ws.data_validations.dataValidation] == ["C6:C7", "D6:D7"]


def test_section_workbook_has_the_bureaus_own_items_in_a_list(section_book):
    book = section_book("basic")
    assert book.sheetnames == ["全区", "口径"]
    assert texts(book["全区"], 5)[1:3] == ["VERDICT", "满意度研判"]
    (rule,) = book["全区"].data_validations.dataValidation
    assert rule.formula1 == '"已完成,正常推进,滞后"'
