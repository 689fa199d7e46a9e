"""Words for the arrays of the core. Axes: U units, E elements (K those of one target), Q quarters, S scopes."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def some(marks: Bools, axis: int = -1) -> Bools:
    """Whether any is marked along the axis."""
    result: Bools = np.logical_or.reduce(marks, axis=axis)
    return result


def every(marks: Bools, axis: int = -1) -> Bools:
    """Whether all are marked along the axis."""
    result: Bools = np.logical_and.reduce(marks, axis=axis)
    return result


def last(marks: Bools) -> Ints:
    """The place of the last mark along the last axis, −1 where there is none."""
    place = marks.shape[-1] - 1 - np.argmax(marks[..., ::-1], axis=-1)
    return np.where(some(marks), place, -1)
