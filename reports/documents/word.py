"""A letter (an edition, a notice) as a Word document by GB/T 9704-2012 (党政机关公文格式), ready to be signed. Number,
seal and copies are the office's own: places are left for them. Without its red head it is for the office's OA, which
sets its own.

Sizes that are not given by the standard follow from it: 22 lines of 28 characters fill 225 × 156 mm.
"""

import datetime
import io
from collections.abc import Mapping
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.section import Section
from docx.shared import Emu

from base.templatetags.quarters import day
from reports.bulletin.annexes import Annexed
from reports.bulletin.outline import BODY, title_lines, width_of
from reports.documents import word_parts as parts
from reports.documents.letter import Letter, letter_of
from reports.documents.text import printable
from reports.documents.word_parts import MM, Sheet, paragraph
from reports.documents.word_styles import set_styles

Content = Mapping[str, Any]

TITLE_WIDTH = 20  # characters of size 2 (22 pt) that a line of 156 mm holds
MANY_LINES = 4  # of a title; a longer one is set in a smaller size, so that the first page still shows text
SMALL_TITLE_WIDTH = 27
GAP = ""  # an empty line


def word_document(content: Content, *, red_head: bool = True) -> bytes:
    """The .docx file. ``content``: an edition's."""
    return written(letter_of(printable(content)), red_head=red_head)


def written(letter: Letter, *, red_head: bool = True) -> bytes:
    """The .docx file of any letter."""
    document = Document()
    set_styles(document)
    _describe(document, letter)
    Writer(document, letter, red_head).write()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _describe(document: Docx, letter: Letter) -> None:
    """What a file manager shows: whose it is, of when."""
    properties = document.core_properties
    properties.title, properties.author = letter.title[:255], letter.office[:255]
    properties.last_modified_by, properties.comments = letter.office[:255], ""
    properties.created = properties.modified = datetime.datetime.combine(letter.date, datetime.time())
    properties.language = "zh-CN"


class Writer:
    """Writes one document from top to bottom."""

    def __init__(self, document: Docx, letter: Letter, red_head: bool) -> None:
        self.document, self.letter, self.annexes, self.red_head = document, letter, letter.annexes, red_head
        self.body = document.element.body

    def write(self) -> None:
        self.document.settings.odd_and_even_pages_header_footer = True
        self._set_up(self.document.sections[0], landscape=False)
        if self.red_head:
            self._red_head()
        self._title()
        self._text()
        self._annex_note()
        self._signature()
        for annexed in self.annexes:
            self._annex(annexed)
        if self.red_head:
            self._colophon()

    # --- Pages ----------------------------------------------------------------------------------------------------

    def _set_up(self, section: Section, *, landscape: bool) -> None:
        """Paper, margins, grid, and page numbers of their own."""
        sheet = Sheet.of(landscape)
        section.page_width, section.page_height = Emu(sheet.width * MM), Emu(sheet.height * MM)
        section.orientation = sheet.orientation
        section.top_margin, section.right_margin = Emu(sheet.top * MM), Emu(sheet.right * MM)
        section.bottom_margin, section.left_margin = Emu(sheet.bottom * MM), Emu(sheet.left * MM)
        section.header_distance, section.footer_distance = Emu(15 * MM), Emu(int(parts.FOOTER_DISTANCE * MM))
        parts.set_grid(section, landscape=landscape)
        for footer, is_odd in ((section.footer, True), (section.even_page_footer, False)):
            footer.is_linked_to_previous = False
            for old in list(footer._element):
                footer._element.remove(old)
            for made in parts.page_number(is_odd=is_odd, landscape=landscape):
                footer._element.append(made)

    def _new_section(self, *, landscape: bool) -> None:
        """Begin on a new page."""
        was_landscape = self.document.sections[-1].orientation == Sheet.of(True).orientation
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        self.document.paragraphs[-1]._p.get_or_add_pPr().style = parts.IDS["分节"]
        if landscape != was_landscape:
            self._set_up(section, landscape=landscape)

    # --- Head -----------------------------------------------------------------------------------------------------

    def _red_head(self) -> None:
        self._add(parts.masthead(self.letter.masthead))
        self._add(*(paragraph(GAP, "正文") for _ in range(2)))
        self._add(parts.red_rule(self.letter.number))
        self._add(*(paragraph(GAP, "正文") for _ in range(2)))

    def _title(self) -> None:
        letter = self.letter
        lines, style = title_lines(letter.title, letter.unbroken, TITLE_WIDTH), "公文标题"
        if len(lines) > MANY_LINES:
            lines, style = title_lines(letter.title, letter.unbroken, SMALL_TITLE_WIDTH), "公文长标题"
        self._add(paragraph("\n".join(lines), style), paragraph(GAP, "正文"))
        self._add(paragraph(f"{letter.addressees}：", "主送"))
        for note in letter.opening:
            self._add(paragraph(note, parts.LEVELS[BODY]))

    # --- Text -----------------------------------------------------------------------------------------------------

    def _text(self) -> None:
        for part in self.letter.parts:
            self._add(paragraph(part.heading, parts.LEVELS[1]))
            self._add(*(paragraph(block.text, parts.LEVELS[block.level]) for block in part.blocks))
        parts.keep_with_next(self.body[-2])  # the last one before the section's own properties

    def _annex_note(self) -> None:
        """附件：1.…: one line below the text, two characters in; names end without a sign."""
        if not self.annexes:
            return
        self._add(paragraph(GAP, "正文", keep=True))
        for annexed in self.annexes:
            number = f"{annexed.number}." if len(self.annexes) > 1 else ""
            first = annexed is self.annexes[0]
            label = f"附件：{number}" if first else number
            self._add(paragraph(f"{label}{annexed.annex.title}", "附件说明" if first else "附件说明续", keep=True))

    def _signature(self) -> None:
        """A place for the seal: the date four characters from the right, the office centred above it."""
        office, date = self.letter.office, day(self.letter.date)
        long, short = width_of(office), width_of(date)
        right = max(4.0, (long - short) / 2)
        self._add(*(paragraph(GAP, "正文", keep=True) for _ in range(2)))
        self._add(paragraph(office, "落款", right=right + (short - long) / 2, keep=True))
        self._add(paragraph(date, "落款", right=right))

    # --- Annexes --------------------------------------------------------------------------------------------------

    def _annex(self, annexed: Annexed) -> None:
        self._new_section(landscape=annexed.annex.landscape)
        self._add(paragraph(annexed.label, "附件序号"), paragraph(GAP, "正文"))
        self._add(paragraph(annexed.annex.title, "附件标题"))
        if annexed.table.note:
            self._add(paragraph(f"注：{annexed.table.note}", "表注"))
        self._add(parts.table(annexed.table, Sheet.of(annexed.annex.landscape).text_width))

    def _colophon(self) -> None:
        """版记: on the last page, at its lower edge; upright."""
        if self.annexes and self.annexes[-1].annex.landscape:
            self._new_section(landscape=False)
        self._add(parts.colophon(self.letter.office, day(self.letter.date)))

    def _add(self, *made: Any) -> None:
        """At the end, before the section's properties."""
        for one in made:
            self.body.insert(len(self.body) - 1, parse_xml(one) if isinstance(one, str) else one)
