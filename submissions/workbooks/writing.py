"""Workbooks to fill in. Imported when one is asked for: openpyxl is slow to import."""

import datetime
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as Place
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from base.tables import FORMULA_SIGNS, put_text
from base.templatetags.quarters import day
from schools.models import Section, Unit, UnitKind
from submissions.calendar import Window
from submissions.cells import Cell
from submissions.models import EntryState
from submissions.sheets import Row, Sheet
from submissions.workbooks import layout
from submissions.workbooks.layout import Identity, Stamp, column_letters
from targets import values
from targets.models import Element, PeriodKind, ValueType

LARGEST = 10**values.MAX_DIGITS - 1
HEAD = 4  # the row of the heading; the title, the mark and a line of advice stand above it
ADVICE = "只填白色的格子，灰色的不能改。空白不等于 0，确实没有的填 0。填好后在网页上“上传表格”，核对无误再确认保存。"
WIDTHS = (16, 18, 30, 7, 12, 12, 16, 30, 22)
FORMATS = {ValueType.INTEGER: "#,##0", ValueType.DATE: "yyyy-mm-dd"}
HINTS = {
    ValueType.INTEGER: "空白不等于 0。",
    ValueType.DECIMAL: "空白不等于 0。",
    ValueType.VERDICT: "须在“说明”里写理由。",
}


def school_workbook(sheet: Sheet, unit: Unit) -> bytes:
    """A school's form of a quarter."""
    book = _new_book()
    identity = Identity(layout.SCHOOL, unit.district.code, unit.code, sheet.quarter, layout.version_of(sheet))
    _write_list(book.create_sheet(layout.LIST), sheet, list(sheet.cells.values()), identity, unit.name)
    _write_definitions(book, sheet)
    return _saved(book)


def section_workbook(sheet: Sheet, section: Section) -> bytes:
    """A section's figures of a quarter: its schools × items, the bureau's own in a list."""
    book = _new_book()
    version = layout.version_of(sheet)
    identity = Identity(layout.SECTION, section.district.code, section.code, sheet.quarter, version)
    schools = [row for row in sheet.rows if row.unit.kind == UnitKind.SCHOOL]
    if schools:
        _write_grid(book, sheet, schools, identity, section)
    for row in sheet.rows:
        if row.unit.kind == UnitKind.BUREAU:
            own = identity._replace(unit=row.unit.code)
            _write_list(book.create_sheet(layout.BUREAU, 0 if not schools else 1), sheet, row.cells, own, section.name)
    _write_definitions(book, sheet)
    return _saved(book)


def _new_book() -> Workbook:
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "教育行动方案"
    for style in _styles():
        book.add_named_style(style)
    return book


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _styles() -> Iterable[NamedStyle]:
    edge = Side(style="thin", color="C4C9D1")
    frame, grey = Border(edge, edge, edge, edge), PatternFill("solid", "EEEFF1")
    face, wrapped = partial(Font, name="宋体"), Alignment(vertical="center", wrap_text=True)
    centred, right = Alignment("center", "center", wrap_text=True), Alignment("right", "center")
    white = {"border": frame, "protection": Protection(locked=False)}
    yield NamedStyle("标题", face(sz=14, b=True))
    yield NamedStyle("小字", face(sz=9, color="7A828E"), alignment=wrapped)
    yield NamedStyle("标识", face(sz=9, color="7A828E"))
    yield NamedStyle("表头", face(sz=11, b=True), PatternFill("solid", "DCE3EC"), frame, centred)
    yield NamedStyle("固定", face(sz=11), grey, frame, wrapped, number_format="@")
    yield NamedStyle("固定数", face(sz=11), grey, frame, right, number_format="General")
    yield NamedStyle("填数", face(sz=11), alignment=right, **white)
    yield NamedStyle("填字", face(sz=11), alignment=wrapped, number_format="@", **white)


def _put(place: Place, value: object, style: str) -> Place:
    """No text that we write is ever run as a formula."""
    place.style = style
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        if text.startswith(FORMULA_SIGNS):
            put_text(place, text)
        else:
            place.value = text
    else:
        place.value = value
    return place


def _put_value(place: Place, element: Element, value: Decimal | None, style: str) -> None:
    _put(place, _native(element, value), style)
    place.number_format = FORMATS.get(ValueType(element.value_type), "General")


def _native(element: Element, value: Decimal | None) -> object:
    """As a spreadsheet reckons with it."""
    if value is None:
        return None
    if element.value_type == ValueType.DATE:
        return datetime.date.fromordinal(int(value))
    if element.value_type in (ValueType.INTEGER, ValueType.DECIMAL):
        return int(value) if value == value.to_integral_value() else float(value)
    return layout.written(element, value)


# --- A list ----------------------------------------------------------------------------------------------------------


