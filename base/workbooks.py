"""Taking a workbook (.xlsx, .xls) apart into text.

Runs in a process of its own (base/bounded.py): imports no Django.
"""

import datetime
import io
import re
import zipfile
import zlib
from decimal import Decimal

from base.bounded import Refused

XLSX, XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_BYTES = 100 * 1024 * 1024  # unpacked
MOST_CELLS = 500_000  # of a sheet's rectangle: one stray cell in its last corner would fill the memory
DAMAGED = "打不开：文件已损坏，或设有打开密码。请用 Excel 或 WPS 另存为 .xlsx 再上传。"

_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{0,3})([0-9]{1,9})["']""")


def sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """Title and rows of every sheet; cells are stripped text. Raises Refused."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    if content.startswith(XLSX):
        _require_modest(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            titles = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            found = ((title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in titles)
            return [(title, [[text_of(cell) for cell in row] for row in rows]) for title, rows in found]
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(DAMAGED) from error


def text_of(cell: object) -> str:
    """As a person would type it: 124, 0.3, 是, 2025-07-03. A spreadsheet is exact to 15 digits."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        number = f"{Decimal(f'{cell:.15g}'):f}"
        return number.rstrip("0").rstrip(".") if "." in number else number
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "minutes")
    return str(cell).strip()


def _require_modest(content: bytes) -> None:
    """Look through an .xlsx before it is unpacked whole: what is too large is named better than by running out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise Refused("不是 Excel 工作簿。请用 Excel 或 WPS 另存为 .xlsx 再上传。")
            if sum(part.file_size for part in package.infolist()) > MOST_BYTES:
                raise Refused("展开后太大。请删去无关的工作表和内容再上传。")
            for part in package.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    _require_modest_sheet(package.read(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise Refused(DAMAGED) from error


def _require_modest_sheet(xml: bytes) -> None:
    columns, last_row = {b"A"}, 1
    for column, row in _REFERENCE.findall(xml):
        columns.add(column)
        last_row = max(last_row, int(row))
    last_column = max(columns, key=lambda letters: (len(letters), letters))
    width = 0
    for letter in last_column:
        width = width * 26 + letter - 64
    if width * last_row > MOST_CELLS:
        raise Refused(f"的表太大：最末一格在 {last_column.decode()}{last_row}。请删去表格以外多余的行和列再上传。")
