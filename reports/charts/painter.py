"""Draws a figure (figure.py) as static SVG, for first paint, print, Word and PDF.

Text takes the colour of its surroundings (currentColor), marks take the figure's. What a mark says stands in its
``<title>``. The legend is above the plot and outside of what Plotly takes over: ``data-legend`` is its height in px.
Where labels below would overlap, every n-th stands, counted from the last: ``data-every`` is that n. ``data-x`` and
``data-y`` are the ends of the axes.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import accumulate, pairwise
from math import ceil, sqrt
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from reports.charts.figure import FONT, SIZE, Figure, width_of
from reports.charts.svg import Frame, element, paint_of, short, title, words

Trace = Mapping[str, Any]

WIDE, COLUMN, NARROW = 760, 580, 340  # px: a page, a column of two, a phone
LEGEND_ROW = 22
HINT = re.compile(r"<title>[^<]*</title>")
DASHES = {"dash": "7 5", "dot": "2 4"}


def paint(figure: Figure, width: int = WIDE, *, ident: str = "chart", says: str = "", hints: bool = True) -> SafeString:
    """The figure as one ``<svg>`` of ``width`` px; ``ident`` makes ids unique; ``says`` describes it to a listener;
    without ``hints`` no mark has its ``<title>``: a phone never shows one."""
    layout, traces = figure["layout"], figure["data"]
    legend, legend_height = _legend(traces, width)
    frame = _frame(layout, width, legend_height)
    heading = layout["meta"]["title"]
    marks = "".join(_plot(layout, traces, frame))
    inside = [
        element("title", escape(heading), id=f"{ident}-t"),
        *([element("desc", escape(says), id=f"{ident}-d")] if says else []),
        legend,
        element("g", marks if hints else HINT.sub("", marks), class_="marks"),
    ]
    height = layout["height"] + legend_height
    return mark_safe(  # noqa: S308  all texts are escaped where written  # nosec B308 B703
        element(
            "svg",
            *inside,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width} {height}",
            width=width,
            height=height,
            role="img",
            aria_labelledby=f"{ident}-t" + (f" {ident}-d" if says else ""),
            font_family=FONT,
            font_size=SIZE,
            data_x=_span(frame.xrange),
            data_y=_span(frame.yrange),
            data_legend=legend_height,
            data_every=_every(layout["xaxis"], frame),
        )
    )


def _span(ends: tuple[float, float]) -> str:
    """An axis from its left or lower end to the other."""
    return " ".join(f"{round(end, 6):g}" for end in ends)


def _frame(layout: Mapping[str, Any], width: float, above: float) -> Frame:
    margin = layout["margin"]
    return Frame(
        left=margin["l"],
        top=margin["t"] + above,
        width=width - margin["l"] - margin["r"],
        height=layout["height"] - margin["t"] - margin["b"],
        xrange=tuple(layout["xaxis"]["range"]),
        yrange=tuple(layout["yaxis"]["range"]),
    )


def _plot(layout: Mapping[str, Any], traces: Sequence[Trace], frame: Frame) -> Iterator[str]:
    yield from _grid(layout, frame)
    yield from _bars([trace for trace in traces if trace["type"] == "bar"], layout, frame)
    for trace in traces:
        if trace["type"] != "bar":
            yield from PAINTERS[trace["type"]](trace, frame)
    yield from _shapes(layout, frame)
    yield from _tick_labels(layout, frame)
    yield from _annotations(layout, frame)


# Axes -----------------------------------------------------------------------------------------------------------------


def _grid(layout: Mapping[str, Any], frame: Frame) -> Iterator[str]:
    for axis, across in ((layout["xaxis"], True), (layout["yaxis"], False)):
        if not axis.get("showgrid"):
            continue
        for value in axis["tickvals"]:
            x, y = frame.x(value), frame.y(value)
            ends = (x, frame.top, x, frame.bottom) if across else (frame.left, y, frame.right, y)
            yield _segment(*ends, stroke=axis["gridcolor"], stroke_width=1, stroke_opacity=axis["gridwidth"])


def _tick_labels(layout: Mapping[str, Any], frame: Frame) -> Iterator[str]:
    xaxis, yaxis = layout["xaxis"], layout["yaxis"]
    beside = frame.top - 12 if xaxis.get("side") == "top" else frame.bottom + 14
    labels = list(zip(xaxis["tickvals"], xaxis["ticktext"], strict=True))
    for value, text in labels[::-1][:: _every(xaxis, frame)]:
        yield words(text, frame.x(value), beside, anchor="middle", size=12)
    for value, text in zip(yaxis["tickvals"], yaxis["ticktext"], strict=True):
        yield words(text, frame.left - 8, frame.y(value), anchor="end")


def _every(axis: Mapping[str, Any], frame: Frame) -> int:
    """1 where all labels of the x axis have room, else the least n."""
    places = [frame.x(value) for value in axis["tickvals"]]
    room = min((b - a for a, b in pairwise(places)), default=frame.width)
    return max(1, ceil((max(map(width_of, axis["ticktext"]), default=0) * 12 / SIZE + 6) / room))


# Bars -----------------------------------------------------------------------------------------------------------------


def _bars(traces: Sequence[Trace], layout: Mapping[str, Any], frame: Frame) -> Iterator[str]:
    """Stacked, or one trace alone; lying (``h``) or standing."""
    if not traces:
        return
    lying = traces[0].get("orientation") == "h"
    lengths = [trace["x" if lying else "y"] for trace in traces]
    ends = list(accumulate(lengths, lambda below, more: [a + b for a, b in zip(below, more, strict=True)]))
    thick = (1 - layout.get("bargap", 0.2)) / 2
    for trace, length, end in zip(traces, lengths, ends, strict=True):
        places = trace["y" if lying else "x"]
        for n, place in enumerate(places):
            if length[n]:
                box = _box(frame, lying, (end[n] - length[n], end[n]), (place - thick, place + thick))
                yield _bar(trace, n, box, lying)


Box = tuple[float, float, float, float]  # left, top, width, height


def _box(frame: Frame, lying: bool, along: tuple[float, float], aside: tuple[float, float]) -> Box:
    xs, ys = (along, aside) if lying else (aside, along)
    left, right = sorted(frame.x(value) for value in xs)
    top, bottom = sorted(frame.y(value) for value in ys)
    return left, top, right - left, bottom - top


def _bar(trace: Trace, n: int, box: Box, lying: bool) -> str:
    left, top, width, height = box
    colour = trace["marker"]["color"]
    filled = paint_of(colour if isinstance(colour, str) else colour[n])
    gap = 1.5 if "text" in trace else 0  # a hair between the parts of a stack
    drawn = element(
        "rect",
        title(trace["hovertext"][n]),
        x=left,
        y=top + (0 if lying else gap),
        width=max(width - (gap if lying else 0), 0.5),
        height=max(height - (0 if lying else gap), 0.5),
        **filled,
    )
    return drawn + _bar_words(trace, n, box, lying)


def _bar_words(trace: Trace, n: int, box: Box, lying: bool) -> str:
    """Inside a bar, only where they fit: in a standing one as Plotly has it, which wants air above and below."""
    if "text" not in trace:
        return ""
    text, (left, top, width, height) = trace["text"][n], box
    size, colour = trace["textfont"]["size"], trace["textfont"].get("color")
    if not text or width_of(text, size) + 2 > width or size > height + (2 if lying else -5):
        return ""
    return words(text, left + width / 2, top + height / 2, anchor="middle", size=size, colour=colour)


# Lines, markers, bands, cells -----------------------------------------------------------------------------------------


def _scatter(trace: Trace, frame: Frame) -> Iterator[str]:
    mode = trace["mode"]
    points = [
        (n, frame.x(x), frame.y(y))
        for n, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True))
        if y is not None
    ]
    if trace.get("fill") == "toself":
        yield element("polygon", points=_path(points), **paint_of(trace["fillcolor"]))
    if "lines" in mode:
        runs = [points] if trace.get("connectgaps") else _runs(points)
        yield from (_polyline(run, trace["line"]) for run in runs)
    if "markers" in mode:
        yield from (_marker(trace, n, x, y) for n, x, y in points)
    if "text" in mode:
        yield from (_point_words(trace, n, x, y) for n, x, y in points if trace["text"][n])


Point = tuple[int, float, float]


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Points without a gap between them: a line does not bridge what is missing."""
    run: list[Point] = []
    for point in points:
        if run and point[0] != run[-1][0] + 1:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{short(x)},{short(y)}" for _, x, y in points)


