"""How many targets have which status."""

from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.status import STATUSES, Mark
from reports.charts.builders.labels import cut_all, left_of
from reports.charts.figure import (
    FILLS,
    ROW,
    Figure,
    layout,
    meta,
    nice_ticks,
    on,
    scale,
    steps,
)

Data = Mapping[str, Any]


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
            (2, 12, 32, left_of(labels)),
            barmode="stack",
            bargap=0.36,
            xaxis=scale(nice_ticks(0, max(most, 1)), suffix=""),
            yaxis=steps(cut_all(labels), downwards=True),
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
