"""A target through the half-years."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.charts.builders.labels import sign_of
from reports.charts.figure import (
    COLOURS,
    LINE,
    Figure,
    decimals_of,
    layout,
    meta,
    nice_ticks,
    rgba,
    scale,
    steps,
    width_of,
)

Data = Mapping[str, Any]


# The line of a forecast and the two of its band: names and widths.
FORECAST = {"forecast": ("预测", 2.5), "low": ("预测下限", 1), "high": ("预测上限", 1)}
BRIDGED = ("expected", *FORECAST)  # lines that are straight from one of their points to the next


def build_trend_chart(data: Data) -> Figure:
    """A target's result by half-year against the expected line and its goals, with its forecast if there is one.

    ``unit``; ``points`` in time order, each with ``label`` (2024上) and any of ``value``, ``shown``, ``expected``,
    ``expected_shown``, ``goal``, ``goal_shown``, ``provisional``, ``status``; a goal stands at the half-year of its due
    date; ``forecast``, ``low`` and ``high`` (and ``…_shown``) stand where the forecast begins and at the due date;
    ``name`` of the target.
    """
    points, unit = data["points"], data.get("unit", "")
    labels = [point["label"] for point in points]
    keys = ("value", "expected", "goal", *FORECAST)
    numbers = [point[key] for point in points for key in keys if point.get(key) is not None]
    ticks = _trend_ticks(numbers, unit)
    traces = [
        _band(points),
        _line(points, "expected", "序时值", {"color": LINE, "width": 2, "dash": "dash"}, unit),
        _line(points, "goal", "目标", {"color": COLOURS["at_risk"], "width": 0}, unit) | _diamonds(points, unit),
        *(
            _line(points, key, name, {"color": COLOURS["achieved"], "width": width, "dash": "dot"}, unit)
            for key, (name, width) in FORECAST.items()
        ),
        _line(points, "value", "完成值", {"color": COLOURS["achieved"], "width": 2.5}, unit) | _results(points, unit),
    ]
    left = int(max(width_of(text) for text in scale(ticks, decimals_of(ticks), sign_of(unit))["ticktext"])) + 14
    return {
        "data": [trace for trace in traces if any(value is not None for value in trace["y"])],
        "layout": layout(
            280,
            (20, 26, 28, left),
            xaxis=steps(labels),
            yaxis=scale(ticks, decimals_of(ticks), sign_of(unit)),
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
        "connectgaps": key in BRIDGED or _has_only_quiet_gaps(points),
        "hoverinfo": "text",
        "hovertext": [f"{point['label']} {name} {text}" for point, text in zip(points, shown, strict=True)],
        "customdata": shown,
    }


def _band(points: Sequence[Data]) -> dict[str, Any]:
    """The ground between the two ends of a forecast."""
    ends = [(n, point["low"], point["high"]) for n, point in enumerate(points) if point.get("high") is not None]
    return {
        "type": "scatter",
        "mode": "none",
        "name": "",
        "x": [n for n, _, _ in [*ends, *ends[::-1]]],
        "y": [low for _, low, _ in ends] + [high for _, _, high in ends[::-1]],
        "fill": "toself",
        "fillcolor": rgba(COLOURS["achieved"], 0.14),
        "hoverinfo": "skip",
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
    if shown == "":
        return ""
    return f"{value:g}{sign_of(unit)}" if shown is None else f"{shown}{sign_of(unit)}"


def _trend_ticks(numbers: Sequence[float], unit: str) -> list[float]:
    """With air above and below; a percentage stays within 0 and 100, a positive quantity above 0."""
    low, high = min(numbers, default=0), max(numbers, default=1)
    air = (high - low) * 0.12 or abs(high) * 0.1 or 1
    bottom = max(0.0, low - air) if low >= 0 else low - air
    top = min(100.0, high + air) if unit == "%" and high <= 100 else high + air
    return nice_ticks(bottom, top)
