import datetime
import io
import zipfile

import openpyxl
import pytest
import xlwt

from base.tables import Row, Unreadable, csv_text, decode, put_text, read_sheets, read_table

TEXT = "姓名,代码\r\n王芳,001\r\n"
ROWS = [Row(1, ("姓名", "代码")), Row(2, ("王芳", "001"))]


def xlsx(*rows, title="表"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_in_a_csv_is_text(sign):
    """Full-width signs, too: spreadsheets of the Far East take them for the narrow ones."""
    assert csv_text(f"{sign}1+1") == f"'{sign}1+1"
    assert csv_text(f"1{sign}1") == f"1{sign}1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_in_each_encoding(encoding):
    assert read_sheets(TEXT.encode(encoding), "人员.csv") == {"": ROWS}
    assert decode(TEXT.encode(encoding)) == TEXT


def test_workbooks_are_told_by_their_content():
    old = xlwt.Workbook()
    sheet = old.add_sheet("一")
    for row, cells in enumerate([("姓名", "代码"), ("王芳", "001")]):
        for column, text in enumerate(cells):
            sheet.write(row, column, text)
    assert read_sheets(saved(old), "人员.csv") == {"一": ROWS}
    assert read_sheets(xlsx(("姓名", "代码"), ("王芳", "001")), "人员.xls") == {"表": ROWS}


def test_cells_are_text_as_a_person_would_type_it():
    cells = (124, 0.1 + 0.2, 12345678901234, True, False, datetime.date(2025, 7, 3), " 字 ", None, -2.5, 1e-7)
    ((_, read),) = read_sheets(xlsx(cells), "x.xlsx")["表"]
    assert read == ("124", "0.3", "12345678901234", "是", "否", "2025-07-03", "字", "", "-2.5", "0.0000001")


def test_a_formula_counts_by_its_saved_value():
    cached = xlsx(("合计",), ("=1+1",))
    with zipfile.ZipFile(io.BytesIO(cached)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<v />" in parts[sheet] or b"<v/>" in parts[sheet] or b"<v></v>" in parts[sheet]
    for empty in (b"<v />", b"<v/>", b"<v></v>"):
        parts[sheet] = parts[sheet].replace(empty, b"<v>2</v>")
    assert read_table(packed(parts), "x.xlsx").rows == [Row(2, ("2",))]
    assert read_table(cached, "x.xlsx").rows == []  # never computed: blank


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def test_table_passes_over_blank_rows_and_keeps_row_numbers():
    table = read_table(xlsx((), ("姓名", "代码"), (), ("王芳",), ("李强", "2", "多")), "x.xlsx")
    assert table.header == Row(2, ("姓名", "代码", ""))
    assert table.rows == [Row(4, ("王芳", "", "")), Row(5, ("李强", "2", "多"))]


def test_table_is_the_first_sheet():
    book = openpyxl.Workbook()
    book.active.append(["一"])
    book.create_sheet("第二").append(["二"])
    assert read_table(saved(book), "x.xlsx").header.cells == ("一",)


def test_csv_rows_are_counted_as_a_spreadsheet_counts_them():
    assert [row.number for row in read_table('甲\n"两\n行"\n乙\n'.encode(), "x.csv").rows] == [2, 3]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "没有内容"),
        (b"\xff\xfe\xff", "UTF-8 或 GBK"),
        (b"<html><table></table>", "其实是网页"),
        (b'a\n"b', "第 2 行不是正确的 CSV"),
        (b"a\n\0\n", "第 2 行里有无法保存的字符"),
        (b"PK\x03\x04 broken", "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "打不开"),
        (packed({"word/document.xml": b"<w/>"}), "不是 Excel 工作簿"),
    ],
)
def test_what_is_no_table_is_named_with_the_reason(content, why):
    with pytest.raises(Unreadable) as caught:
        read_table(content, "人员.csv")
    assert ("“人员.csv”" in caught.value.messages[0], why in caught.value.messages[0]) == (True, True)


def test_a_stray_cell_in_the_last_corner_is_refused_before_it_fills_the_memory():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "姓名", "x"
    with pytest.raises(Unreadable, match="XFD1048576"):
        read_table(saved(book), "x.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    parts = {"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": bytes(101 * 1024 * 1024)}
    with pytest.raises(Unreadable, match="展开后太大"):
        read_table(packed(parts), "x.xlsx")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "王芳"])
def test_text_is_written_as_data(text):
    book = openpyxl.Workbook()
    put_text(book.active["A1"], text)
    cell = openpyxl.load_workbook(io.BytesIO(saved(book))).active["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
