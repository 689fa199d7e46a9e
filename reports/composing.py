"""A bulletin as it would be published: its draft, the head that the office gave it, the texts that somebody worded; and
what is to be said about each of its texts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reports.bulletin.outline import drafted, sections_of
from reports.bulletin.references import Piece, pieces, printed, strange, unknown
from reports.models import Bulletin, Edition, Wording

Content = Mapping[str, Any]
GIVEN = ("title", "number", "addressees")  # of the head, by the office


def composed(bulletin: Bulletin) -> dict[str, Any]:
    """The content of the edition that would be published now, without ``edition``."""
    given = {name: getattr(bulletin, name) for name in GIVEN if getattr(bulletin, name)}
    if bulletin.dated:
        given["dated"] = bulletin.dated.isoformat()
    said = {
        code: {"text": one.text, "by": str(one.saved_by)} for code, one in wordings_of(bulletin).items() if one.text
    }
    content = bulletin.content | {"head": bulletin.content["head"] | given}
    return content | ({"wording": said} if said else {})


def is_of_draft(edition: Edition, bulletin: Bulletin) -> bool:
    """Whether the edition says what would be published now, whatever each changes against the one before, and whenever
    the same results were measured."""
    return _said(edition.content) == _said(composed(bulletin))


def _said(content: Content) -> dict[str, Any]:
    said = {key: value for key, value in content.items() if key not in ("edition", "changes")}
    return said | {"measurement": content["measurement"]["checksum"]}


def wordings_of(bulletin: Bulletin) -> dict[str, Wording]:
    """By section, of those that the draft has; one without text was given back to the draft."""
    sections = sections_of(bulletin.content)
    found = {one.section: one for one in bulletin.wordings.all()}
    return {section: found[section] for section in sections if section in found}


@dataclass
class Text:
    """A section's text on the page where it is worded. ``typed`` is what was not saved, and ``problem`` why; in a
    ``conflict`` a colleague's stands stored and one of the two is to be chosen."""

    content: Content
    section: str
    heading: str
    wording: Wording | None
    typed: str | None = None
    problem: str = ""
    conflict: bool = False
    seen: tuple[int, str] | None = None  # over which ``typed`` was typed, where it stays in its field

    @property
    def version(self) -> int:
        return self.wording.version if self.wording else 0

    @property
    def read(self) -> tuple[int, str]:
        """The version, and the mark, of the text over which will be typed."""
        return self.seen or (self.version, mark_of(self.stored))

    @cached_property
    def drafted(self) -> str:
        return drafted(self.content, self.section)

    @property
    def is_worded(self) -> bool:
        return self.wording is not None and bool(self.wording.text)

    @property
    def stored(self) -> str:
        return self.wording.text if self.is_worded else self.drafted

    @property
    def text(self) -> str:
        """What stands in its field."""
        return self.stored if self.typed is None else self.typed

    @property
    def is_behind(self) -> bool:
        """The draft says something else than when the section was worded."""
        return self.is_worded and self.wording.drafted != self.drafted

    @property
    def dom(self) -> str:
        return self.section.replace(".", "-")

    @property
    def lines(self) -> list[list[Piece]]:
        """The stored text by paragraph, its figures marked."""
        return self._pieces(self.stored)

    @property
    def sides(self) -> list[list[tuple[str, bool]]]:
        """Of a conflict the two texts by paragraph, as they are printed, and whether the other lacks it."""
        figures = self.content.get("figures", {})
        both = [printed(text, figures).split("\n") for text in (self.typed or "", self.stored)]
        return [[(line, line not in other) for line in one] for one, other in (both, both[::-1])]

    @property
    def drafted_lines(self) -> list[list[Piece]]:
        return self._pieces(self.drafted)

    def _pieces(self, text: str) -> list[list[Piece]]:
        return [pieces(line, self.content.get("figures", {})) for line in text.split("\n")]

    @property
    def unknown(self) -> list[str]:
        """Keys of references that say nothing now: they keep the bulletin from being sent."""
        return unknown(self.stored, self.content.get("figures", {}))

    @property
    def strange(self) -> list[str]:
        """Numbers that somebody typed and that equal no figure of the bulletin."""
        return strange(self.stored, [*_known(self.content), self.drafted]) if self.is_worded else []


def mark_of(text: str) -> str:
    """Whether two texts are the same: what a page sends back to say over which one was typed."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def texts_of(bulletin: Bulletin) -> list[Text]:
    """Every section of the paper, in its order. One query."""
    content, worded = composed(bulletin), wordings_of(bulletin)
    return [Text(content, code, heading, worded.get(code)) for code, heading in sections_of(content).items()]


def _known(content: Content) -> list[str]:
    """Texts whose numbers may be typed: figures, names, what the head says, dates of the ledger."""
    parts = [*content["actions"], content["safeguards"]]
    names = [part["name"] for part in parts] + [row["name"] for part in parts for row in part["rows"]]
    dues = [row["due"] for row in content.get("rectifications", {}).get("rows", [])]
    return [*content.get("figures", {}).values(), *names, *dues, *map(str, content["head"].values())]
