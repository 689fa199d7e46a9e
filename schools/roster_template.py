"""The spreadsheet in which accounts are listed for import: headings, a list of roles, the codes on a second sheet."""

import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from base.tables import put_text
from schools.forms import schools_of
from schools.models import District, Role
from schools.roster import COLUMNS, MOST_ROWS, ROLE

WIDTHS = {"姓名": 14, "登录名": 20, "角色": 18, "单位代码": 14, "电子邮件": 28}
CODES, ROLES = "代码", "角色"


def template(district: District) -> bytes:
    """An .xlsx; what stands in it is data and never a formula."""
    book = Workbook()
    people = book.active
    people.title = "人员"
    _head(people, COLUMNS)
    for place, column in enumerate(COLUMNS):
        dimension = people.column_dimensions[chr(ord("A") + place)]
        dimension.width, dimension.number_format = WIDTHS[column], "@"  # a code or a telephone number keeps its zeros
    _codes(book.create_sheet(CODES), district)
    roles = _roles(book.create_sheet(ROLES))
    choice = DataValidation("list", formula1=roles, allow_blank=True, errorTitle="角色", error="请从下拉列表里选。")
    people.add_data_validation(choice)
    letter = chr(ord("A") + COLUMNS.index(ROLE))
    choice.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _codes(sheet: Worksheet, district: District) -> None:
    _head(sheet, ("单位代码", "名称", "类别"))
    places = [(unit.code, unit.name, "学校") for unit in schools_of([district])]
    places += [(section.code, section.name, "科室") for section in district.sections.all()]
    for number, place in enumerate(places, start=2):
        for column, text in enumerate(place, start=1):
            put_text(sheet.cell(number, column), text)
    for letter, width in zip("ABC", (14, 32, 10), strict=True):
        sheet.column_dimensions[letter].width = width


def _roles(sheet: Worksheet) -> str:
    """Writes the roles; where they stand, for a drop-down."""
    _head(sheet, ("角色", "单位代码填什么"))
    wanted = {Role.CLERK: "学校代码", Role.PRINCIPAL: "学校代码", Role.OFFICER: "科室代码"}
    for number, role in enumerate(Role, start=2):
        put_text(sheet.cell(number, 1), str(role.label))
        put_text(sheet.cell(number, 2), wanted.get(role, "留空"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 18
    return f"'{ROLES}'!$A$2:$A${len(Role) + 1}"


def _head(sheet: Worksheet, titles: tuple[str, ...]) -> None:
    for column, title in enumerate(titles, start=1):
        cell = sheet.cell(1, column)
        put_text(cell, title)
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
