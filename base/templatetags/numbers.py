"""Numbers as Chinese offices write them."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template

register = template.Library()

NONE = "—"


@register.filter
def number(value: float | Decimal | int | None, decimals: int | None = None) -> str:
    """``1,236.5``: grouped by thousands, rounded half up to ``decimals``; as short as can be (at most six) without."""
    if value is None:
        return NONE
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        return NONE
    rounded = exact.quantize(Decimal(1).scaleb(-(6 if decimals is None else int(decimals))), ROUND_HALF_UP)
    text = f"{rounded + 0:,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@register.filter
def unit(text: Any, name: str) -> str:
    """Sets a unit behind a number: 18.6%, 37 人; nothing behind a dash."""
    if text in (None, "", NONE):
        return NONE
    if not name:
        return f"{text}"
    return f"{text}{name}" if name in ("%", "‰", "℃") else f"{text}\u00a0{name}"


@register.filter
def cn(n: int) -> str:
    """一, 二 … 十: the number of a heading, 1–10."""
    return "一二三四五六七八九十"[n - 1]
