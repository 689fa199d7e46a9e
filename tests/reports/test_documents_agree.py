"""Page, Word, PDF, Excel and pack of one edition: the same figures, and no figure by school of a sensitive target."""

import datetime
import html
import io
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from base import clock
from reports.actions import draft
from reports.bulletin.annexes import Kind, annexes_of
from reports.bulletin.outline import outline
from reports.documents import making
from reports.documents.excel import HEAD, figure_of
from reports.measuring import measure
from reports.models import FileKind
from targets.core.model import DISTRICT
from tests import bulletins, factories
from tests.reports.editions import sheets_in, squeezed, tables_in_word, text_in_word
from tests.reports.packs import read_pack
from tests.reports.pages import url
from tests.reports.small import HALF, make_rate, report

pytestmark = pytest.mark.django_db

SECRET = 3517, 8467  # of one school, far behind; the district's sums are other numbers


@pytest.fixture(scope="module")
def issued(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """An edition, its files' bytes by kind, and the page's visible text; nothing of it stays in the database."""
    with clock.pinned(datetime.date(2025, 7, 3)), django_db_blocker.unblock(), transaction.atomic():
        district = factories.make_district()
        factories.make_bureau(district)
        section = factories.make_section(district)
        schools = [factories.make_unit(district, code, name) for code, name in (("p1", "甲小学"), ("p2", "乙小学"))]
        adoption = factories.make_adoption(factories.make_plan(), district)
        rate = make_rate(adoption, section)
        secret = make_rate(adoption, section, "EXAMS", elements="PASSED SAT", sensitive=True)
        for school, known, hidden in zip(schools, ((30, 40), (100, 100)), (SECRET, (2000, 2000)), strict=True):
            report(rate, school, *known)
            report(secret, school, *hidden)
        drafted = draft(measure(adoption, HALF, by=None), by=factories.make_officer(section))
        edition = bulletins.issued(drafted, by=factories.make_director(district))
        files = {kind: made.make(edition, lambda saying: None) for kind, made in making.MAKINGS.items()}
        client = Client()
        client.force_login(factories.make_leader(district))
        page = visible(client.get(url("bulletin", HALF)).content.decode())
        yield SimpleNamespace(edition=edition, files=files, page=page)
        transaction.set_rollback(True)


@pytest.fixture
def edition(issued):
    return issued.edition


@pytest.fixture
def files(issued):
    return issued.files


@pytest.fixture
def page(issued):
    return issued.page


def visible(raw):
    raw = re.sub(r"<script.*?</script>|<title>.*?</title>", " ", raw, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", raw))


def tables_of(edition):
    """Of each annex the rows of figures as printed: those of the content, and no others."""
    return [[list(line.cells) for line in one.table.lines] for one in annexes_of(edition.content)]


def test_every_figure_is_the_same_in_all_five(edition, files, page):
    tables = tables_of(edition)
    assert [len(table) for table in tables] == [2, 2, 2, 1]

    word = [[row for row in table[1:] if len(row) > 1] for table in tables_in_word(files[FileKind.WORD])]
    assert [[row for row in table if row[0] != "合计"] for table in word] == tables

    rows = [line for table in tables for line in table]
    shown, printed = squeezed(page), squeezed(text_of_pdf(files[FileKind.PDF]))
    for cells in rows:
        assert squeezed("".join(cells)) in shown
        assert squeezed("".join(cells)) in printed

    for one, sheet in zip(annexes_of(edition.content), sheets_in(files[FileKind.EXCEL]).values(), strict=True):
        kinds = [column.kind for column in one.table.columns]
        filled = [row[-len(kinds) :] for row in sheet[HEAD : HEAD + len(one.table.lines)]]
        assert filled == [
            [number_in(*cell) for cell in zip(line.cells, kinds, strict=True)] for line in one.table.lines
        ]


def number_in(text, kind):
    """As a spreadsheet holds it."""
    figure = figure_of(text) if kind == Kind.NUMBER else None
    return figure.number if figure else text


def test_the_prose_is_the_same_in_page_word_and_pdf(edition, files, page):
    blocks = [block.text for part in outline(edition.content) for block in part.blocks]
    for text in (page, text_in_word(files[FileKind.WORD]), text_of_pdf(files[FileKind.PDF])):
        found = re.sub(r"—\d+—", "", squeezed(text))
        assert [block for block in blocks if squeezed(block) not in found] == []


def test_the_pack_holds_the_numbers_behind_the_figures(edition, files):
    results = {
        row["target_code"]: row for row in read_pack(files[FileKind.PACK])["results"] if row["scope"] == DISTRICT
    }
    rows = [row for action in edition.content["actions"] for row in action["rows"]]
    assert {row["code"] for row in rows} == set(results)
    for row in rows:
        assert float(results[row["code"]]["value"]) == pytest.approx(row["number"])
        assert float(results[row["code"]]["units_fresh"]) == row["units_fresh"]
        assert f"{row['number']:.1f}%" == row["value"]


def test_planted_figures_of_a_sensitive_target_are_in_none(edition, files, page):
    planted = [str(number) for number in SECRET] + [f"{100 * SECRET[0] / SECRET[1]:.1f}"]
    everything = [page, str(edition.content), text_of_pdf(files[FileKind.PDF])]
    everything += [
        str(tables_in_word(files[kind])) + text_in_word(files[kind]) for kind in (FileKind.WORD, FileKind.OA)
    ]
    everything += [str(sheets_in(files[FileKind.EXCEL])), str(read_pack(files[FileKind.PACK]))]
    assert [one for one in planted for text in everything if one in text] == []


def test_excel_has_numbers_formats_filters_and_print_set_up(files):
    book = load_workbook(io.BytesIO(files[FileKind.EXCEL]))
    sheet = book.worksheets[0]
    value = next(row for row in sheet.iter_rows(min_row=HEAD + 1) if row[1].value == "TRAINING率")[6]
    assert (value.value, value.number_format) == (92.9, '#,##0.0"%"')
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C4", "A3:K5")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows) == (
        "landscape",
        9,
        "$3:$3",
    )
    assert sheet.column_dimensions["B"].width > 20
    assert [one.title for one in book] == [
        "附件1 目标完成情况表",
        "附件2 各校目标完成情况表",
        "附件3 数据报送质量表",
        "附件4 整改台账",
    ]


def text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
