"""An official document as data: what word.py sets by GB/T 9704-2012 and excel.py takes the annexes of, whatever it is
about. A bulletin's edition is one; so is the notice of an assessment's result."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.bulletin.annexes import Annexed, annexes_of, opening
from reports.bulletin.outline import Part, document_number, masthead, outline

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """``masthead``: what the red head says. ``unbroken``: the part of the title that stands on a line by itself where
    it fits. ``opening``: paragraphs before the first heading. ``date``: 成文日期. ``note``: what a workbook says under
    the title of each sheet. Texts hold nothing that no document can hold (``text.printable``)."""

    masthead: str
    number: str
    title: str
    unbroken: str
    addressees: str
    opening: Sequence[str]
    parts: Sequence[Part]
    annexes: Sequence[Annexed] = field(repr=False)
    office: str
    date: datetime.date
    note: str


def letter_of(content: Content) -> Letter:
    """Of an edition of a bulletin, by its (printable) content."""
    head, edition, annexes = content["head"], content["edition"], annexes_of(content)
    return Letter(
        masthead=masthead(content),
        number=document_number(content),
        title=head["title"],
        unbroken=head["plan"],
        addressees=head["addressees"],
        opening=opening(content, annexes),
        parts=outline(content),
        annexes=annexes,
        office=head["office"],
        date=datetime.date.fromisoformat(edition["date"]),
        note=f"{head['district']}　{head['period_label']}　数据截至{head['as_of']}　第 {edition['number']} 版",
    )