def _write_list(ws: Worksheet, sheet: Sheet, cells: Sequence[Cell], identity: Identity, name: str) -> None:
    _set_widths(ws, WIDTHS)
    _write_top(ws, cells[0].window, identity, f"{name}　{sheet.quarter.label}填报表", len(WIDTHS))
    for column, heading in enumerate(layout.LIST_COLUMNS, start=1):
        _put(ws.cell(HEAD, column), heading, "表头")
    for number, cell in enumerate(cells, start=HEAD + 1):
        _write_item(ws, number, sheet, cell)
        _fit(ws, number, len(WIDTHS))
    ws.column_dimensions[column_letters(len(layout.LIST_COLUMNS))].hidden = True
    _finish(ws, f"D{HEAD + 1}", f"{HEAD}:{HEAD}", f"A1:{column_letters(len(WIDTHS))}{HEAD + len(cells)}")


def _write_item(ws: Worksheet, number: int, sheet: Sheet, cell: Cell) -> None:
    element, past = cell.element, (cell.last, cell.last_year)
    head = f"{cell.home.label} {cell.home.name}"
    for column, text in enumerate((head, element.code, element.name, element.unit), start=1):
        _put(ws.cell(number, column), text, "固定")
    for column, one in enumerate(past, start=5):
        _put_value(ws.cell(number, column), element, one.value if one else None, "固定数")
    value = ws.cell(number, 7)
    _put_value(value, element, cell.value, "填数" if cell.is_editable else "固定数")
    _put(ws.cell(number, 8), layout.one_line_ends(cell.note), "填字" if cell.is_editable else "固定")
    _put(ws.cell(number, 9), _state(sheet, cell), "固定")
    _put(ws.cell(number, 10), str(Stamp.of(cell)), "固定")
    if cell.is_editable:
        _validate(ws, element, value.coordinate)


def _state(sheet: Sheet, cell: Cell) -> str:
    if cell.entry is None or cell.state == "blank":
        return "" if cell.is_editable else "未填，已关闭"
    if cell.state == EntryState.RETURNED:
        return f"{sheet.reviewer(cell)}退回：{cell.entry.return_reason}"
    label = EntryState(cell.state).label
    return f"{label}" if cell.is_editable else f"{label}，已锁定"


# --- A grid ----------------------------------------------------------------------------------------------------------


def _write_grid(book: Workbook, sheet: Sheet, rows: Sequence[Row], identity: Identity, section: Section) -> None:
    elements = list({cell.element.pk: cell.element for row in rows for cell in row.cells}.values())
    ws = book.create_sheet(layout.GRID)
    _write_heading(ws, elements)
    window, title = sheet.asking.window(None, sheet.quarter), f"{section.name}　{sheet.quarter.label}各校填报表"
    _write_top(ws, window, identity, title, 2 + len(elements))
    for offset, element in enumerate(elements, start=3 + len(elements)):
        _put(ws.cell(HEAD, offset), layout.STAMP, "表头")
        _put(ws.cell(HEAD + 1, offset), f"{layout.STAMP} {element.code}", "固定")
        ws.column_dimensions[column_letters(offset)].hidden = True
    for number, row in enumerate(rows, start=HEAD + 2):
        _write_school(ws, number, row, elements)
    last = HEAD + 1 + len(rows)
    for column, element in enumerate(elements, start=3):
        _validate(ws, element, f"{column_letters(column)}{HEAD + 2}:{column_letters(column)}{last}")
    area = f"A1:{column_letters(2 + len(elements))}{last}"
    _finish(ws, f"C{HEAD + 2}", f"{HEAD}:{HEAD + 1}", area)
    _write_last(book.create_sheet(layout.LAST), sheet, rows, elements, area)


def _write_heading(ws: Worksheet, elements: Sequence[Element]) -> None:
    _set_widths(ws, (14, 26, *(16 for _ in elements)))
    for column, (name, code) in enumerate(((layout.UNIT_CODE, layout.CODE), ("学校", "")), start=1):
        _put(ws.cell(HEAD, column), name, "表头")
        _put(ws.cell(HEAD + 1, column), code, "固定")
    for column, element in enumerate(elements, start=3):
        name = f"{element.name}（{element.unit}）" if element.unit else element.name
        _put(ws.cell(HEAD, column), name, "表头")
        _put(ws.cell(HEAD + 1, column), element.code, "固定")
    for number in (HEAD, HEAD + 1):
        _fit(ws, number, 2 + len(elements))


def _write_school(ws: Worksheet, number: int, row: Row, elements: Sequence[Element]) -> None:
    _write_names(ws, number, row)
    ws.row_dimensions[number].height = 20
    by_element = {cell.element.pk: cell for cell in row.cells}
    for column, element in enumerate(elements, start=3):
        cell, place = by_element.get(element.pk), ws.cell(number, column)
        if cell is None:
            _put(place, None, "固定")
            continue
        _put_value(place, element, cell.value, "填数" if cell.is_editable else "固定数")
        _put(ws.cell(number, column + len(elements)), str(Stamp.of(cell)), "固定")


