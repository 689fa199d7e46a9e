"""How schools lie along the scale, a dot a school."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.status import STATUSES, Mark
from reports.charts.builders.gap import goal_label, goal_line
from reports.charts.builders.labels import cut_all, left_of, sign_of
from reports.charts.figure import COLOURS, SYMBOLS, Figure, decimals_of, layout, meta, nice_ticks, scale, steps

Data = Mapping[str, Any]
Point = tuple[float, float, Data]

BINS = 48  # dots nearer than this part of the scale stand above and below each other
STEP, REACH = 0.13, 0.4  # between two such dots, and at most from the middle, in rows


def build_strip_chart(data: Data) -> Figure:
    """Each school as the shape of its status at its value, a row for each kind of schools, with the goal as a line.

    ``name``, ``unit``, ``goal``, ``goal_shown``; ``groups``: ``{"label": "小学", "rows": [{"label", "value", "shown",
    "status"}, …]}``, every row with a value. The table counts schools and tells the ends.
    """
    groups, sign, goal = data["groups"], sign_of(data.get("unit", "")), data.get("goal")
    values = [row["value"] for group in groups for row in group["rows"]]
    ends = [*values, *([] if goal is None else [goal])]
    ticks = nice_ticks(min(ends, default=0), max(ends, default=1))
    labels = [f"{group['label']} {len(group['rows'])} 所" for group in groups]
    points = [point for n, group in enumerate(groups) for point in _spread(group["rows"], n, ticks)]
    present = [mark for mark in STATUSES.values() if any(row["status"] == mark.code for *_, row in points)]
    made = layout(
        64 * len(groups) + 52,
        (22, 20, 30, left_of(labels)),
        xaxis=scale(ticks, decimals_of(ticks), sign),
        yaxis=steps(cut_all(labels), downwards=True),
        meta=meta(f"{data.get('name', '')}在各校的分布", "类别", labels, table=_table(groups, present, sign)),
    )
    if goal is not None:
        made["shapes"] = [goal_line(goal)]
        made["annotations"] = [goal_label(goal, f"目标 {data.get('goal_shown', f'{goal:g}')}{sign}")]
    return {"data": [_dots(mark, points, sign) for mark in present], "layout": made}


def _spread(rows: Sequence[Data], place: int, ticks: Sequence[float]) -> list[Point]:
    """Where the dots of a row stand: those that would cover each other, in turn below and above."""
    width = (ticks[-1] - ticks[0]) / BINS
    crowd = Counter(int((row["value"] - ticks[0]) / width) for row in rows)
    taken: Counter[int] = Counter()
    points = []
    for row in sorted(rows, key=lambda row: row["value"]):
        part = int((row["value"] - ticks[0]) / width)
        step = min(STEP, 2 * REACH / crowd[part])
        side = (taken[part] + 1) // 2 * (1 if taken[part] % 2 else -1)
        taken[part] += 1
        points.append((row["value"], round(place + side * step, 4), row))
    return points


def _dots(mark: Mark, points: Sequence[Point], sign: str) -> dict[str, Any]:
    mine = [point for point in points if point[2]["status"] == mark.code]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": mark.label,
        "x": [x for x, _, _ in mine],
        "y": [y for _, y, _ in mine],
        "marker": {"color": COLOURS[mark.tone], "size": 9, "symbol": SYMBOLS[mark.shape]},
        "hoverinfo": "text",
        "hovertext": [f"{row['label']}：{_shown(row, sign)}，{mark.label}" for *_, row in mine],
    }


def _shown(row: Data, sign: str) -> str:
    return f"{row.get('shown', format(row['value'], 'g'))}{sign}"


def _table(groups: Sequence[Data], present: Sequence[Mark], sign: str) -> dict[str, Any]:
    return {
        "columns": ["最低", "最高", *(f"{mark.shape} {mark.label}" for mark in present)],
        "rows": [_ends(group["rows"], sign) + _counts(group["rows"], present) for group in groups],
    }


def _ends(rows: Sequence[Data], sign: str) -> list[str]:
    in_order = sorted(rows, key=lambda row: row["value"])
    return [_shown(in_order[0], sign), _shown(in_order[-1], sign)]


def _counts(rows: Sequence[Data], present: Sequence[Mark]) -> list[str]:
    found = Counter(row["status"] for row in rows)
    return [str(found[mark.code]) for mark in present]
