"""What has come of what was due."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.charts.builders.labels import cut_all, left_of
from reports.charts.figure import (
    COLOURS,
    LIGHT,
    Figure,
    layout,
    meta,
    rgba,
    steps,
)

Data = Mapping[str, Any]


# Completeness in percent, from → colour and opacity; words stand on every cell.
LEVELS: tuple[tuple[float, str, float], ...] = (
    (0, COLOURS["behind"], 1.0),
    (0.01, COLOURS["at_risk"], 0.5),
    (90, COLOURS["at_risk"], 0.2),
    (100, COLOURS["on_track"], 0.22),
)


def build_completeness_chart(data: Data) -> Figure:
    """How much of what was due has come: a matrix of cells.

    ``columns``: labels; ``rows``: ``{"label", "cells": [{"have": 58, "due": 60} or None, …]}``; ``head``.
    """
    rows, columns = data["rows"], data["columns"]
    labels = [row["label"] for row in rows]
    shares = [[_share(cell) for cell in row["cells"]] for row in rows]
    places = [(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row["cells"]) if cell and cell["due"]]
    heat = {
        "type": "heatmap",
        "name": "报送",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": shares,
        "zmin": 0,
        "zmax": 100,
        "colorscale": _colorscale(),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "text",
        "hovertext": [_row_words(row, columns) for row in rows],
        "customdata": [[_cell_table(cell) for cell in row["cells"]] for row in rows],
    }
    none = [(x, y) for x, y in places if not shares[y][x]]
    some = [(x, y) for x, y in places if shares[y][x]]
    return {
        "data": [heat, _cell_text(some, rows, None), *([_cell_text(none, rows, LIGHT)] if none else [])],
        "layout": layout(
            26 * len(rows) + 28,
            (26, 14, 2, left_of(labels)),
            xaxis={**steps(columns), "side": "top"},
            yaxis=steps(cut_all(labels), downwards=True),
            meta=meta(data.get("title", "报送完整率"), data.get("head", "学校"), labels, columns=list(columns)),
        ),
    }


def _share(cell: Data | None) -> float | None:
    return 100 * cell["have"] / cell["due"] if cell and cell["due"] else None


def _percent(cell: Data) -> str:
    """Whole percents, rounded down: 100 is said of all alone."""
    return str(100 * cell["have"] // cell["due"])


def _row_words(row: Data, columns: Sequence[str]) -> list[str]:
    return [f"{row['label']} {column}：{_cell_words(cell)}" for column, cell in zip(columns, row["cells"], strict=True)]


def _cell_words(cell: Data | None) -> str:
    if not cell or not cell["due"]:
        return "不需填报"
    return f"应报 {cell['due']}，已报 {cell['have']}，还缺 {cell['due'] - cell['have']}"


def _cell_table(cell: Data | None) -> str:
    return f"{cell['have']}/{cell['due']}" if cell and cell["due"] else ""


def _cell_text(places: Sequence[tuple[int, int]], rows: Sequence[Data], colour: str | None) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "text": [_percent(rows[y]["cells"][x]) for x, y in places],
        "textposition": "middle center",
        "textfont": {"size": 12, **({"color": colour} if colour else {})},
        "hoverinfo": "skip",
    }


def _colorscale() -> list[list[Any]]:
    """Plotly's steps: each level holds from its own percent to the next one's."""
    starts = [min(start / 100, 1 - 1e-6) for start, _, _ in LEVELS]
    colours = [rgba(colour, opacity) for _, colour, opacity in LEVELS]
    pieces = zip(starts, [*starts[1:], 1], colours, strict=True)
    return [[at, colour] for start, end, colour in pieces for at in (start, end)]
