"""Charts: a builder makes the figure, the painter draws it, Plotly takes it over when someone touches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from reports.charts.figure import Figure
from reports.charts.painter import COLUMN, NARROW, WIDE, paint
from reports.charts.table import Table, table_of

__all__ = ["COLUMN", "NARROW", "WIDE", "Chart", "paint", "table_of"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure on a page (templates/base/_chart.html): drawn for a page and for a phone, with its table.

    ``ident`` is unique on the page; ``note`` says in a sentence what to see; ``width`` is that of its column, px;
    ``links``: where the rows of its table lead, in their order, if they do.
    """

    ident: str
    title: str
    figure: Figure
    note: str = ""
    width: int = WIDE
    links: Sequence[str] = ()

    @property
    def figure_id(self) -> str:
        return f"{self.ident}-figure"

    @property
    def for_plotly(self) -> Any:
        """The figure with every text escaped: Plotly takes some tags in texts for markup, links among them."""
        return _escaped(self.figure)

    @property
    def wide(self) -> SafeString:
        return paint(self.figure, self.width, ident=f"{self.ident}-w", says=self.note)

    @property
    def narrow(self) -> SafeString:
        return paint(self.figure, NARROW, ident=f"{self.ident}-n", says=self.note, hints=False)

    @property
    def table(self) -> Table:
        return table_of(self.figure)

    @property
    def linked_rows(self) -> list[tuple[str, str, list[str]]]:
        """The rows of the table, each with where it leads; empty where that is nowhere."""
        rows = self.table.rows
        return [(label, link, cells) for (label, cells), link in zip(rows, self.links or [""] * len(rows), strict=True)]


def _escaped(value: Any) -> Any:
    match value:
        case str():
            return escape(value, quote=False)
        case dict():
            return {name: _escaped(one) for name, one in value.items()}
        case list() | tuple():
            return [_escaped(one) for one in value]
    return value
