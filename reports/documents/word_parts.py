"""The pieces of a Word document, as XML: paragraphs, tables, page numbers, red head, 版记."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section

from reports.bulletin.annexes import Kind, Line, Table
from reports.bulletin.outline import width_of
from reports.documents.word_styles import IDS, LINE, RED, STYLES

MM = 36000  # EMU
TWIPS = 56.6929  # a millimetre
A4 = 210, 297
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26  # mm: 天头, 下白边, 订口, 右白边; between them 版心, 225 × 156
TEXT_WIDTH = 156
CHAR_SPACE = -848  # of 4096 to a point: 28 characters of 16 pt to a line
NUMBER_SIZE = 14  # pt, size 4, for page numbers
RULE = 7  # mm from 版心 down to the dash of the page number
LETTER = NUMBER_SIZE * 25.4 / 72  # mm, a character of it
FOOTER_DISTANCE = BOTTOM - RULE - LETTER / 2  # mm: the dash runs through the middle of its line
HEAD_TOP = 35  # mm from the top of 版心 to the upper edge of the red head
COLOPHON_ROW = 480  # twips
MOST_HEAD = 48  # pt; no larger than the head of a superior office
LEVELS = {0: "段落", 1: "一级标题", 2: "二级标题", 3: "三级标题", 4: "四级标题"}
STYLE_OF = {style.name: style for style in STYLES}


@dataclass(frozen=True)
class Sheet:
    """A page and its margins, mm. A wide one is the upright one lying on its right side: its head at the binding edge
    of odd pages, at the fore edge of even ones (GB/T 9704-2012, 7.3.6)."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    orientation: WD_ORIENT

    @staticmethod
    @cache
    def of(landscape: bool) -> "Sheet":
        if landscape:
            return Sheet(A4[1], A4[0], LEFT, TOP, RIGHT, BOTTOM, WD_ORIENT.LANDSCAPE)
        return Sheet(*A4, TOP, RIGHT, BOTTOM, LEFT, WD_ORIENT.PORTRAIT)

    @property
    def text_width(self) -> int:
        return self.width - self.left - self.right


def set_grid(section: Section, *, landscape: bool) -> None:
    """22 lines of 28 characters; the lines alone on a wide page."""
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines" if landscape else "linesAndChars")
    grid.set(qn("w:linePitch"), str(LINE))
    if not landscape:
        grid.set(qn("w:charSpace"), str(CHAR_SPACE))
    properties.append(grid)


def paragraph(text: str, style: str, *, right: float = 0, keep: bool = False) -> str:
    """``\\n`` breaks a line; ``right``: characters from the right; ``keep``: on one page with what follows."""
    kept = "<w:keepNext/>" if keep else ""
    size = STYLE_OF[style].size * 20
    indent = f'<w:ind w:rightChars="{round(right * 100)}" w:right="{round(right * size)}"/>' if right else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n") if line)
    run = f"<w:r>{lines}</w:r>" if lines else ""
    return f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{IDS[style]}"/>{kept}{indent}</w:pPr>{run}</w:p>'


def keep_with_next(element: Any) -> None:
    properties = element.get_or_add_pPr()
    properties.insert(1, OxmlElement("w:keepNext"))


# --- Head and end ----------------------------------------------------------------------------------------------------


def masthead(name: str) -> str:
    """As large as the width allows; its upper edge 35 mm below that of 版心."""
    size = min(MOST_HEAD, int(TEXT_WIDTH / 25.4 * 72 / max(width_of(name), 1)))
    before = round(HEAD_TOP * TWIPS)
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{IDS["发文机关标志"]}"/>'
        f'<w:spacing w:before="{before}" w:after="0" w:line="{size * 20}" w:lineRule="exact"/></w:pPr>'
        f'<w:r><w:rPr><w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/></w:rPr>'
        f"<w:t>{escape(name)}</w:t></w:r></w:p>"
    )


def red_rule(number: str) -> str:
    """The document's number with the red rule 4 mm below it, as wide as 版心."""
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{IDS["发文字号"]}"/><w:pBdr>'
        f'<w:bottom w:val="single" w:sz="12" w:space="11" w:color="{RED}"/></w:pBdr></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(number)}</w:t></w:r></w:p>'
    )


