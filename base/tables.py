"""Reading tables that people bring in, as text: .xlsx and .xls (Excel, WPS), .csv (UTF-8, GBK), told by their content.

A cell with a formula counts by the value that was saved with it; one that no spreadsheet has computed yet is blank.
A workbook is taken apart in a process of its own (base/bounded.py), text that is none is refused here.
"""

import csv
import io
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from base.bounded import Refused, bounded
from base.workbooks import MOST_CELLS, XLS, XLSX, sheets


class Unreadable(ValidationError):
    """The file can't be read as a table; the message names it and says why, and what to do."""


class Row(NamedTuple):
    """``number`` is the one that a spreadsheet shows beside it; cells are stripped text."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


class Table(NamedTuple):
    """``rows`` are those below the header that aren't blank, each at least as long as the header."""

    header: Row
    rows: list[Row]


def read_table(content: bytes, name: str) -> Table:
    """The first sheet of the file: its first row that isn't blank is the header. Raises Unreadable; ``name`` is the
    file's, for the message."""
    rows = [row for row in next(iter(read_sheets(content, name).values()), []) if not row.is_blank]
    if not rows:
        raise Unreadable(f"“{name}”里没有内容。")
    header, *rest = rows
    width = len(header.cells)
    return Table(header, [row._replace(cells=row.cells + ("",) * (width - len(row.cells))) for row in rest])


def read_sheets(content: bytes, name: str) -> dict[str, list[Row]]:
    """All rows, blank ones too, of every sheet by its title ("" for a CSV file). Raises Unreadable."""
    if content.startswith((XLSX, XLS)):
        return _read_workbook(content, name)
    return {"": _read_csv(content, name)}


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without BOM) or GBK. Raises UnicodeDecodeError."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def put_text(cell: Any, text: str) -> None:
    """Write ``text`` into a cell of openpyxl so that no spreadsheet takes it for a formula (= + - @), now or when
    someone edits the cell."""
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = True


# Full-width ones, too: spreadsheets of the Far East take them for the narrow ones.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(text: str) -> str:
    """``text`` for a cell of a CSV file, marked as text where a spreadsheet would take it for a formula. A sign
    alone is none."""
    return f"'{text}" if len(text) > 1 and text.startswith(FORMULA_SIGNS) else text


def _read_csv(content: bytes, name: str) -> list[Row]:
    try:
        text = decode(content)
    except UnicodeDecodeError as error:
        raise Unreadable(f"“{name}”不是 .xlsx、.xls 工作簿，也不是 UTF-8 或 GBK 编码的 .csv 文本。") from error
    if text.lstrip().startswith("<"):
        raise Unreadable(f"“{name}”其实是网页，不是表格。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。")
    if sum(map(text.count, ",\r\n")) > MOST_CELLS:
        raise Unreadable(f"“{name}”的内容太多，超过 {MOST_CELLS // 10_000} 万格。请删去无关的行和列，或分几次上传。")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append(_row(number, cells, name))
    except csv.Error as error:
        raise Unreadable(f"“{name}”第 {reader.line_num} 行不是正确的 CSV：{error}") from error
    return rows


def _read_workbook(content: bytes, name: str) -> dict[str, list[Row]]:
    try:
        found = bounded(sheets, content)
    except Refused as error:
        raise Unreadable(f"“{name}”{error}") from error
    return {title: [_row(number, cells, name) for number, cells in enumerate(rows, start=1)] for title, rows in found}


def _row(number: int, cells: list[str], name: str) -> Row:
    row = Row(number, tuple(cell.strip() for cell in cells))
    if any("\0" in cell for cell in row.cells):
        raise Unreadable(f"“{name}”第 {number} 行里有无法保存的字符。")
    return row
