"""How a value is shown (measurement.md §5): half up, never across the goal."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

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