def _polyline(points: Sequence[Point], line: Mapping[str, Any]) -> str:
    return element(
        "polyline",
        points=_path(points),
        fill="none",
        stroke_width=line["width"],
        stroke_dasharray=DASHES.get(line.get("dash", "")),
        stroke_linejoin="round",
        **paint_of(line["color"], "stroke"),
    )


def _marker(trace: Trace, n: int, x: float, y: float) -> str:
    marker = trace["marker"]
    symbol = marker.get("symbol", "circle")
    symbol = symbol if isinstance(symbol, str) else symbol[n]
    colour = marker["color"] if isinstance(marker["color"], str) else marker["color"][n]
    if symbol == "line-ns":
        return _stroke(marker, x, y, title(trace["hovertext"][n]))
    hollow = symbol.endswith("-open")
    look = {"fill": "none", "stroke": colour, "stroke_width": 2} if hollow else {"fill": colour}
    radius = marker["size"] / 2 + (0 if hollow else marker.get("line", {}).get("width", 0) / 2)
    return _symbol(symbol.removesuffix("-open"), x, y, radius, title(trace["hovertext"][n]), **look)


def _stroke(marker: Mapping[str, Any], x: float, y: float, *inside: str) -> str:
    """Upright; broad enough to be pointed at."""
    far, line = marker["size"] / 2, marker["line"]
    return element(
        "line", *inside, x1=x, y1=y - far, x2=x, y2=y + far, stroke=line["color"], stroke_width=line["width"]
    )


