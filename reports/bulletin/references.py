"""Figures in a bulletin's text. A text holds no digits of a result but a reference to it: ``{CODE.value}``. What each
says now is ``figures``, a mapping from key to text as printed, kept in the content beside the text. So a figure in an
edited text follows when the bulletin is drafted anew, and no number in the text can differ from the stored result.

Pure: text and JSON in, text out. Keys are ``CODE.field`` of a target's row, and names with dots for what is counted.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, str]
Data = Mapping[str, Any]

REFERENCE = re.compile(r"\{([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\}")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
OF_ROW = ("value", "goal", "expected", "missing", "over", "due", "reason", "completeness")  # that a text may refer to


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. ``key``: of the figure that it is; empty for words. ``known``: whether there is such a figure
    now; the text of one that is not says so."""

    text: str
    key: str = ""
    known: bool = True


def ref(key: str) -> str:
    return f"{{{key}}}"


def tight(text: str) -> str:
    """As prose sets it: no spaces, no commas in numbers."""
    return "".join(sign for sign in text if sign not in " \u00a0,")


def figures_of_rows(rows: Iterable[Data]) -> dict[str, str]:
    """What can be said of each target; fields that are empty are left out."""
    return {f"{row['code']}.{field}": tight(row[field]) for row in rows for field in OF_ROW if row.get(field)}


def figures_of_counts(name: str, counted: Data) -> dict[str, str]:
    """``counted``: {counts, completion} of the whole, an action, an earlier half-year."""
    found = {f"{name}.{status}": str(count) for status, count in counted["counts"].items()}
    found[f"{name}.all"] = str(sum(counted["counts"].values()))
    if counted["completion"]["shown"]:
        found[f"{name}.rated"] = str(counted["completion"]["of"])
        found[f"{name}.rate"] = counted["completion"]["shown"]
    return found


def pieces(text: str, figures: Figures) -> list[Piece]:
    found, end = [], 0
    for match in REFERENCE.finditer(text):
        key = match[1]
        found += [Piece(text[end : match.start()]), Piece(figures.get(key, f"（{key} 已无此数）"), key, key in figures)]
        end = match.end()
    return [piece for piece in [*found, Piece(text[end:])] if piece.text]


def printed(text: str, figures: Figures) -> str:
    """The text with its figures."""
    return "".join(piece.text for piece in pieces(text, figures))


def unknown(text: str, figures: Figures) -> list[str]:
    """Keys to which the text refers and that say nothing now."""
    return [piece.key for piece in pieces(text, figures) if not piece.known]


def numbers_in(text: str) -> list[str]:
    """1,236.5 as 1236.5: every number as it is written, without its thousands' commas."""
    return [found.replace(",", "").rstrip(".") for found in NUMBER.findall(text)]


def typed(text: str) -> list[str]:
    """Numbers that stand in the text as digits, not as references."""
    return numbers_in(REFERENCE.sub("", text))


def strange(text: str, known: Iterable[str]) -> list[str]:
    """Numbers that stand in the text as digits and in none of the texts ``known``, each once."""
    found = {number for one in known for number in numbers_in(one)}
    return [number for number in dict.fromkeys(typed(text)) if number not in found]
