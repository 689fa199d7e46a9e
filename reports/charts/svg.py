"""Writing SVG: elements with presentation attributes alone, so that pages, Word and PDF makers draw it alike."""

import re
from dataclasses import dataclass
from html import escape

Attribute = str | float | int | None

RGBA = re.compile(r"rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)")


def element(name: str, *inside: str, **attributes: Attribute) -> str:
    """``<name …>inside</name>``; ``stroke_width`` reads stroke-width; None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def _value(value: Attribute) -> str:
    return short(value) if isinstance(value, float) else escape(str(value))


def short(number: float) -> str:
    """At most two decimals, none that are zero."""
    return f"{round(number, 2) + 0:.2f}".rstrip("0").rstrip(".")


def title(text: str) -> str:
    """What a mark says when one points at it."""
    return f"<title>{escape(text)}</title>" if text else ""


def words(
    text: str,
    x: float,
    y: float,
    *,
    anchor: str = "start",
    size: float = 13,
    colour: str | None = None,
    bold: bool = False,
) -> str:
    """Text whose vertical middle is at ``y`` (baselines are shifted by hand: PDF makers know no other way)."""
    return element(
        "text",
        escape(text),
        x=float(x),
        y=float(y + size * 0.36),
        text_anchor=None if anchor == "start" else anchor,
        font_size=size,
        font_weight="600" if bold else None,
        fill=colour or "currentColor",
    )


def paint_of(colour: str, name: str = "fill") -> dict[str, Attribute]:
    """``fill`` (or ``stroke``) and its opacity for a colour of a figure."""
    match = RGBA.fullmatch(colour)
    if match is None:
        return {name: colour}
    red, green, blue = (int(part) for part in match.groups()[:3])
    return {name: f"#{red:02x}{green:02x}{blue:02x}", f"{name}_opacity": match[4]}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where numbers lie on the picture, px: the plot's box and the ranges of both axes."""

    left: float
    top: float
    width: float
    height: float
    xrange: tuple[float, float]
    yrange: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.xrange
        return self.left + self.width * (value - low) / (high - low)

    def y(self, value: float) -> float:
        low, high = self.yrange
        return self.top + self.height * (1 - (value - low) / (high - low))

    def at(self, value: float, ref: str) -> float:
        """A coordinate of a shape or annotation: ``ref`` is x, y, or paper (0–1) prefixed by its axis."""
        if ref == "x":
            return self.x(value)
        if ref == "y":
            return self.y(value)
        return self.left + self.width * value if ref == "x paper" else self.top + self.height * (1 - value)

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height