def _write_last(ws: Worksheet, sheet: Sheet, rows: Sequence[Row], elements: Sequence[Element], area: str) -> None:
    _put(ws["A1"], f"上次的数值（{sheet.quarter.label}以前最近一次核定的）", "标题")
    _write_heading(ws, elements)
    for number, row in enumerate(rows, start=HEAD + 2):
        _write_names(ws, number, row)
        by_element = {cell.element.pk: cell for cell in row.cells}
        for column, element in enumerate(elements, start=3):
            cell = by_element.get(element.pk)
            last = cell.last.value if cell and cell.last else None
            _put_value(ws.cell(number, column), element, last, "固定数")
    _finish(ws, f"C{HEAD + 2}", f"{HEAD}:{HEAD + 1}", area)


def _write_names(ws: Worksheet, number: int, row: Row) -> None:
    _put(ws.cell(number, 1), row.unit.code, "固定")
    _put(ws.cell(number, 2), row.unit.name, "固定")


# --- What all sheets share -------------------------------------------------------------------------------------------


def _write_definitions(book: Workbook, sheet: Sheet) -> None:
    ws = book.create_sheet(layout.DEFINITIONS)
    _put(ws["A1"], "填报项的口径", "标题")
    columns = ("编码", "填报项", "填什么", "时期", "计入", "不计入", "示例", "审核科室")
    _set_widths(ws, (18, 28, 24, 18, 40, 40, 20, 16))
    for column, heading in enumerate(columns, start=1):
        _put(ws.cell(HEAD, column), heading, "表头")
    shown = list({cell.element.pk: cell for cell in sheet.cells.values()}.values())
    for number, cell in enumerate(shown, start=HEAD + 1):
        one = cell.element
        period = "季度末的数" if one.period_kind == PeriodKind.STOCK else "上次填报以来发生的数"
        texts = (one.code, one.name, layout.expected(one), period, one.counted, one.not_counted, one.example)
        for column, text in enumerate((*texts, sheet.reviewer(cell)), start=1):
            _put(ws.cell(number, column), text, "固定")
        _fit(ws, number, len(columns))
    _finish(ws, f"C{HEAD + 1}", f"{HEAD}:{HEAD}", f"A1:H{HEAD + len(shown)}")


def _write_top(ws: Worksheet, window: Window, identity: Identity, title: str, columns: int) -> None:
    _put(ws["A1"], title, "标题")
    _put(ws["A2"], layout.MARK, "标识")
    _put(ws["B2"], str(identity), "标识")
    _put(ws["A3"], f"{day(window.due)}截止。{ADVICE}" if window.due else ADVICE, "小字")
    ws.merge_cells(start_row=3, end_row=3, start_column=1, end_column=columns)
    width = sum(ws.column_dimensions[column_letters(column)].width for column in range(1, columns + 1))
    ws.row_dimensions[1].height, ws.row_dimensions[3].height = 24, 14 * _lines(ws["A3"].value, width) + 4


def _set_widths(ws: Worksheet, widths: Iterable[float]) -> None:
    for column, width in enumerate(widths, start=1):
        ws.column_dimensions[column_letters(column)].width = width


def _fit(ws: Worksheet, number: int, columns: int) -> None:
    """Make the row as high as its longest text needs: not every program does so when it opens the file."""
    lines = [
        _lines(text, ws.column_dimensions[column_letters(column)].width)
        for column in range(1, columns + 1)
        if isinstance(text := ws.cell(number, column).value, str)
    ]
    ws.row_dimensions[number].height = 16 * max(lines, default=1) + 6


def _lines(text: str, width: float) -> int:
    """A Chinese character is as wide as two digits."""
    return sum(-(-sum(1 + (letter > "\u2000") for letter in line) // int(width - 1)) or 1 for line in text.splitlines())


def _finish(ws: Worksheet, below: str, repeated: str, area: str) -> None:
    """Locked but for the white cells, its heading in view and on every printed page (A4, landscape, one page wide)."""
    ws.protection.sheet = True
    ws.freeze_panes = below
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", ws.PAPERSIZE_A4
    ws.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.print_title_rows, ws.print_area = repeated, area
    ws.oddFooter.center.text = "第 &P 页，共 &N 页"


def _validate(ws: Worksheet, element: Element, area: str) -> None:
    """The spreadsheet itself refuses what cannot be, in the words that the page would use."""
    rule = DataValidation(allow_blank=True, showErrorMessage=True, showInputMessage=True, **_rule(element))
    rule.promptTitle = rule.errorTitle = element.name[:30]
    rule.error = f"请填{layout.expected(element)}。"
    rule.prompt = rule.error + HINTS.get(ValueType(element.value_type), "")
    rule.add(area)
    ws.add_data_validation(rule)


def _rule(element: Element) -> dict[str, str]:
    if found := layout.choices(element):
        return {"type": "list", "formula1": f'"{",".join(found)}"'}
    if element.value_type == ValueType.DATE:
        return {"type": "date", "operator": "between", "formula1": "DATE(1900,1,1)", "formula2": "DATE(2100,12,31)"}
    lower = -LARGEST if element.lower is None else element.lower
    upper = LARGEST if element.upper is None else element.upper
    kind = "whole" if element.value_type == ValueType.INTEGER else "decimal"
    bounds = [values.shortest(Decimal(bound)) for bound in (lower, upper)]
    return {"type": kind, "operator": "between", "formula1": bounds[0], "formula2": bounds[1]}
