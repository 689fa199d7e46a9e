"""Comparisons of floats that decide as exact arithmetic would (measurement.md §5: status from unrounded values).

A quotient n/d that misses a goal of two decimals misses it by at least 1/(100·n) of its size, and a district's sums
stay far below 10^10; the few float operations behind it err by about 1e-15. A difference within 1e-12 is therefore an
error of the floats and not of the figures: 0.1 + 0.2 equals 0.3, and 2.9999999999999996 rounds down to 3. The tolerance
is relative, but absolute below 1, where differences of larger figures may have cancelled to nearly 0.

Everything here works on arrays and on single floats alike. NaN compares as False.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Floats
from .model import Comparator

Number = Floats | float

TOLERANCE = 1e-12


def slack(*numbers: Number) -> Any:
    """The difference that counts as none among numbers of this size. NaN is ignored."""
    size: Any = 1.0
    for number in numbers:
        size = np.fmax(size, np.abs(number))
    return TOLERANCE * size


def equal(x: Number, y: Number) -> Any:
    return np.abs(np.subtract(x, y)) <= slack(x, y)


def at_least(x: Number, y: Number) -> Any:
    return np.subtract(x, y) >= -slack(x, y)


def more(x: Number, y: Number) -> Any:
    return np.subtract(x, y) > slack(x, y)


def at_most(x: Number, y: Number) -> Any:
    return at_least(y, x)


def less(x: Number, y: Number) -> Any:
    return more(y, x)


COMPARED: dict[Comparator, Callable[[Number, Number], Any]] = {
    Comparator.AT_LEAST: at_least,
    Comparator.MORE: more,
    Comparator.EQUAL: equal,
    Comparator.BETWEEN: at_least,  # met from its minimum on (§4)
    Comparator.AT_MOST: at_most,
    Comparator.LESS: less,
}


def floor(x: Number) -> Any:
    """The largest whole number that is at most x."""
    return np.floor(x + slack(x))


def ceil(x: Number) -> Any:
    """The smallest whole number that is at least x."""
    return np.ceil(x - slack(x))