def _symbol(symbol: str, x: float, y: float, radius: float, *inside: str, **look: Any) -> str:
    if symbol == "diamond":
        far = radius * 1.3
        corners = [(0, x, y - far), (0, x + far, y), (0, x, y + far), (0, x - far, y)]
        return element("polygon", *inside, points=_path(corners), **look)
    if symbol == "triangle-up":
        wide = radius * 2 / sqrt(3)
        corners = [(0, x - wide, y + radius / 2), (0, x + wide, y + radius / 2), (0, x, y - radius)]
        return element("polygon", *inside, points=_path(corners), **look)
    if symbol == "square":
        return element("rect", *inside, x=x - radius, y=y - radius, width=2 * radius, height=2 * radius, **look)
    return element("circle", *inside, cx=float(x), cy=float(y), r=float(radius), **look)


SIDES = {"left": ("end", -10), "center": ("middle", 0), "right": ("start", 10)}


def _point_words(trace: Trace, n: int, x: float, y: float) -> str:
    up, side = trace.get("textposition", "middle center").split()
    font = trace.get("textfont", {})
    anchor, aside = SIDES[side]
    lift = {"top": -14, "middle": 0, "bottom": 16}[up]
    return words(
        trace["text"][n], x + aside, y + lift, anchor=anchor, size=font.get("size", SIZE), colour=font.get("color")
    )


def _heatmap(trace: Trace, frame: Frame) -> Iterator[str]:
    low, high = trace["zmin"], trace["zmax"]
    for y, row in zip(trace["y"], trace["z"], strict=True):
        for n, (x, value) in enumerate(zip(trace["x"], row, strict=True)):
            if value is None:
                continue
            left, top, width, height = _box(frame, True, (x - 0.5, x + 0.5), (y - 0.5, y + 0.5))
            yield element(
                "rect",
                title(trace["hovertext"][y][n]),
                x=left + trace["xgap"] / 2,
                y=top + trace["ygap"] / 2,
                width=width - trace["xgap"],
                height=height - trace["ygap"],
                **paint_of(colour_at(trace["colorscale"], (value - low) / (high - low))),
            )


