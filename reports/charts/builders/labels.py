"""Labels of axes, cut to the room they have."""

from collections.abc import Sequence
from typing import Any

from reports.charts.figure import SIZE, shorten, width_of

LABEL = 9.5 * SIZE  # the widest label beside a bar, px


def sign_of(unit: str) -> str:
    return unit if unit in ("%", "‰") else ""


def left_of(labels: Sequence[str]) -> int:
    """The margin that holds the labels beside bars or cells, px."""
    return int(min(max((width_of(label) for label in labels), default=0), LABEL)) + 12


def cut_all(labels: Sequence[str]) -> list[str]:
    return [shorten(label, LABEL) for label in labels]


def room_of(words: Sequence[str]) -> int:
    """The margin that holds ``beside``, px."""
    return int(max((width_of(text, 12) for text in words), default=0)) + 16


def beside(words: Sequence[str], right: float) -> dict[str, Any]:
    """The column of numbers to the right of the plot, whose scale ends at ``right``."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": "",
        "x": [right] * len(words),
        "y": list(range(len(words))),
        "text": list(words),
        "textposition": "middle right",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
