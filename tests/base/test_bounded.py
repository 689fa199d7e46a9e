"""Files made to exhaust whoever reads them: each is refused in time, and this process hardly grows."""

import io
import time
import zipfile
from contextlib import suppress

import openpyxl
import pytest
import xlwt

from base import workbooks
from base.bounded import Refused, bounded
from submissions.workbooks import oddities
from tests.fuzz.watch import peak

pytestmark = pytest.mark.security

SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"


def package(**changed: bytes) -> bytes:
    """A small .xlsx with parts replaced: ``sheet``, ``strings``, ``book``."""
    made, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(made)
    new = {{"sheet": SHEET, "strings": STRINGS, "book": BOOK}[name]: content for name, content in changed.items()}
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in {*old.namelist(), *new}:
            packed.writestr(name, new.get(name) or old.read(name))
    return out.getvalue()


def sheet(inside: bytes) -> bytes:
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (namespace, inside)


def laughs() -> bytes:
    """A hundred bytes that stand for a hundred gigabytes."""
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE w [<!ENTITY a0 "%s">%s]><workbook>&a9;</workbook>' % (b"x" * 100, entities)


def lying() -> bytes:
    """Says that a part holds ten bytes; it holds a hundred megabytes."""
    content = package(strings=b"<sst><si><t>" + b"x" * 100_000_000 + b"</t></si></sst>")
    return content.replace((100_000_000 + 27).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def old_corner() -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    book.add_sheet("a").write(65535, 255, "x")
    book.save(out)
    return out.getvalue()


BOMBS = {
    "zip bomb": lambda: package(sheet=sheet(b""), strings=bytes(150_000_000)),
    "part that lies about its size": lying,
    "ten million rows claimed": lambda: package(sheet=sheet(b'<row r="10000000"><c r="A10000000"><v>1</v></c></row>')),
    "four million rows without a number": lambda: package(sheet=sheet(b"<row><c><v>1</v></c></row>" * 4_000_000)),
    "a long text shown 300,000 times": lambda: package(
        sheet=sheet(b'<row><c t="s"><v>0</v></c></row>' * 300_000),
        strings=b"<sst><si><t>" + b"x" * 100_000 + b"</t></si></sst>",
    ),
    "old workbook with its last corner filled": old_corner,
    "a zip of zeros": lambda: b"PK\x03\x04" + bytes(10_000_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_time_and_memory(name):
    content = BOMBS[name]()
    with peak() as grown, pytest.raises(Refused):
        bounded(workbooks.sheets, content)
    assert (grown.seconds < 5, grown.megabytes < 100) == (True, True), grown


@pytest.mark.parametrize("inside", [b'<!--%s--><row r="1"/>' % (b'<c r="A1">' * 1_000_000), b"<c " * 1_000_000])
def test_what_makes_a_pattern_search_for_hours_is_given_up(inside):
    with peak() as grown, suppress(Refused):
        bounded(oddities.odd_cells, package(sheet=sheet(inside)))
    assert grown.seconds < 5


def test_entities_are_not_unfolded():
    assert bounded(workbooks.sheets, package(book=laughs())) == []
    with pytest.raises(Refused, match="打不开"):
        bounded(oddities.odd_cells, package(book=laughs()))


def raise_something(content: bytes) -> None:
    raise ZeroDivisionError


def waits_for_long(content: bytes) -> None:
    time.sleep(60)


def test_what_nobody_foresaw_is_a_refusal_and_in_the_log(caplog):
    with pytest.raises(Refused, match="打不开"):
        bounded(raise_something, b"")
    assert "ZeroDivisionError" in caplog.text


def test_waiting_ends(monkeypatch):
    monkeypatch.setattr("base.bounded.SECONDS", 0.5)
    with pytest.raises(Refused, match="没有读完"):
        bounded(waits_for_long, b"")
