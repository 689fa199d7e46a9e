"""How many schools have which grade."""

from collections.abc import Mapping
from typing import Any

from reports.charts.builders.labels import cut_all, left_of
from reports.charts.figure import COLOURS, ROW, Figure, layout, meta, nice_ticks, on, scale, steps

GRADES = {  # word, shape, colour
    "excellent": ("优秀", "●", COLOURS["achieved"]),
    "good": ("良好", "▲", COLOURS["on_track"]),
    "pass": ("合格", "◆", COLOURS["at_risk"]),
    "fail": ("不合格", "■", COLOURS["behind"]),
    "none": ("不参评", "○", COLOURS["idle"]),
}


def build_grade_chart(data: Mapping[str, Any]) -> Figure:
    """How many schools of each category have which grade: stacked bars.

    ``rows``: ``{"label": "小学", "counts": {"excellent": 3, …, "none": 1}}``.
    """
    rows = data["rows"]
    labels = [row["label"] for row in rows]
    most = max((sum(row["counts"].values()) for row in rows), default=0)
    return {
        "data": [_bar(code, rows) for code in GRADES if any(row["counts"].get(code) for row in rows)],
        "layout": layout(
            ROW * len(rows) + 34,
            (2, 12, 32, left_of(labels)),
            barmode="stack",
            bargap=0.36,
            xaxis=scale(nice_ticks(0, max(most, 1)), suffix=""),
            yaxis=steps(cut_all(labels), downwards=True),
            meta=meta("各类学校考核等次", "类别", labels),
        ),
    }


def _bar(code: str, rows: Any) -> dict[str, Any]:
    word, shape, colour = GRADES[code]
    counts = [row["counts"].get(code, 0) for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": f"{shape} {word}",
        "x": counts,
        "y": list(range(len(rows))),
        "text": [str(n) if n else "" for n in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": on(colour), "size": 12},
        "marker": {"color": colour, "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": [f"{row['label']}：{word} {n} 所" for row, n in zip(rows, counts, strict=True)],
    }