def colour_at(colorscale: Sequence[Sequence[Any]], share: float) -> str:
    """Of a colorscale of steps: the colour that holds at ``share`` (0–1)."""
    return [colour for at, colour in colorscale if at <= share][-1]


PAINTERS: dict[str, Callable[[Trace, Frame], Iterator[str]]] = {"scatter": _scatter, "heatmap": _heatmap}


# What stands around ---------------------------------------------------------------------------------------------------


def _shapes(layout: Mapping[str, Any], frame: Frame) -> Iterator[str]:
    for shape in layout.get("shapes", []):
        xref, yref = _ref(shape["xref"], "x"), _ref(shape["yref"], "y")
        xs = [frame.at(shape[key], xref) for key in ("x0", "x1")]
        ys = [frame.at(shape[key], yref) for key in ("y0", "y1")]
        if shape["type"] == "rect":
            box = {"x": min(xs), "y": min(ys), "width": abs(xs[1] - xs[0]), "height": abs(ys[1] - ys[0])}
            yield element("rect", **box, **paint_of(shape["fillcolor"]))
        else:
            line = shape["line"]
            dash = DASHES.get(line.get("dash", ""))
            yield _segment(
                xs[0], ys[0], xs[1], ys[1], stroke=line["color"], stroke_width=line["width"], stroke_dasharray=dash
            )


def _segment(x1: float, y1: float, x2: float, y2: float, **look: Any) -> str:
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **look)


def _ref(ref: str, axis: str) -> str:
    return f"{axis} paper" if ref == "paper" else axis


ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def _annotations(layout: Mapping[str, Any], frame: Frame) -> Iterator[str]:
    for note in layout.get("annotations", []):
        x, y = frame.at(note["x"], _ref(note["xref"], "x")), frame.at(note["y"], _ref(note["yref"], "y"))
        size = note.get("font", {}).get("size", SIZE)
        lift = {"bottom": -size * 0.8, "middle": 0, "top": size * 0.8}[note.get("yanchor", "middle")]
        yield words(note["text"], x, y + lift, anchor=ANCHORS[note.get("xanchor", "center")], size=size)


def _legend(traces: Sequence[Trace], width: float) -> tuple[str, int]:
    """The names of the traces in rows, and the height they take, px; one trace needs none."""
    named = [trace for trace in traces if trace["name"]]
    if len(named) < 2:
        return "", 0
    x, row, parts = 2.0, 0, []
    for trace in named:
        name = trace["name"]
        room = 24 + width_of(name, 12) + 14
        if x + room > width and x > 2:
            x, row = 2.0, row + 1
        y = LEGEND_ROW * row + LEGEND_ROW / 2
        parts.append(_swatch(trace, x, y) + words(name, x + 24, y, size=12))
        x += room
    return element("g", *parts, class_="legend"), LEGEND_ROW * (row + 1) + 4


def _swatch(trace: Trace, x: float, y: float) -> str:
    """A small picture of the trace, 18 px wide."""
    if trace["type"] != "scatter":
        return element("rect", x=x, y=y - 5, width=18, height=10, rx=2, **paint_of(trace["marker"]["color"]))
    drawn = ""
    if "lines" in trace["mode"]:
        drawn += _polyline([(0, x, y), (1, x + 18, y)], trace["line"])
    if "markers" in trace["mode"]:
        drawn += _marker_swatch(trace["marker"], x + 9, y)
    return drawn


def _marker_swatch(marker: Mapping[str, Any], x: float, y: float) -> str:
    symbol = marker.get("symbol", "circle")
    if symbol == "line-ns":
        return _stroke({**marker, "size": 14}, x, y)
    hollow = isinstance(symbol, str) and symbol.endswith("-open")
    look = {"fill": "none", "stroke": marker["color"], "stroke_width": 2} if hollow else {"fill": marker["color"]}
    return _symbol(symbol.removesuffix("-open") if isinstance(symbol, str) else "circle", x, y, 5, **look)
