"""What every figure shares: colours, type, ticks. A figure is a Plotly figure as plain data: ``{"data", "layout"}``.

To be drawn alike by Plotly and by the painter a figure keeps to a small language: numeric axes with explicit ranges
and ticks, explicit margins, no legend box of Plotly's (the painter's own stays), colours as #rrggbb with opacities
aside. ``layout.meta`` says what the picture means: see ``meta``.
"""

import math
from collections.abc import Sequence
from typing import Any

Figure = dict[str, Any]

# Seen on white and on dark alike; the same values as the fills of app.css.
COLOURS = {
    "achieved": "#3574b8",
    "on_track": "#35875f",
    "at_risk": "#bd7f16",
    "behind": "#c8423a",
    "idle": "#98a2ae",
}
# Within a tone the statuses differ in depth, so that a stack can be read.
FILLS = {
    "achieved": "#3574b8",
    "on_track": "#35875f",
    "at_risk": "#bd7f16",
    "behind": "#c8423a",
    "overdue": "#a3271f",
    "not_due": "#a3acb7",
    "no_data": "#6f7b8a",
    "not_rated": "#c3cad2",
    "no_baseline": "#87929f",
}
# The shape that a status has in words (base.templatetags.status), as a marker.
SYMBOLS = {"●": "circle", "▲": "triangle-up", "◆": "diamond", "■": "square", "○": "circle-open"}
DARK, LIGHT = "#18273d", "#ffffff"  # type on a fill
LINE = "#8592a3"
FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
SIZE = 13  # px of the type
ROW = 30  # px of one horizontal bar with its room


def meta(title: str, head: str, rows: Sequence[str], **rest: Any) -> dict[str, Any]:
    """``title`` in a sentence; ``head``: what the categories are (行动, 学校); ``rows``: their labels, uncut.

    ``across``: they stand on the x axis. ``columns``: those of a heat map.
    """
    return {"title": title, "head": head, "rows": list(rows), "across": False, **rest}


def layout(height: int, margin: tuple[int, int, int, int], **rest: Any) -> dict[str, Any]:
    """``margin`` as top, right, bottom, left, px."""
    top, right, bottom, left = margin
    return {
        "height": height,
        "margin": {"t": top, "r": right, "b": bottom, "l": left, "pad": 0},
        "font": {"family": FONT, "size": SIZE},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        **rest,
    }


def scale(ticks: Sequence[float], decimals: int = 0, suffix: str = "", **rest: Any) -> dict[str, Any]:
    """An axis of numbers from the first tick to the last, a hair beyond so that both have their grid line."""
    hair = (ticks[-1] - ticks[0]) * 0.002
    return {
        "range": [ticks[0] - hair, ticks[-1] + hair],
        "tickvals": list(ticks),
        "ticktext": [f"{tick:,.{decimals}f}{suffix}" for tick in ticks],
        "showgrid": True,
        "gridcolor": LINE,
        "gridwidth": 0.4,
        "zeroline": False,
        "fixedrange": True,
        **rest,
    }


def steps(labels: Sequence[str], *, downwards: bool = False) -> dict[str, Any]:
    """An axis of categories at 0, 1, 2 …; ``downwards`` puts the first one on top."""
    span = [-0.5, len(labels) - 0.5]
    return {
        "range": span[::-1] if downwards else span,
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def nice_ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers that span ``low`` to ``high`` in some ``about`` steps of 1, 2, 2.5 or 5 times a power of ten."""
    high = high if high > low else low + 1
    span = high - low
    power = 10.0 ** math.floor(math.log10(span / about))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n * about >= span * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 9) for n in range(first, max(last, first + 1) + 1)]


def on(fill: str) -> str:
    """The colour of type that is read best on ``fill``."""
    return LIGHT if luminance(fill) < 0.2 else DARK


def luminance(colour: str) -> float:
    """Relative luminance, 0–1, as WCAG 2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rgba(colour: str, opacity: float) -> str:
    """``#rrggbb`` with an opacity, as Plotly writes it."""
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def decimals_of(ticks: Sequence[float]) -> int:
    """How many decimals the ticks need."""
    return max(len(f"{tick:.6f}".rstrip("0").partition(".")[2]) for tick in ticks)


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide ``text`` is, px: a Chinese character is an em, a Latin one a good half."""
    return sum(size if ord(letter) > 0x2000 else size * 0.58 for letter in text)


def shorten(text: str, width: float) -> str:
    """``text``, cut with … where it is wider than ``width`` px."""
    if width_of(text) <= width:
        return text
    while text and width_of(text) + SIZE > width:
        text = text[:-1]
    return text + "…"