def colophon(office: str, date: str) -> str:
    """版记 without copies, which the office adds: who prints it and when, between rules of 0.35 mm and 0.25 mm, the
    last of them on the lower edge of 版心, however much text stands above."""
    edge = '<w:{0} w:val="single" w:sz="{1}" w:space="0" w:color="000000"/>'
    edges = f"<w:pBdr>{edge.format('top', 8)}{edge.format('bottom', 8)}{edge.format('between', 6)}</w:pBdr>"
    indent = NUMBER_SIZE * 20
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{round(TEXT_WIDTH * TWIPS) - indent}"/></w:tabs>'
    rows = (("抄送：", ""), (office, f"{date}印发"))
    inside = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{IDS["版记"]}"/>{edges}{tab}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">　{escape(left)}</w:t></w:r>'
        f"{_TAB.format(escape(right)) if right else ''}</w:p>"
        for left, right in rows
    )
    height = COLOPHON_ROW * len(rows) / 20 / 72 * 25.4 + 0.6  # mm, the rules included
    return _box(inside, (LEFT, A4[1] - BOTTOM - height), (TEXT_WIDTH, height), wrap="<wp:wrapTopAndBottom/>")


_TAB = "<w:r><w:tab/></w:r><w:r><w:t>{0}</w:t></w:r>"


# --- Page numbers ----------------------------------------------------------------------------------------------------


def page_number(*, is_odd: bool, landscape: bool) -> Iterator[Any]:
    """— 1 — in size 4: on odd pages to the right, on even ones to the left, one character in. On a wide page it stands
    where it would on the upright sheet, turned with it."""
    jc = "right" if is_odd else "left"
    indent = round(LETTER * TWIPS)
    numbered = (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{IDS["页码"]}"/><w:ind w:left="{indent}" w:right="{indent}"/>'
        f'<w:jc w:val="{jc}"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>{_FIELD}'
        f'<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )
    yield parse_xml(_turned(numbered) if landscape else numbered)


_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_SHAPES = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def _turned(inside: str) -> str:
    """A box as long as 版心 is wide, upright at the left of a wide page: the lower edge of the sheet."""
    thick = LETTER * 1.4
    return _box(inside, (BOTTOM - RULE - thick / 2, LEFT), (thick, TEXT_WIDTH), vert="vert")


def _box(
    inside: str,
    at: tuple[float, float],
    size: tuple[float, float],
    *,
    vert: str = "horz",
    wrap: str = "<wp:wrapNone/>",
) -> str:
    """A paragraph that anchors a box without edges; its place on the page and its size in mm."""
    (x, y), (cx, cy) = (tuple(round(one * MM) for one in pair) for pair in (at, size))
    return (
        f'<w:p {nsdecls("w")} {_SHAPES}><w:pPr><w:pStyle w:val="{IDS["分节"]}"/></w:pPr><w:r><mc:AlternateContent>'
        f'<mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0"'
        f' relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{cx}" cy="{cy}"/>{wrap}<wp:docPr id="1" name="文本框"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>"
        f'<wps:bodyPr vert="{vert}" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"/></wps:wsp>'
        f"</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>"
    )


# --- Tables ----------------------------------------------------------------------------------------------------------


def table(made: Table, width: int) -> Any:
    """As wide as the text (``width`` mm), its heading repeated on every page, no line torn between two."""
    wide, shares = round(width * TWIPS), sum(column.width for column in made.columns)
    widths = [wide * column.width // shares for column in made.columns]
    widths[-1] += wide - sum(widths)
    kinds = [column.kind for column in made.columns]
    rows = [_row([column.title for column in made.columns], widths, ["表头"] * len(kinds), is_head=True)]
    for group, lines in made.groups:
        if group:
            rows.append(_group(group, wide, len(kinds)))
        rows += (_line(line, widths, kinds) for line in lines)
    if made.total:
        rows.append(_line(made.total, widths, kinds))
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{wide}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>{_margins(70)}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _margins(side: int) -> str:
    """The room within a cell, twips."""
    return (
        f'<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="{side}" w:type="dxa"/>'
        f'<w:bottom w:w="20" w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar>'
    )


def _line(line: Line, widths: list[int], kinds: list[Kind]) -> str:
    return _row(list(line.cells), widths, [f"表格{kind.value}" for kind in kinds])


def _row(cells: list[str], widths: list[int], styles: list[str], *, is_head: bool = False) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>" + "".join(map(_cell, cells, widths, styles)) + "</w:tr>"


def _group(name: str, wide: int, columns: int) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>'
        f'<w:gridSpan w:val="{columns}"/><w:vAlign w:val="center"/></w:tcPr>{_words(name, "表格组")}</w:tc></w:tr>'
    )


def _cell(text: str, width: int, style: str) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_words(text, style)}</w:tc>"
    )


def _words(text: str, style: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{IDS[style]}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
