"""The workbook that was brought in, with a comment in each bad cell. Imported by the job that writes it."""

import io
import zipfile
from collections.abc import Iterable
from contextlib import suppress

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from base.tables import put_text, read_sheets
from base.workbooks import XLSX
from submissions.workbooks.checking import Fault

MOST = 5000  # comments
MOST_UNPACKED, MOST_CELLS = 10 * 1024 * 1024, 100_000  # openpyxl takes much more memory than what it reads
SUMMARY, PLAIN = "核对结果", "表格"  # PLAIN: the title of the only sheet of a .csv file
BAD = PatternFill("solid", "F6CFCB")


def commented(content: bytes, name: str, faults: Iterable[Fault]) -> bytes:
    """As .xlsx, with a sheet in front that lists what is wrong."""
    book = _book(content, name)
    shown = list(faults)[:MOST]
    for fault in shown:
        title, _, reference = fault.place.rpartition(" ")
        cell = book[title or PLAIN][reference] if (title or PLAIN) in book.sheetnames else None
        if cell is not None and not isinstance(cell, MergedCell):
            text = f"{fault.why}\n应填：{fault.expected}" if fault.expected else fault.why
            cell.comment, cell.fill = Comment(text, "核对", height=110, width=260), BAD
    _summarize(book, shown)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(content: bytes, name: str) -> Workbook:
    """The workbook itself; of one that openpyxl can't open or that is no modest one, of .xls and of .csv, its texts; of
    a very large one nothing."""
    if content.startswith(XLSX) and _unpacked(content) <= MOST_UNPACKED:
        with suppress(Exception):
            return load_workbook(io.BytesIO(content))
    book = Workbook()
    book.remove(book.active)
    sheets = read_sheets(content, name)
    if sum(len(row.cells) for rows in sheets.values() for row in rows) > MOST_CELLS:
        return book
    for title, rows in sheets.items():
        ws = book.create_sheet(title or PLAIN)
        for row in rows:
            for column, text in enumerate(row.cells, start=1):
                if text:
                    put_text(ws.cell(row.number, column), ILLEGAL_CHARACTERS_RE.sub("", text))
    return book


def _unpacked(content: bytes) -> int:
    """Bytes, as its directory says; Python's zipfile reads no more than that."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return sum(part.file_size for part in package.infolist())


def _summarize(book: Workbook, faults: list[Fault]) -> None:
    ws = book.create_sheet(_free_title(book), 0)
    heading = ("单元格", "学校、填报项", "现在填的", "问题", "应填")
    for column, (text, width) in enumerate(zip(heading, (16, 36, 24, 60, 36), strict=True), start=1):
        put_text(ws.cell(1, column), text)
        ws.cell(1, column).font = Font(bold=True)
        ws.column_dimensions["ABCDE"[column - 1]].width = width
    for number, fault in enumerate(faults, start=2):
        for column, text in enumerate(fault, start=1):
            put_text(ws.cell(number, column), ILLEGAL_CHARACTERS_RE.sub("", text))
    ws.freeze_panes = "A2"
    book.active = 0


def _free_title(book: Workbook) -> str:
    """A report that was corrected and comes back has a sheet of that title already."""
    title = SUMMARY
    while title in book.sheetnames:
        title += "+"
    return title
