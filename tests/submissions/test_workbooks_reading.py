import datetime
import io

import openpyxl
import pytest

from base.quarters import Quarter
from base.tables import Unreadable
from submissions.cells import Typed
from submissions.workbooks.reading import MAX_ROWS, Refused, read, require_identity
from tests.upload_bytes import COMPOUND, DOCX
from tests.workbook_files import HEAD, OURS, as_csv, as_xls, item, sheet, with_parts, xlsx

GRID = [
    ["学校代码", "学校", "摄像头（个）", "校门数", "版本", "版本"],
    ["编码", "", "CAM", "GATES", "版本 CAM", "版本 GATES"],
]


def typed(*items, **kwargs):
    return read(xlsx(sheet(*items), **kwargs), "表.xlsx").typed


def bad(content, name="表.xlsx"):
    return [(str(one.place), one.was, one.why) for one in read(content, name).bad]


@pytest.mark.parametrize(
    "made",
    [xlsx, as_xls, as_csv, lambda rows: as_csv(rows, "gbk")],
    ids=["xlsx", "xls", "csv", "gbk"],
)
def test_what_differs_from_the_download_is_taken_from_every_kind_of_file(made):
    rows = sheet(
        item(value=126, note="新聘"), item("BACKBONE", 24, None, "v2|24|"), item("CANTEEN", "是", "甲", "v0||")
    )
    contents = read(made(rows), "表")
    assert contents.typed == {"TEACHERS": Typed("126", 1, "新聘"), "CANTEEN": Typed("是", 0, "甲")}
    assert (list(contents.identities.values()), contents.unchanged, contents.bad) == ([OURS], 1, [])
    assert contents.places["CANTEEN"].cell == "G7"


def test_what_was_left_as_it_was_is_not_taken_however_it_is_written():
    rows = [
        item(value="1,124", stamp="v1|1124|"),
        item("B", 124.0, "甲\r\n乙 ", "v1|124|甲\n乙"),
        item("C", " ", None, "v0||"),
    ]
    assert typed(*rows) == {}


def test_a_note_alone_and_a_cleared_value_are_taken():
    assert typed(item(value=124, note="新聘"), item("B", None, "甲", "v3|5|甲")) == {
        "TEACHERS": Typed("124", 1, "新聘"),
        "B": Typed("", 3, None),
    }


def test_a_number_stored_as_text_and_full_width_digits_are_left_to_the_checks():
    assert typed(item(value="126"), item("B", "１２６", None, "v0||")) == {
        "TEACHERS": Typed("126", 1, None),
        "B": Typed("１２６", 0, None),
    }


def test_a_formula_counts_by_what_it_came_to():
    never = xlsx(sheet(item(value="=100+26")))
    reckoned = with_parts(never, old=b"<v />", new=b"<v>126</v>")
    assert read(reckoned, "表.xlsx").typed == {"TEACHERS": Typed("126", 1, None)}
    assert bad(reckoned) == []
    ((place, was, why),) = bad(never)
    assert (place, was, why[:11]) == ("填报表 G5", "", "公式还没有算出结果。请")


def test_a_failed_formula_is_bad():
    def break_it(ws):
        ws["G5"] = "#REF!"
        ws["G5"].data_type = "e"

    assert bad(xlsx(sheet(item()), change=break_it)) == [
        ("填报表 G5", "", "公式出错（#REF!）。请改正公式，或直接填数值。")
    ]


@pytest.mark.parametrize("form", ["0%", "0.00%", '0.0"约"%'])
def test_a_percentage_is_bad(form):
    def show(ws):
        ws["G5"].number_format = form

    ((place, was, why),) = bad(xlsx(sheet(item(value=0.95)), change=show))
    assert (place, was, why.startswith("这一格的格式是百分比")) == ("填报表 G5", "0.95", True)
    assert bad(xlsx(sheet(item(value=95)), change=lambda ws: setattr(ws["G5"], "number_format", '0"%"'))) == []


def test_a_date_cell_is_a_date():
    assert typed(item(value=datetime.date(2025, 6, 30), stamp="v0||")) == {"TEACHERS": Typed("2025-06-30", 0, None)}


def test_duplicate_codes_rows_without_a_code_and_a_broken_stamp_are_bad():
    rows = sheet(
        item(value=126),
        item(value=127),
        item("", 5, name="多出来的"),
        item("B", 1, stamp="v1"),
        item("", None, name=""),
    )
    assert bad(xlsx(rows)) == [
        ("填报表 G6", "127", "与 填报表 G5 重复，同一项只能有一行。"),
        ("填报表 G7", "5", "这一行没有编码，不知道填的是哪一项。表格下面不能加行。"),
        ("填报表 G8", "1", "隐藏的“版本”列被改动了。请用本页下载的表格填写，不要删改表头、编码和隐藏的列。"),
    ]


