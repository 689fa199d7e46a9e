"""An edition's content for tests of its files, and what a reader finds in each of them."""

import copy
import io
import json
import re
from typing import Any

from docx import Document
from openpyxl import load_workbook

from base.quarters import Period
from reports.bulletin.content import content_of
from reports.measuring import measure
from tasks.models import Adoption

EDITION = {"number": 1, "date": "2025-07-10", "by": "王局长", "sources": ""}


def content_in(adoption: Adoption) -> dict[str, Any]:
    """As it comes back from the database."""
    for period in ("2024H2", "2025H1"):
        measurement = measure(adoption, Period.parse(period), by=None)
    return json.loads(json.dumps(content_of(measurement))) | {"edition": dict(EDITION)}


def hostile(content: dict[str, Any]) -> dict[str, Any]:
    """Names that are markup, formulas, or hold what no document takes; a title of 200 characters."""
    content = copy.deepcopy(content)
    content["head"] |= {"title": "关于" + "很长的标题" * 39 + "通报", "office": "<b>局</b>&amp;"}
    content["actions"][0]["rows"][0]["name"] = '=HYPERLINK("http://x")<script>alert(1)</script>'
    content["actions"][0]["rows"][1]["name"] = "坏\x0b字\ufffe符\ud800"
    content["schools"][0]["name"] = "+1&<w:br/>"
    return content


def tables_in_word(content: bytes) -> list[list[list[str]]]:
    """Of each table the rows' cells; a heading of a group counts once."""
    return [
        [list(dict.fromkeys(cell.text for cell in row.cells)) if _is_group(row) else [c.text for c in row.cells]
         for row in table.rows]
        for table in Document(io.BytesIO(content)).tables
    ]  # fmt: skip


def _is_group(row: Any) -> bool:
    return len(row._tr.tc_lst) == 1


def text_in_word(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def sheets_in(content: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def squeezed(text: str) -> str:
    """Without the spaces and line ends that a layout puts in."""
    return re.sub(r"\s+", "", text)
