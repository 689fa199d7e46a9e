"""The table behind a figure: the same numbers, read out of the figure itself."""

from dataclasses import dataclass
from typing import Any

from reports.charts.figure import Figure


@dataclass(frozen=True, slots=True)
class Table:
    """``head`` names the rows; ``columns`` the numbers; a row is its label and its cells as text."""

    head: str
    columns: list[str]
    rows: list[tuple[str, list[str]]]


def table_of(figure: Figure) -> Table:
    """Rows are the categories of the figure, columns its traces; of a heat map, its own columns.

    Traces that are drawn apart and read together name their one column in ``meta``.
    A figure of very many marks brings its table along, in ``layout.meta``.
    """
    layout, traces = figure["layout"], figure["data"]
    meta = layout["meta"]
    if traces and traces[0]["type"] == "heatmap":
        heat = traces[0]
        return Table(meta["head"], meta["columns"], list(zip(meta["rows"], heat["customdata"], strict=True)))
    if given := meta.get("table"):
        return Table(meta["head"], given["columns"], list(zip(meta["rows"], given["rows"], strict=True)))
    named = [trace for trace in traces if trace["name"]]
    columns: dict[str, dict[int, str]] = {}
    for trace in named:
        columns.setdefault(trace.get("meta", trace["name"]), {}).update(_cells(trace, bool(meta["across"])))
    rows = [(label, [column.get(n, "") for column in columns.values()]) for n, label in enumerate(meta["rows"])]
    return Table(meta["head"], list(columns), rows)


def _cells(trace: dict[str, Any], across: bool) -> dict[int, str]:
    """What a trace says at each category."""
    places = trace["x" if across else "y"]
    numbers = trace["y" if across else "x"]
    said = trace.get("customdata") or [f"{n:g}" for n in numbers]
    return {place: text for place, text in zip(places, said, strict=True)}
