"""Schools against columns: what has come of what was due, and how each stands on each target."""

from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.status import STATUSES
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
    shares = [[_share(cell) for cell in row["cells"]] for row in rows]
    places = [(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row["cells"]) if cell and cell["due"]]
    heat = {
        "name": "报送",
        "z": shares,
        "zmin": 0,
        "zmax": 100,
        "colorscale": _colorscale(),
        "hovertext": [_row_words(row, columns) for row in rows],
        "customdata": [[_cell_table(cell) for cell in row["cells"]] for row in rows],
    }
    none = [(x, y) for x, y in places if not shares[y][x]]
    some = [(x, y) for x, y in places if shares[y][x]]

    def text(places: Sequence[tuple[int, int]], colour: str | None) -> dict[str, Any]:
        return _cell_text(places, [_percent(rows[y]["cells"][x]) for x, y in places], colour)

    title = data.get("title", "报送完整率")
    return _matrix(heat, [text(some, None), text(none, LIGHT)], columns, rows, title=title, head=data.get("head"))


def build_heat_chart(data: Data) -> Figure:
    """How every school stands on every target: a matrix of statuses, each with its shape.

    ``columns``: ``{"label": "1", "name": "骨干教师占比"}``; ``rows``: ``{"label", "cells": [{"status", "shown":
    "18.6%"} or None where the target does not concern the school, …]}``.
    """
    rows, columns = data["rows"], data["columns"]
    names = [column["name"] for column in columns]
    order = {code: n for n, code in enumerate(STATUSES)}
    heat = {
        "name": "状态",
        "z": [[order[cell["status"]] if cell else None for cell in row["cells"]] for row in rows],
        "zmin": -0.5,
        "zmax": len(order) - 0.5,
        "colorscale": _status_scale(),
        "hovertext": [[_heat_words(row, *pair) for pair in zip(names, row["cells"], strict=True)] for row in rows],
        "customdata": [[f"{cell['shown']} {_word(cell)}" if cell else "" for cell in row["cells"]] for row in rows],
    }
    cells = {(x, y): cell for y, row in enumerate(rows) for x, cell in enumerate(row["cells"]) if cell}

    def text(*, red: bool, colour: str | None) -> dict[str, Any]:
        places = [place for place, cell in cells.items() if (STATUSES[cell["status"]].tone == "behind") == red]
        return _cell_text(places, [STATUSES[cells[place]["status"]].shape for place in places], colour)

    shapes = [text(red=False, colour=None), text(red=True, colour=LIGHT)]
    figure = _matrix(heat, shapes, [column["label"] for column in columns], rows, title="各校各项目标的状态")
    figure["layout"]["meta"]["columns"] = names
    return figure


def _matrix(
    heat: Data,
    texts: Sequence[Data],
    columns: Sequence[str],
    rows: Sequence[Data],
    *,
    title: str,
    head: str | None = None,
) -> Figure:
    """Cells with their words; texts without a place are left out."""
    labels = [row["label"] for row in rows]
    drawn = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "text",
        **heat,
    }
    return {
        "data": [drawn, *(text for text in texts if text["x"])],
        "layout": layout(
            26 * len(rows) + 28,
            (26, 14, 2, left_of(labels)),
            xaxis={**steps(columns), "side": "top"},
            yaxis=steps(cut_all(labels), downwards=True),
            meta=meta(title, head or "学校", labels, columns=list(columns)),
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


def _word(cell: Data) -> str:
    return STATUSES[cell["status"]].label


def _heat_words(row: Data, name: str, cell: Data | None) -> str:
    return f"{row['label']} {name}：" + (f"{cell['shown']}，{_word(cell)}" if cell else "不涉及")


def _cell_text(places: Sequence[tuple[int, int]], words: Sequence[str], colour: str | None) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "text": list(words),
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


# What needs somebody is full, what goes well is a tint.
TINTS = {"achieved": 0.3, "on_track": 0.22, "at_risk": 0.45, "behind": 1.0, "idle": 0.16}


def _status_scale() -> list[list[Any]]:
    """Plotly's steps: a status each."""
    colours = [rgba(COLOURS[mark.tone], TINTS[mark.tone]) for mark in STATUSES.values()]
    return [[at / len(colours), colour] for n, colour in enumerate(colours) for at in (n, n + 1)]
