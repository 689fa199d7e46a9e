"""What became of targets between two half-years."""

from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.status import STATUSES, Mark
from reports.charts.builders.labels import beside, cut_all, left_of, room_of, sign_of
from reports.charts.figure import (
    COLOURS,
    LINE,
    SYMBOLS,
    Figure,
    decimals_of,
    layout,
    meta,
    nice_ticks,
    scale,
    steps,
)

Data = Mapping[str, Any]


def build_change_chart(data: Data) -> Figure:
    """From a dot to the shape of today's status, a row a target, its goal as a stroke: a dumbbell.

    ``before``, ``after``: names of the half-years; ``rows``, as they shall stand: ``{"label", "before", "after",
    "goal", "unit", "status"}``, any number None; ``before_shown``, ``after_shown``, ``goal_shown`` are text with unit.
    Rows of one unit stand on its scale. Where units differ the goal is 100, and a row without a goal, or whose goal
    is 0, cannot be drawn and is left out.
    """
    units = {row["unit"] for row in data["rows"]}
    mixed = len(units) > 1
    rows = [row for row in data["rows"] if row.get("goal")] if mixed else data["rows"]
    unit = "" if mixed else next(iter(units), "")
    labels = [row["label"] for row in rows]
    drawn = [{key: _place(row, key, mixed) for key in ("before", "after", "goal")} for row in rows]
    numbers = [number for one in drawn for number in one.values() if number is not None]
    ticks = nice_ticks(min([0, *numbers]) if mixed else min(numbers, default=0), max(numbers, default=1))
    words = [f"{_text(row, 'before')}→{_text(row, 'after')}" for row in rows]
    present = [mark for mark in STATUSES.values() if any(row["status"] == mark.code for row in rows)]
    traces = [
        _bars(drawn),
        _goals(rows, drawn),
        _dots(rows, drawn, data["before"]),
        *(_marks(mark, rows, drawn, data["after"]) for mark in present),
        beside(words, ticks[-1]),
    ]
    return {
        "data": [trace for trace in traces if trace["x"]],
        "layout": layout(
            28 * len(rows) + 42,
            (8, room_of(words), 30, left_of(labels)),
            xaxis=scale(ticks, decimals_of(ticks), sign_of(unit)),
            yaxis=steps(cut_all(labels), downwards=True),
            meta=meta(
                f"{data['before']}到{data['after']}的变化" + ("（以目标为 100）" if mixed else ""),
                data.get("head", "目标"),
                labels,
            ),
        ),
    }


def _place(row: Data, key: str, mixed: bool) -> float | None:
    value = row.get(key)
    return 100 * value / row["goal"] if mixed and value is not None else value


def _text(row: Data, key: str) -> str:
    value = row.get(key)
    return "—" if value is None else row.get(f"{key}_shown") or f"{value:g}{row['unit']}"


def _bars(drawn: Sequence[Data]) -> dict[str, Any]:
    """The way from one to the other; a break after each row."""
    whole = [(n, one) for n, one in enumerate(drawn) if None not in (one["before"], one["after"])]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "",
        "x": [x for _, one in whole for x in (one["before"], one["after"], None)],
        "y": [y for n, _ in whole for y in (n, n, None)],
        "line": {"color": LINE, "width": 4},
        "hoverinfo": "skip",
    }


def _points(rows: Sequence[Data], drawn: Sequence[Data], key: str, which: Sequence[int]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [drawn[n][key] for n in which],
        "y": list(which),
        "hoverinfo": "text",
        "customdata": [_text(rows[n], key) for n in which],
    }


def _dots(rows: Sequence[Data], drawn: Sequence[Data], name: str) -> dict[str, Any]:
    which = [n for n, one in enumerate(drawn) if one["before"] is not None]
    return {
        **_points(rows, drawn, "before", which),
        "name": name,
        "marker": {"color": LINE, "size": 9, "symbol": "circle"},
        "hovertext": [f"{rows[n]['label']}：{name} {_text(rows[n], 'before')}" for n in which],
    }


def _marks(mark: Mark, rows: Sequence[Data], drawn: Sequence[Data], name: str) -> dict[str, Any]:
    """Today's values of one status; together they are one column of the table."""
    which = [n for n, row in enumerate(rows) if row["status"] == mark.code and drawn[n]["after"] is not None]
    return {
        **_points(rows, drawn, "after", which),
        "name": mark.label,
        "meta": name,
        "marker": {"color": COLOURS[mark.tone], "size": 13, "symbol": SYMBOLS[mark.shape]},
        "hovertext": [
            f"{rows[n]['label']}：{_text(rows[n], 'before')}→{_text(rows[n], 'after')}，{mark.label}" for n in which
        ],
        "customdata": [f"{_text(rows[n], 'after')} {mark.shape} {mark.label}" for n in which],
    }


def _goals(rows: Sequence[Data], drawn: Sequence[Data]) -> dict[str, Any]:
    which = [n for n, one in enumerate(drawn) if one["goal"] is not None]
    return {
        **_points(rows, drawn, "goal", which),
        "name": "目标",
        "marker": {
            "color": COLOURS["at_risk"],
            "size": 20,
            "symbol": "line-ns",
            "line": {"width": 3, "color": COLOURS["at_risk"]},
        },
        "hovertext": [f"{rows[n]['label']}：目标 {_text(rows[n], 'goal')}" for n in which],
    }
