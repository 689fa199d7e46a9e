"""How a value is shown (measurement.md §5): half up, never across the goal."""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from .exact import COMPARED
from .model import Comparator

# Floats err in the 16th digit; within 14 digits 94.94999999999999 is the 94.95 that was meant.
MEANT = Context(prec=14, rounding=ROUND_HALF_EVEN)


def shown(value: float, decimals: int, goal: float | None = None, comparator: Comparator | None = None) -> str:
    """``value`` with that many decimals, e.g. ``"94.9"``.

    Rounded half up, unless that would read as met what is not (94.96 against ≥ 95 reads 94.9), or as unmet what is met:
    then to the other side. Raises ValueError for NaN.
    """
    if value != value:
        raise ValueError("no value to show")
    meant = MEANT.create_decimal(repr(float(value)))
    unit = Decimal(1).scaleb(-decimals)
    readings = [meant.quantize(unit, rounding) for rounding in (ROUND_HALF_UP, ROUND_FLOOR, ROUND_CEILING)]
    if goal is not None and comparator is not None:
        met = bool(COMPARED[comparator](value, goal))
        readings = [one for one in readings if bool(COMPARED[comparator](float(one), goal)) is met] or readings
    return f"{readings[0] + 0:f}"


@lru_cache(maxsize=10_000)
def meant(number: float) -> Fraction:
    """The figure that a float stands for: a decimal of up to six places, as people enter, else the quotient of counts
    below a million that lies nearest (66.66666666666667 is 200/3). So equal figures are equal, however they came about.
    """
    entered = MEANT.create_decimal(repr(float(number)))
    if entered == entered.quantize(Decimal(1).scaleb(-6)):
        return Fraction(entered)
    return Fraction(number).limit_denominator(10**6)


def shown_points(number: Fraction | Decimal) -> str:
    """Points with two decimals, rounded half up, e.g. ``"89.99"`` (measurement.md §9)."""
    hundredths = math.floor(100 * Fraction(number) + Fraction(1, 2))
    return f"{Decimal(hundredths).scaleb(-2):.2f}"
