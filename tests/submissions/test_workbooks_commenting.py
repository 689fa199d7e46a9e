import io

import openpyxl
import pytest

from submissions.workbooks.checking import Fault
from submissions.workbooks.commenting import commented
from tests.workbook_files import as_csv, as_xls, item, sheet, xlsx

FAULTS = [
    Fault("填报表 G5", "专任教师数", "=1", "只能填整数。", "整数（人）"),
    Fault("填报表 G99", "", "", "没有编码。", ""),
]


def book_of(content, name="表.xlsx", faults=FAULTS):
    return openpyxl.load_workbook(io.BytesIO(commented(content, name, faults)))


def test_bad_cells_have_comments_and_the_rest_is_as_it_was():
    book = book_of(xlsx(sheet(item(value=1.5)), change=lambda ws: ws.merge_cells("A1:C1")))
    ws = book["填报表"]
    assert (ws["G5"].value, ws["G5"].comment.text) == (1.5, "只能填整数。\n应填：整数（人）")
    assert (ws["G99"].comment.text, ws["B5"].comment, ws.merged_cells.ranges != set()) == ("没有编码。", None, True)
    assert [cell.value for cell in book["核对结果"][2]] == [
        "填报表 G5",
        "专任教师数",
        "=1",
        "只能填整数。",
        "整数（人）",
    ]


@pytest.mark.parametrize(("made", "title"), [(as_csv, "表格"), (as_xls, "填报表")])
def test_of_other_files_it_is_a_workbook_of_their_texts(made, title):
    place = "G5" if title == "表格" else "填报表 G5"
    book = book_of(made(sheet(item(note="=1+1", value=124))), "表", [FAULTS[0]._replace(place=place)])
    assert book[title]["G5"].comment.text.startswith("只能填整数。")
    assert (book[title]["H5"].value, book[title]["H5"].data_type) == ("=1+1", "s")


def test_what_is_reported_is_never_run():
    (line,) = [row for row in book_of(xlsx(sheet(item())))["核对结果"].iter_rows(min_row=2, max_row=2)]
    assert (line[2].value, line[2].data_type, line[2].quotePrefix) == ("=1", "s", True)


def test_a_report_that_was_corrected_can_be_reported_on_again():
    once = commented(xlsx(sheet(item())), "表.xlsx", FAULTS)
    assert book_of(once).sheetnames == ["核对结果+", "核对结果", "填报表"]
