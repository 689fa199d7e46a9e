"""Labels of axes, cut to the room they have."""

from collections.abc import Sequence

from reports.charts.figure import SIZE, shorten, width_of

LABEL = 9.5 * SIZE  # the widest label beside a bar, px


def sign_of(unit: str) -> str:
    return unit if unit in ("%", "‰") else ""


def left_of(labels: Sequence[str]) -> int:
    """The margin that holds the labels beside bars or cells, px."""
    return int(min(max((width_of(label) for label in labels), default=0), LABEL)) + 12


def cut_all(labels: Sequence[str]) -> list[str]:
    return [shorten(label, LABEL) for label in labels]
