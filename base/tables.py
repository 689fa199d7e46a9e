"""Reading tables that people bring in, as text: .xlsx and .xls (Excel, WPS), .csv (UTF-8, GBK), told by their content.

A cell with a formula counts by the value that was saved with it; one that no spreadsheet has computed yet is blank.
The library that reads workbooks is imported when a workbook comes, never by an ordinary page.
"""

import csv
import datetime
import io
import re
import zipfile
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

MOST_BYTES = 100 * 1024 * 1024  # of a workbook unpacked
MOST_CELLS = 2_000_000  # of a sheet's rectangle: one stray cell in its last corner would fill the memory

_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]*)([0-9]+)["']""")


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
    if content.startswith((_XLSX, _XLS)):
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


def _read_csv(content: bytes, name: str) -> list[Row]:
    try:
        text = decode(content)
    except UnicodeDecodeError as error:
        raise Unreadable(f"“{name}”不是 .xlsx、.xls 工作簿，也不是 UTF-8 或 GBK 编码的 .csv 文本。") from error
    if text.lstrip().startswith("<"):
        raise Unreadable(f"“{name}”其实是网页，不是表格。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append(_row(number, cells, name))
    except csv.Error as error:
        raise Unreadable(f"“{name}”第 {reader.line_num} 行不是正确的 CSV：{error}") from error
    return rows


def _read_workbook(content: bytes, name: str) -> dict[str, list[Row]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    if content.startswith(_XLSX):
        _require_modest(content, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            titles = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            return {
                title: _rows(book.get_sheet_by_name(title).to_python(skip_empty_area=False), name) for title in titles
            }
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(
            f"“{name}”打不开：文件已损坏，或设有打开密码。请用 Excel 或 WPS 另存为 .xlsx 再上传。"
        ) from error


def _require_modest(content: bytes, name: str) -> None:
    """Look through an .xlsx before it is unpacked whole: a small file may hold an endless sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise Unreadable(f"“{name}”不是 Excel 工作簿。请用 Excel 或 WPS 另存为 .xlsx 再上传。")
            if sum(part.file_size for part in package.infolist()) > MOST_BYTES:
                raise Unreadable(f"“{name}”展开后太大。请删去无关的工作表和内容再上传。")
            for part in package.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    _require_modest_sheet(package.read(part), name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable(f"“{name}”打不开：文件已损坏，或设有打开密码。") from error


def _require_modest_sheet(xml: bytes, name: str) -> None:
    columns, last_row = {b"A"}, 1
    for column, row in _REFERENCE.findall(xml):
        columns.add(column)
        last_row = max(last_row, int(row))
    last_column = max(columns, key=lambda letters: (len(letters), letters))
    width = 0
    for letter in last_column:
        width = width * 26 + letter - 64
    if width * last_row > MOST_CELLS:
        raise Unreadable(
            f"“{name}”的表太大：最末一格在 {last_column.decode()}{last_row}。请删去表格以外多余的行和列再上传。"
        )


def _rows(rows: list[list[object]], name: str) -> list[Row]:
    return [_row(number, cells, name) for number, cells in enumerate(rows, start=1)]


def _row(number: int, cells: list[Any], name: str) -> Row:
    row = Row(number, tuple(_text(cell) for cell in cells))
    if any("\0" in cell for cell in row.cells):
        raise Unreadable(f"“{name}”第 {number} 行里有无法保存的字符。")
    return row


def _text(cell: object) -> str:
    """As a person would type it: 124, 0.3, 是, 2025-07-03. A spreadsheet is exact to 15 digits."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        number = f"{Decimal(f'{cell:.15g}'):f}"
        return number.rstrip("0").rstrip(".") if "." in number else number
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "minutes")
    return str(cell).strip()
