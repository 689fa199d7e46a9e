"""From plain data to figures (see figure.py). The data are JSON: a published bulletin keeps them, pages draw them.

Every number that is printed comes as ``shown`` text, rounded by whoever measured; builders round nothing but ticks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.status import STATUSES, Mark
from reports.charts.figure import (
    COLOURS,
    FILLS,
    LIGHT,
    LINE,
    ROW,
    SIZE,
    Figure,
    decimals_of,
    layout,
    meta,
    nice_ticks,
    on,
    rgba,
    scale,
    shorten,
    steps,
    width_of,
)

Data = Mapping[str, Any]

LABEL = 9.5 * SIZE  # the widest label beside a bar, px


def build_status_chart(data: Data) -> Figure:
    """How many targets of each action have which status: stacked bars.

    ``rows``: ``{"label": "领航", "counts": {"achieved": 5, …}}``; ``head`` (行动): what a row is.
    """
    rows = data["rows"]
    labels = [row["label"] for row in rows]
    most = max((sum(row["counts"].values()) for row in rows), default=0)
    traces = [
        _status_bar(mark, rows) for mark in STATUSES.values() if any(row["counts"].get(mark.code) for row in rows)
    ]
    title = data.get("title", "各行动目标状态")
    return {
        "data": traces,
        "layout": layout(
            ROW * len(rows) + 34,
            (2, 12, 32, _left(labels)),
            barmode="stack",
            bargap=0.36,
            xaxis=scale(nice_ticks(0, max(most, 1)), suffix=""),
            yaxis=steps(_cut(labels), downwards=True),
            meta=meta(title, data.get("head", "行动"), labels),
        ),
    }


def _status_bar(mark: Mark, rows: Sequence[Data]) -> dict[str, Any]:
    counts = [row["counts"].get(mark.code, 0) for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": f"{mark.shape} {mark.label}",
        "x": counts,
        "y": list(range(len(rows))),
        "text": [str(n) if n else "" for n in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": on(FILLS[mark.code]), "size": 12},
        "marker": {"color": FILLS[mark.code], "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": [f"{row['label']}：{mark.label} {n} 项" for row, n in zip(rows, counts, strict=True)],
    }


def build_history_chart(data: Data) -> Figure:
    """How the statuses of all targets moved from half-year to half-year: stacked columns.

    ``rows``: ``{"label": "2024上", "counts": {…}}``, oldest first.
    """
    figure = build_status_chart({"title": "各期目标状态", "head": "期间", **data})
    for trace in figure["data"]:
        trace.update(orientation="v", x=trace["y"], y=trace["x"], constraintext="both")
    old = figure["layout"]
    height = 260
    figure["layout"] = layout(
        height,
        (12, 12, 28, 40),
        barmode="stack",
        bargap=0.45,
        xaxis=steps([row["label"] for row in data["rows"]]),
        yaxis=old["xaxis"],
        uniformtext={"minsize": 9, "mode": "hide"},
        meta={**old["meta"], "across": True},
    )
    return figure


def build_trend_chart(data: Data) -> Figure:
    """A target's result by half-year against the expected line and its goals.

    ``unit``; ``points`` in time order, each with ``label`` (2024上) and any of ``value``, ``shown``, ``expected``,
    ``expected_shown``, ``goal``, ``goal_shown``, ``provisional``, ``status``; a goal stands at the half-year of its due
    date; ``name`` of the target.
    """
    points, unit = data["points"], data.get("unit", "")
    labels = [point["label"] for point in points]
    numbers = [point[key] for point in points for key in ("value", "expected", "goal") if point.get(key) is not None]
    ticks = _trend_ticks(numbers, unit)
    traces = [
        _line(points, "expected", "序时值", {"color": LINE, "width": 2, "dash": "dash"}, unit),
        _line(points, "goal", "目标", {"color": COLOURS["at_risk"], "width": 0}, unit) | _diamonds(points, unit),
        _line(points, "value", "完成值", {"color": COLOURS["achieved"], "width": 2.5}, unit) | _results(points, unit),
    ]
    left = int(max(width_of(text) for text in scale(ticks, decimals_of(ticks), _sign(unit))["ticktext"])) + 14
    return {
        "data": [trace for trace in traces if any(value is not None for value in trace["y"])],
        "layout": layout(
            280,
            (20, 26, 28, left),
            xaxis=steps(labels),
            yaxis=scale(ticks, decimals_of(ticks), _sign(unit)),
            meta=meta(f"{data.get('name', '')}完成值、序时值与目标", "期间", labels, across=True),
        ),
    }


def _line(points: Sequence[Data], key: str, name: str, line: Data, unit: str) -> dict[str, Any]:
    shown = [_text(point, key, unit) for point in points]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(range(len(points))),
        "y": [point.get(key) for point in points],
        "line": dict(line),
        "connectgaps": key == "expected" or _has_only_quiet_gaps(points),
        "hoverinfo": "text",
        "hovertext": [f"{point['label']} {name} {text}" for point, text in zip(points, shown, strict=True)],
        "customdata": shown,
    }


def _has_only_quiet_gaps(points: Sequence[Data]) -> bool:
    """Whether every half-year without a value was one in which nothing was asked: a line may bridge it."""
    return all(point.get("value") is not None or point.get("status") in (None, "not_due") for point in points)


def _diamonds(points: Sequence[Data], unit: str) -> dict[str, Any]:
    return {
        "mode": "markers+text",
        "marker": {"color": COLOURS["at_risk"], "size": 11, "symbol": "diamond"},
        "text": [_text(point, "goal", unit) for point in points],
        "textposition": "top center",
        "textfont": {"size": 12},
    }


def _results(points: Sequence[Data], unit: str) -> dict[str, Any]:
    """The line of results; a provisional one has a hollow marker; the last one is labelled."""
    last = max((n for n, point in enumerate(points) if point.get("value") is not None), default=None)
    return {
        "mode": "lines+markers+text",
        "marker": {
            "color": COLOURS["achieved"],
            "size": 9,
            "symbol": ["circle-open" if point.get("provisional") else "circle" for point in points],
            "line": {"width": 2, "color": COLOURS["achieved"]},
        },
        "text": [_text(point, "value", unit) if n == last else "" for n, point in enumerate(points)],
        "textposition": "bottom center",
        "textfont": {"size": 13},
    }


def _text(point: Data, key: str, unit: str) -> str:
    value = point.get(key)
    if value is None:
        return ""
    shown = point.get("shown" if key == "value" else f"{key}_shown")
    return f"{value:g}{_sign(unit)}" if shown is None else f"{shown}{_sign(unit)}"


def _trend_ticks(numbers: Sequence[float], unit: str) -> list[float]:
    """With air above and below; a percentage stays within 0 and 100, a positive quantity above 0."""
    low, high = min(numbers, default=0), max(numbers, default=1)
    air = (high - low) * 0.12 or abs(high) * 0.1 or 1
    bottom = max(0.0, low - air) if low >= 0 else low - air
    top = min(100.0, high + air) if unit == "%" and high <= 100 else high + air
    return nice_ticks(bottom, top)


def _sign(unit: str) -> str:
    return unit if unit in ("%", "‰") else ""


def build_gap_chart(data: Data) -> Figure:
    """Each school's result, the one furthest from the goal on top, with the goal as a line.

    ``unit``, ``goal``, ``goal_shown``, ``name``; ``rows``: ``{"label", "value", "shown", "status", "gap_shown"}``, in
    the order in which they shall stand (see ``sorted_by_gap``); a row without a value has its word for a bar.
    """
    rows, unit, goal = data["rows"], data.get("unit", ""), data.get("goal")
    labels = [row["label"] for row in rows]
    values = [row["value"] for row in rows if row["value"] is not None]
    ticks = nice_ticks(min([0, *values]), max([*values, goal or 0, 0]) or 1)
    words = [_bar_text(row, unit) for row in rows]
    room = int(max((width_of(text, 12) for text in words), default=0)) + 16
    made = layout(
        24 * len(rows) + 52,
        (22, room, 30, _left(labels)),
        bargap=0.4,
        xaxis=scale(ticks, decimals_of(ticks), _sign(unit)),
        yaxis=steps(_cut(labels), downwards=True),
        meta=meta(f"各校{data.get('name', '')}与目标的差距", data.get("head", "学校"), labels),
    )
    if goal is not None:
        made["shapes"] = [_goal_line(goal)]
        made["annotations"] = [_goal_label(goal, f"目标 {data.get('goal_shown', f'{goal:g}')}{_sign(unit)}")]
    return {"data": [_gap_bar(rows, words), _beside(words, ticks[-1])], "layout": made}


def sorted_by_gap(rows: Sequence[Data], towards_less: bool = False) -> list[Data]:
    """Without a value first, then the worst; equal ones as they stood."""
    return sorted(rows, key=lambda row: (row["value"] is not None, (row["value"] or 0) * (-1 if towards_less else 1)))


def _gap_bar(rows: Sequence[Data], words: list[str]) -> dict[str, Any]:
    tones = [STATUSES[row["status"]].tone for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": "完成值",
        "x": [row["value"] or 0 for row in rows],
        "y": list(range(len(rows))),
        "marker": {"color": [COLOURS[tone] for tone in tones], "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": [
            f"{row['label']}：{text}，{STATUSES[row['status']].label}" for row, text in zip(rows, words, strict=True)
        ],
        "customdata": words,
    }


def _beside(words: list[str], right: float) -> dict[str, Any]:
    """The column of numbers to the right of the bars."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": "",
        "x": [right] * len(words),
        "y": list(range(len(words))),
        "text": words,
        "textposition": "middle right",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _bar_text(row: Data, unit: str) -> str:
    if row["value"] is None:
        return STATUSES[row["status"]].label
    missing = row.get("gap_shown")
    return f"{row.get('shown', format(row['value'], 'g'))}{_sign(unit)}" + (f" 差 {missing}" if missing else "")


def _goal_line(goal: float) -> dict[str, Any]:
    place = {"type": "line", "xref": "x", "yref": "paper", "x0": goal, "x1": goal, "y0": 0, "y1": 1}
    return {**place, "line": {"color": COLOURS["at_risk"], "width": 2, "dash": "dash"}}


def _goal_label(goal: float, text: str) -> dict[str, Any]:
    place = {"xref": "x", "yref": "paper", "x": goal, "y": 1, "xanchor": "right", "yanchor": "bottom"}
    return {**place, "text": text, "showarrow": False, "font": {"size": 12}, "borderpad": 2}


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
            (26, 14, 2, _left(labels)),
            xaxis={**steps(columns), "side": "top"},
            yaxis=steps(_cut(labels), downwards=True),
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


def _left(labels: Sequence[str]) -> int:
    """The margin that holds the labels beside bars or cells, px."""
    return int(min(max((width_of(label) for label in labels), default=0), LABEL)) + 12


def _cut(labels: Sequence[str]) -> list[str]:
    return [shorten(label, LABEL) for label in labels]
