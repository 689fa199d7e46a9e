"""The papers of an edition: measuring plus drafting, Word, PDF and Excel, for 60 and for 1,000 schools. Ratios: time
and memory of 1,000 schools against 60; time of Word and Excel against writing as many cells bare. Seconds and megabytes
are said beside. Each is made in a process of its own, so that none hides another's memory (Linux tells it).

    python bench/documents.py --json FILE
"""

import copy
import io
import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

from common import Line, line, memory, ratio, run, say, timed

GROWN = 1000
PERIOD = "2025H1"
AIM = 17  # 1,000 / 60
RUNS = {60: 3, GROWN: 2}  # the fastest counts
PAIRS = 7


class Taken(NamedTuple):
    """``memory``: by how many megabytes the process grew at its peak, over what Python and Django take."""

    seconds: float
    memory: float


def measured() -> list[Line]:
    contents, lines = {}, []
    taken: dict[str, dict[int, Taken]] = {"measuring and drafting": {}, "Word": {}, "Excel": {}, "PDF": {}}
    for schools in (60, GROWN):
        if schools == GROWN:
            multiply()
        contents[schools], taken["measuring and drafting"][schools] = apart(drafted, schools)
        for name in list(taken)[1:]:
            taken[name][schools] = apart(made, name, contents[schools], schools)
        for name, found in taken.items():
            say(f"{name}, {schools} schools: {found[schools].seconds:.2f} s, {found[schools].memory:.0f} MB")
    for name, found in taken.items():
        small, large = found[60], found[GROWN]
        lines.append(line(f"{name}, time of 1,000 schools against 60", large.seconds / small.seconds, AIM))
        lines.append(line(f"{name}, memory of 1,000 schools against 60", large.memory / small.memory, AIM))
    word, excel = apart(against, "Word", contents[60]), apart(against, "Excel", contents[GROWN])
    lines.append(line("Word, against python-docx writing as many cells and paragraphs", word, 2))
    lines.append(line("Excel, against openpyxl's write-only mode writing as many cells", excel, 2))
    return lines


def apart(work: Callable[..., Any], *args: Any) -> Any:
    """What ``work`` returns, in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args).result()


def drafted(schools: int) -> tuple[Any, Taken]:
    """The content of an edition, measured and drafted."""
    start()
    from base.quarters import Period
    from reports.bulletin.content import content_of
    from reports.measuring import measure
    from tasks.models import Adoption

    contents = []

    def work() -> None:
        adoption = Adoption.objects.select_related("plan", "district").get()
        contents[:] = [content_of(measure(adoption, Period.parse(PERIOD), by=None))]

    found = take(work, RUNS[schools])
    edition = {"number": 1, "date": "2025-07-10", "by": "局领导", "sources": ""}
    return json.loads(json.dumps(contents[0])) | {"edition": edition}, found


def made(name: str, content: Any, schools: int) -> Taken:
    start()
    make = makers()[name]
    return take(lambda: make(content), RUNS[schools])


def against(name: str, content: Any) -> float:
    """The time that making takes against the same cells written bare."""
    start()
    make, least = makers()[name], {"Word": bare_word, "Excel": bare_excel}[name](content)
    return ratio(lambda: make(content), least, PAIRS)


def start() -> None:
    import django

    django.setup()


def take(work: Callable[[], object], runs: int) -> Taken:
    before = memory("VmRSS")
    first, peak = timed(work), memory("VmHWM")
    return Taken(min([first, *(timed(work) for _ in range(runs - 1))]), peak - before)


def makers() -> dict[str, Callable[[Any], bytes]]:
    from reports.bulletin_page import Paper
    from reports.documents.excel import workbook
    from reports.documents.pdf import pdf
    from reports.documents.word import word_document
    from reports.models import Bulletin, Edition

    def draw(content: Any) -> bytes:
        return pdf(Paper(Bulletin(), content, Edition(number=1, content=content, checksum="0" * 64)))

    return {"Word": word_document, "Excel": workbook, "PDF": draw}


def multiply() -> None:
    """Copies of the schools with their facts and entries, until there are 1,000."""
    from django.db import transaction

    from schools.models import Unit
    from submissions.models import Entry

    schools = list(Unit.objects.filter(kind="school").with_facts())
    with transaction.atomic():
        for number in range(GROWN - len(schools)):
            old = schools[number % len(schools)]
            new = copy.copy(old)
            new.pk, new.code, new.successor = None, f"{old.code}-{number}", None
            new._state = copy.copy(old._state)
            new.save(force_insert=True)
            for rows in (list(old.facts.all()), list(Entry.objects.filter(unit=old))):
                for row in rows:
                    row.pk, row.unit = None, new
                type(rows[0]).objects.bulk_create(rows) if rows else None
            old._prefetched_objects_cache = {}


def bare_word(content: Any) -> Callable[[], None]:
    """A document with tables of the same size and as many paragraphs, as python-docx writes them."""
    from docx import Document

    from reports.bulletin.annexes import annexes_of
    from reports.bulletin.outline import outline

    tables = [one.table for one in annexes_of(content)]
    texts = [block.text for part in outline(content) for block in part.blocks]

    def write() -> None:
        document = Document()
        for text in texts:
            document.add_paragraph(text)
        for table in tables:
            made = document.add_table(len(table.lines) + 1, len(table.columns))
            for row, one in zip(made.rows[1:], table.lines, strict=False):
                for cell, text in zip(row.cells, one.cells, strict=True):
                    cell.text = text
        document.save(io.BytesIO())

    return write


def bare_excel(content: Any) -> Callable[[], None]:
    """The same values: figures as numbers, the rest as text."""
    from openpyxl import Workbook

    from reports.bulletin.annexes import Kind, annexes_of
    from reports.documents.excel import figure_of

    def value(text: str, kind: Kind) -> float | str:
        figure = figure_of(text) if kind == Kind.NUMBER else None
        return figure.number if figure else text

    sheets = [
        [
            [value(text, column.kind) for column, text in zip(table.columns, one.cells, strict=True)]
            for one in table.lines
        ]
        for table in (annexed.table for annexed in annexes_of(content))
    ]

    def write() -> None:
        book = Workbook(write_only=True)
        for rows in sheets:
            sheet = book.create_sheet()
            for row in rows:
                sheet.append(row)
        book.save(io.BytesIO())

    return write


if __name__ == "__main__":
    run(measured)
