"""The papers of an edition: measuring plus drafting, Word, PDF and Excel, for 60 and for 1,000 schools. Ratios: 1,000
schools against 60; Word and Excel against writing as many cells bare. What each takes of memory is said beside.

    python bench/documents.py --json FILE
"""

import copy
import io
import json
import resource
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from common import Line, line, ratio, run, timed

RUNS = 5
GROWN = 1000
PERIOD = "2025H1"


def measured() -> list[Line]:
    small, large = content_of_district(), grown(content_of_district())
    lines = []
    for name, make in makers().items():
        little = min(timed(partial(make, small)) for _ in range(3))
        say(f"{name}: {little:.2f} s for 60 schools")
        much = timed(partial(make, large))
        say(f"{name}: {much:.2f} s for {GROWN} schools")
        lines.append(line(f"{name}, 1,000 schools against 60", much / little, 17))
    word, excel = makers()["Word"], makers()["Excel"]
    against = ratio(lambda: word(small), bare_word(small), RUNS)
    lines.append(line("Word, against python-docx writing as many cells", against, 2))
    against = ratio(lambda: excel(large), bare_excel(large), RUNS)
    lines.append(line("Excel, against openpyxl's write-only mode writing as many cells", against, 2))
    lines.append(line("measuring and drafting, 1,000 schools against 60", drafting(), 17))
    return lines


def say(text: str) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stderr.write(f"{text}; {used} MB at most so far\n")


def makers() -> dict[str, Callable[[Any], bytes]]:
    from reports.bulletin_page import Paper
    from reports.documents.excel import workbook
    from reports.documents.pdf import pdf
    from reports.documents.word import word_document
    from reports.models import Bulletin, Edition

    def draw(content: Any) -> bytes:
        return pdf(Paper(Bulletin(), content, Edition(number=1, content=content, checksum="0" * 64)))

    return {"Word": word_document, "Excel": workbook, "PDF": draw}


def content_of_district() -> Any:
    from base.quarters import Period
    from reports.bulletin.content import content_of
    from reports.measuring import measure
    from tasks.models import Adoption

    adoption = Adoption.objects.select_related("plan", "district").get()
    content = json.loads(json.dumps(content_of(measure(adoption, Period.parse(PERIOD), by=None))))
    return content | {"edition": {"number": 1, "date": "2025-07-10", "by": "局领导", "sources": ""}}


def grown(content: Any) -> Any:
    """The same bulletin of a district of 1,000 schools."""
    content = copy.deepcopy(content)
    for part in ("schools", "quality"):
        rows = content[part]
        content[part] = [rows[n % len(rows)] | {"name": f"第{n}学校"} for n in range(GROWN)]
    return content


def drafting() -> float:
    """Measuring and drafting, before and after the district has grown to 1,000 schools."""
    from base.quarters import Period
    from reports.bulletin.content import content_of
    from reports.measuring import measure
    from tasks.models import Adoption

    def work() -> None:
        adoption = Adoption.objects.select_related("plan", "district").get()
        content_of(measure(adoption, Period.parse(PERIOD), by=None))

    small = min(timed(work) for _ in range(3))
    say(f"measuring and drafting: {small:.2f} s for 60 schools")
    multiply()
    large = timed(work)
    say(f"measuring and drafting: {large:.2f} s for {GROWN} schools")
    return large / small


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
    from openpyxl import Workbook

    from reports.bulletin.annexes import annexes_of

    tables = [one.table for one in annexes_of(content)]

    def write() -> None:
        book = Workbook(write_only=True)
        for table in tables:
            sheet = book.create_sheet()
            for one in table.lines:
                sheet.append(list(one.cells))
        book.save(io.BytesIO())

    return write


if __name__ == "__main__":
    run(measured)
