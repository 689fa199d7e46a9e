"""The annexes of a letter (an edition, a notice) as a workbook, a sheet each: figures as numbers, to be sorted,
filtered and printed."""

import io
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from base.tables import FORMULA_SIGNS
from reports.bulletin.annexes import Annexed, Column, Kind
from reports.documents.letter import Letter, letter_of
from reports.documents.text import printable

Content = Mapping[str, Any]

HEAD = 3  # the row of the heading; the title and a note stand above it
ALIGNED = {Kind.TEXT: "文字", Kind.NUMBER: "数字", Kind.MARK: "居中", Kind.STATUS: "居中"}
LONGEST = 32_767  # characters in a cell


class Figure(NamedTuple):
    """A number, and the format that shows it as the bulletin does: 18 and ``0" 人"``."""

    number: float
    format: str


# A bound, digits, a unit as numbers.unit sets it: a date (2025年底) or a name (第3小学) is text.
_FIGURE = re.compile(r"(?P<before>(?:[^\W\d]+ )?)(?P<digits>-?[\d,]+(?:\.\d+)?)(?P<after>[%‰℃]?|\u00a0[^\d\"\\]+)")


@cache
def figure_of(text: str) -> Figure | None:
    """None where the text is no single number with its unit: a dash, 完成, 10%–15%, 2025年底."""
    match = _FIGURE.fullmatch(text)
    if match is None:
        return None
    digits = match["digits"].replace(",", "")
    decimals = len(digits.partition(".")[2])
    before, after = (f'"{match[side]}"' if match[side] else "" for side in ("before", "after"))
    shown = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    return Figure(float(digits) if decimals else int(digits), f"{before}{shown}{after}")


def workbook(content: Content) -> bytes:
    """The .xlsx file. ``content``: an edition's."""
    return filled(letter_of(printable(content)))


def filled(letter: Letter) -> bytes:
    """The .xlsx file of the annexes of any letter."""
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.title = letter.office, letter.title
    for style in _styles():
        book.add_named_style(style)
    for annexed in letter.annexes:
        _write(book.create_sheet(f"{annexed.label} {annexed.annex.title}"[:31]), annexed, letter)
    if not book.worksheets:
        book.create_sheet("没有附件").append(["这一版没有附件。"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _styles() -> list[NamedStyle]:
    edge = Side(style="thin", color="808080")
    frame = Border(edge, edge, edge, edge)
    face = {"name": "宋体", "sz": 11}
    return [
        NamedStyle("表题", Font(name="宋体", sz=16, b=True)),
        NamedStyle("说明", Font(name="宋体", sz=10, color="606060")),
        NamedStyle(
            "表头",
            Font(**face, b=True),
            PatternFill("solid", "E7EBF0"),
            frame,
            Alignment("center", "center", wrap_text=True),
        ),
        NamedStyle("文字", Font(**face), border=frame, alignment=Alignment("left", "center", wrap_text=True)),
        NamedStyle("数字", Font(**face), border=frame, alignment=Alignment("right", "center")),
        NamedStyle("居中", Font(**face), border=frame, alignment=Alignment("center", "center", wrap_text=True)),
    ]


def _write(sheet: Worksheet, annexed: Annexed, letter: Letter) -> None:
    table = annexed.table
    columns = ([Column(table.group, 14)] if table.group else []) + list(table.columns)
    _set_up(sheet, annexed, columns, len(table.lines))
    put = Pens(sheet)
    sheet.append([put.text(0, f"{annexed.label}　{annexed.annex.title}", "表题")])
    sheet.append([put.text(0, f"{letter.note}　{table.note}", "说明")])
    sheet.append([put.text(n, column.title, "表头") for n, column in enumerate(columns)])
    kinds = [column.kind for column in columns]
    for line in table.lines:
        sheet.append(put.row([line.group, *line.cells] if table.group else line.cells, kinds))
    if table.total:
        sheet.append(put.row(["", *table.total.cells] if table.group else table.total.cells, kinds))


class Pen(Cell):
    """A cell that is written again and again: text or, in a number format, numbers, in one style. openpyxl's own
    guesses what each value is (a formula, an error) and looks its style up whenever it is written. ``guarded``: text
    that no spreadsheet takes for a formula when someone edits the cell."""

    has_style = True

    def __init__(self, sheet: Worksheet, style: str, number_format: str, *, guarded: bool) -> None:
        super().__init__(sheet)
        self.style = style
        if number_format:
            self.number_format = number_format
        self.quotePrefix = guarded
        self._found = super().style_id
        self.data_type = "n" if number_format else "s"

    @property
    def style_id(self) -> int:
        return self._found

    def holding(self, value: float | str) -> "Pen":
        self._value = value
        return self

    def __repr__(self) -> str:  # in an error that openpyxl raises and drops for every cell
        return "Pen"


class Pens:
    """Writes cells. One pen for each column and look is used again in every row: openpyxl writes a row at once, and
    making cells and styles anew takes longer than writing them."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.pens: dict[tuple[int, str, str, bool], Pen] = {}

    def row(self, texts: Any, kinds: list[Kind]) -> list[Pen]:
        return [
            self.number(n, text) if kind == Kind.NUMBER else self.text(n, text, ALIGNED[kind])
            for n, (text, kind) in enumerate(zip(texts, kinds, strict=True))
        ]

    def number(self, column: int, text: str) -> Pen:
        style, figure = ALIGNED[Kind.NUMBER], figure_of(text)
        if figure is None:
            return self.text(column, text, style)
        return self._pen(column, style, figure.format, False).holding(figure.number)

    def text(self, column: int, text: str, style: str) -> Pen:
        """Never run as a formula; cut where Excel would call the file damaged."""
        return self._pen(column, style, "", text.startswith(FORMULA_SIGNS)).holding(text[:LONGEST])

    def _pen(self, *key: Any) -> Pen:
        if key not in self.pens:
            _, style, number_format, guarded = key
            self.pens[key] = Pen(self.sheet, style, number_format, guarded=guarded)
        return self.pens[key]


def _set_up(sheet: Worksheet, annexed: Annexed, columns: list[Column], lines: int) -> None:
    """What openpyxl wants to know before the first row: widths, what stays in view, filters, paper."""
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = 2.2 * column.width + 2
    last = get_column_letter(len(columns))
    sheet.freeze_panes = f"{'C' if annexed.table.group else 'B'}{HEAD + 1}"
    sheet.auto_filter.ref = f"A{HEAD}:{last}{HEAD + lines}"
    sheet.print_title_rows = f"{HEAD}:{HEAD}"
    sheet.page_setup.orientation = "landscape" if annexed.annex.landscape else "portrait"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