def test_an_endless_text_is_bad():
    assert bad(xlsx(sheet(item(value="九" * 201)))) == [("填报表 G5", "九" * 40, "内容太长，不是一个数值。")]


def test_a_grid_is_taken_by_school_and_item():
    identity = OURS._replace(scope="section", place="safety")
    rows = [
        ["各校"],
        ["标识", str(identity)],
        *GRID,
        ["pri-01", "第一小学", 5, None, "v0||", "v1|2|"],
        ["kg-01", "第一幼儿园", None, 3, "v0||", ""],
        ["", "", 7, None, "", ""],
    ]
    contents = read(xlsx(rows, "各校"), "表.xlsx")
    assert contents.typed == {"pri-01.CAM": Typed("5", 0, None), "pri-01.GATES": Typed("", 1, None)}
    assert [(str(one.place), one.why) for one in contents.bad] == [
        ("各校 D6", "这一项这所学校不填，请清空这一格。"),
        ("各校 C7", "这一行没有学校代码。表格下面不能加行。"),
    ]
    assert contents.unchanged == 1


def test_the_bureaus_list_names_its_cells_by_unit():
    identity = OURS._replace(scope="section", place="basic", unit="bureau")
    assert list(read(xlsx(sheet(item(value=126), identity=identity)), "表.xlsx").typed) == ["bureau.TEACHERS"]


def test_sheets_without_a_mark_are_passed_over():
    book = openpyxl.load_workbook(io.BytesIO(xlsx(sheet(item(value=126)))))
    book.create_sheet("口径", 0).append(["TEACHERS", "v1"])
    out = io.BytesIO()
    book.save(out)
    assert list(read(out.getvalue(), "表.xlsx").typed) == ["TEACHERS"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["姓名", "代码"]], "不是从本系统下载的表格"),
        ([["标识", "school/kfq"], HEAD], "“标识”一行被改动了"),
        ([["标识"], HEAD], "“标识”一行被改动了"),
        ([["标识", str(OURS)], ["任务", "填报项"]], "没有找到表头"),
        (sheet(head=[name for name in HEAD if name != "本次（请填）"]), "缺少“本次（请填）”列"),
        ([["标识", str(OURS)], GRID[0]], "没有找到“编码”一行"),
        ([["标识", str(OURS)], GRID[0], ["编码", "", "CAM", "CAM"]], "有两列的编码都是“CAM”"),
        ([["标识", str(OURS)], GRID[0], ["编码", "", "CAM"]], "缺少“版本 CAM”列"),
    ],
)
def test_a_table_that_is_not_ours_is_refused(rows, why):
    with pytest.raises(Refused, match=why):
        read(xlsx(rows), "表.xlsx")


def test_merged_cells_hide_no_value():
    content = xlsx(sheet(item(value=126), item("B", 5, None, "v0||")), change=lambda ws: ws.merge_cells("A5:A6"))
    assert list(read(content, "表.xlsx").typed) == ["TEACHERS", "B"]


@pytest.mark.parametrize("content", [b"", DOCX, b"PK\x03\x04", COMPOUND, b"\x81\xff\x00"])
def test_what_is_no_table_is_unreadable(content):
    with pytest.raises((Unreadable, Refused)):
        read(content, "表.xlsx")


def test_too_many_rows_are_refused():
    with pytest.raises(Refused, match="超过 50000 行"):
        read(as_csv([["标识", str(OURS)], HEAD, *([["x"]] * MAX_ROWS)]), "表.csv")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"scope": "section"}, "这是科室的各校填报表，这里要的是学校的填报表。"),
        ({"place": "pri-02"}, "这张表属于代码为“pri-02”的单位，这里是第一小学（pri-01）。"),
        ({"district": "other"}, "这张表属于代码为“pri-01”的单位"),
        ({"quarter": Quarter.of(2025, 1)}, "这张表是2025年第一季度的，这里填的是2025年第二季度。"),
        ({"version": "older"}, "这张表已经过期"),
    ],
)
def test_a_file_of_another_school_quarter_or_version_is_refused(change, why):
    contents = read(xlsx(sheet(item(), identity=OURS._replace(**change))), "表.xlsx")
    with pytest.raises(Refused, match=why):
        require_identity(contents, OURS, "第一小学")
    require_identity(read(xlsx(sheet(item())), "表.xlsx"), OURS, "第一小学")
