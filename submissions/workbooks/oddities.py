"""What an .xlsx file says of a cell and its text does not: a formula that failed or that nothing has reckoned yet, a
percentage. Each would be taken for something else: a blank, or 0.95 for 95.

Runs in a process of its own (base/bounded.py): imports nothing of ours.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from defusedxml import ElementTree

ERROR = "公式出错（{}）。请改正公式，或直接填数值。"
NOT_RECKONED = "公式还没有算出结果。请用 Excel 或 WPS 打开、保存后再上传，或直接填数值。"
PERCENT = "这一格的格式是百分比（0.95 显示为 95%）。请填原始数，不填百分比，并把格式改为“常规”。"

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""\b(r|s|t)=["']([^"']*)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_QUOTED = re.compile(r'"[^"]*"|\\.')


def odd_cells(content: bytes) -> list[tuple[str, str, str]]:
    """The odd ones: title of the sheet, G5, what is wrong with it in Chinese."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        percents = _percent_styles(package)
        return [
            (title, reference, why)
            for title, part in _sheets(package)
            for reference, why in _odd_in(package.read(part), percents)
        ]


def _odd_in(xml: bytes, percents: set[bytes]) -> Iterator[tuple[str, str]]:
    for attributes, inner in _CELL.findall(xml):
        named = dict(_ATTRIBUTE.findall(attributes))
        kind, found = named.get(b"t", b"n"), _VALUE.search(inner)
        value = found.group(1).strip() if found else b""
        if kind == b"e":
            yield named[b"r"].decode(), ERROR.format(value.decode())
        elif not value and kind != b"str" and _FORMULA.search(inner):
            yield named[b"r"].decode(), NOT_RECKONED
        elif value and kind == b"n" and named.get(b"s") in percents:
            yield named[b"r"].decode(), PERCENT


def _percent_styles(package: zipfile.ZipFile) -> set[bytes]:
    """The numbers of the cell styles that show percentages."""
    if "xl/styles.xml" not in package.namelist():
        return set()
    root = ElementTree.fromstring(package.read("xl/styles.xml"))
    codes = {"9": "0%", "10": "0.00%"}
    codes |= {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    percents = {number for number, code in codes.items() if "%" in _QUOTED.sub("", code)}
    styles = root.iterfind("{*}cellXfs/{*}xf")
    return {str(place).encode() for place, style in enumerate(styles) if style.get("numFmtId") in percents}


def _sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The titles of the sheets, and the parts that hold them."""
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    parts = set(package.namelist())
    for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iterfind("{*}sheets/{*}sheet"):
        link = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        target = targets.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts:
            yield sheet.get("name", ""), part
