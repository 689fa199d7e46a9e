"""Schools against the goal."""

from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.status import STATUSES
from reports.charts.builders.labels import beside, cut_all, left_of, room_of, sign_of
from reports.charts.figure import (
    COLOURS,
    Figure,
    decimals_of,
    layout,
    meta,
    nice_ticks,
    scale,
    steps,
)

Data = Mapping[str, Any]


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
    made = layout(
        24 * len(rows) + 52,
        (22, room_of(words), 30, left_of(labels)),
        bargap=0.4,
        xaxis=scale(ticks, decimals_of(ticks), sign_of(unit)),
        yaxis=steps(cut_all(labels), downwards=True),
        meta=meta(f"各校{data.get('name', '')}与目标的差距", data.get("head", "学校"), labels),
    )
    if goal is not None:
        made["shapes"] = [goal_line(goal)]
        made["annotations"] = [goal_label(goal, f"目标 {data.get('goal_shown', f'{goal:g}')}{sign_of(unit)}")]
    return {"data": [_gap_bar(rows, words), beside(words, ticks[-1])], "layout": made}


def build_pareto_chart(data: Data) -> Figure:
    """Who makes the gap: each school's part of it, the largest on top, and what it makes with those above it.

    ``name``; ``rows``: ``{"label", "gap", "shown" (9 人), "so_far" (0–1)}``, the largest gap first.
    """
    rows = data["rows"]
    labels = [row["label"] for row in rows]
    ticks = nice_ticks(0, max((row["gap"] for row in rows), default=1))
    words = [f"{row['shown']}　累计 {int(100 * row['so_far'] + 1e-9)}%" for row in rows]
    bar = {
        "type": "bar",
        "orientation": "h",
        "name": "还差",
        "x": [row["gap"] for row in rows],
        "y": list(range(len(rows))),
        "marker": {"color": [COLOURS["behind"]] * len(rows), "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": [f"{row['label']}：还差 {text}" for row, text in zip(rows, words, strict=True)],
        "customdata": words,
    }
    made = layout(
        24 * len(rows) + 42,
        (8, room_of(words), 30, left_of(labels)),
        bargap=0.4,
        xaxis=scale(ticks, decimals_of(ticks)),
        yaxis=steps(cut_all(labels), downwards=True),
        meta=meta(f"{data.get('name', '')}的缺口在哪些学校", "学校", labels),
    )
    return {"data": [bar, beside(words, ticks[-1])], "layout": made}


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


def _bar_text(row: Data, unit: str) -> str:
    if row["value"] is None:
        return STATUSES[row["status"]].label
    missing = row.get("gap_shown")
    return f"{row.get('shown', format(row['value'], 'g'))}{sign_of(unit)}" + (f" 差 {missing}" if missing else "")


def goal_line(goal: float) -> dict[str, Any]:
    place = {"type": "line", "xref": "x", "yref": "paper", "x0": goal, "x1": goal, "y0": 0, "y1": 1}
    return {**place, "line": {"color": COLOURS["at_risk"], "width": 2, "dash": "dash"}}


def goal_label(goal: float, text: str) -> dict[str, Any]:
    place = {"xref": "x", "yref": "paper", "x": goal, "y": 1, "xanchor": "right", "yanchor": "bottom"}
    return {**place, "text": text, "showarrow": False, "font": {"size": 12}, "borderpad": 2}
