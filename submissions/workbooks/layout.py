"""What our workbooks look like, apart from any library.

A school's form and the bureau's own figures are a *list*, an item a row; the schools of a section are a *grid*, a
school a row and an item a column. Each such sheet carries two things that bring it home, whatever it has been saved as
(.xlsx, .xls, .csv): a line that says whose it is, and in hidden columns what stood in each cell when it was downloaded.
"""

import hashlib
import json
from decimal import Decimal
from typing import NamedTuple, Self

from base.quarters import Quarter
from submissions.cells import Cell
from submissions.sheets import Sheet
from targets import values
from targets.models import Element, ValueType, Verdict

FORMAT = 1  # of the sheets themselves; a newer one refuses older files
SCHOOL, SECTION = "school", "section"
MARK = "标识"
CODE, NAME, VALUE, NOTE, STAMP = "编码", "填报项", "本次（请填）", "说明", "版本"
LIST_COLUMNS = ("任务", CODE, NAME, "单位", "上次", "去年同期", VALUE, NOTE, "状态", STAMP)
UNIT_CODE = "学校代码"
LIST, GRID, LAST, DEFINITIONS = "填报表", "各校", "上次", "口径"
BUREAU = "全区"
YES, NO = "是", "否"


class Place(NamedTuple):
    sheet: str  # "" for a .csv file
    cell: str  # G5

    def __str__(self) -> str:
        return f"{self.sheet} {self.cell}".strip()


class Identity(NamedTuple):
    """Whose a sheet is. ``unit`` is whose items the list of a section's workbook holds."""

    scope: str
    district: str
    place: str  # the code of the school or the section
    quarter: Quarter
    version: str
    unit: str = ""

    def __str__(self) -> str:
        return "/".join(str(part) for part in self)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        scope, district, place, quarter, version, unit = text.split("/")
        return cls(scope, district, place, Quarter.parse(quarter), version, unit)


class Stamp(NamedTuple):
    """What stood in a cell when it was downloaded."""

    version: int
    text: str
    note: str

    def __str__(self) -> str:
        return f"v{self.version}|{self.text}|{self.note}"

    @classmethod
    def of(cls, cell: Cell) -> Self:
        return cls(cell.version, written(cell.element, cell.value), one_line_ends(cell.note))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        version, value, note = text.split("|", 2)
        if version[:1] != "v" or not version[1:].isdecimal() or len(version) > 10:
            raise ValueError(text)
        return cls(int(version[1:]), value, one_line_ends(note))


def version_of(sheet: Sheet) -> str:
    """A digest of what the workbook asks and of the definitions that it serves: when these change, a file that was
    downloaded before is out of date."""
    elements = dict.fromkeys(cell.element for cell in sheet.cells.values())
    asked = {element.pk for element in elements}
    served = [
        (use.target_id, use.since)
        for use in sheet.asking.uses(sheet.quarter)
        if asked.intersection(pk for ids in use.parts.values() for pk in ids)
    ]
    told = [FORMAT, served, [[str(getattr(element, name)) for name in _TOLD] for element in elements]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:12]


_TOLD = ("code", "name", "unit", "value_type", "lower", "upper", "period_kind", "counted", "not_counted")


def written(element: Element, value: Decimal | None) -> str:
    """A value as a cell shows it and as it is read back: 1234, 是, 2025-06-30, 正常推进."""
    if element.value_type in (ValueType.BOOLEAN, ValueType.VERDICT):
        return values.display(element, value)
    return values.plain(element, value)


def choices(element: Element) -> list[str]:
    """What may be chosen, if it is a matter of choosing."""
    if element.value_type == ValueType.BOOLEAN:
        return [YES, NO]
    return [str(label) for label in Verdict.labels] if element.value_type == ValueType.VERDICT else []


def expected(element: Element) -> str:
    """What belongs into a cell: 整数，0 至 900（人）."""
    match element.value_type:
        case ValueType.BOOLEAN | ValueType.VERDICT:
            words = "、".join(choices(element)) + "之一"
        case ValueType.DATE:
            words = "日期，如 2025-06-30"
        case ValueType.INTEGER:
            words = "整数" + _bounds(element)
        case _:
            words = "数字" + _bounds(element)
    return f"{words}（{element.unit}）" if element.unit else words


def _bounds(element: Element) -> str:
    lower, upper = (None if bound is None else values.shortest(bound) for bound in (element.lower, element.upper))
    if lower is None or upper is None:
        return f"，不小于 {lower}" if lower is not None else f"，不大于 {upper}" if upper is not None else ""
    return f"，{lower} 至 {upper}"


def one_line_ends(text: str) -> str:
    """Browsers and spreadsheets end lines in different ways."""
    return "\n".join(text.strip().splitlines())


def column_letters(number: int) -> str:
    """1 → A, 28 → AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
