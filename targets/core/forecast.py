"""Where a value will be if its recent pace goes on: a line by Theil and Sen through the last quarters, with the band in
which a value lies four times out of five if it scatters about the line as it did.

The slope is the median of the slopes of all pairs of points, so that one odd quarter does not bend it. The band is the
usual interval for a new observation about a fitted line (Student's t), with the scatter about this line; never narrower
than a step of the figures themselves, which are whole heads and rounded shares: four of them that happen to lie
straight prove nothing finer. Pure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from base.quarters import Quarter

LEAST = 4  # points; fewer say nothing about scatter
RECENT = 8  # quarters that a pace is taken from
CLAIMED = 0.8  # how often the band holds the truth
# Student's t at 0.9 for 2, 3, … degrees of freedom; RECENT points leave six at most.
T = (1.886, 1.638, 1.533, 1.476, 1.440)


@dataclass(frozen=True, slots=True)
class Forecast:
    """``pace``: change by quarter. ``low`` and ``high``: the band around ``value``, all in the target's unit."""

    value: float
    low: float
    high: float
    pace: float
    points: int


def forecast(points: Mapping[Quarter, float], at: Quarter, *, step: float = 0.0) -> Forecast | None:
    """The value ``at`` a quarter after the last point; None with fewer than four points among the recent quarters.
    ``step``: of the figures; the band reaches at least so far to either side."""
    recent = {quarter: value for quarter, value in points.items() if quarter > at_most(points) - RECENT}
    if len(recent) < LEAST:
        return None
    x = np.array([quarter for quarter in sorted(recent)], float)
    y = np.array([recent[quarter] for quarter in sorted(recent)], float)
    return _extrapolated(x, y, float(at), step)


def at_most(points: Mapping[Quarter, float]) -> int:
    """The newest quarter."""
    return max(points, default=Quarter(0))


def pace_needed(value: float, goal: float, now: Quarter, due: Quarter) -> float | None:
    """The change by quarter that takes ``value`` to ``goal`` when it is due; None when no quarter is left."""
    return (goal - value) / (due - now) if due > now else None


def _extrapolated(x: np.ndarray, y: np.ndarray, at: float, step: float) -> Forecast:
    before, after = np.triu_indices(len(x), 1)
    pace = float(np.median((y[after] - y[before]) / (x[after] - x[before])))
    start = float(np.median(y - pace * x))
    value = start + pace * at
    half = max(step, _half_width(x, y - start - pace * x, at))
    return Forecast(value, value - half, value + half, pace, len(x))


def _half_width(x: np.ndarray, residuals: np.ndarray, at: float) -> float:
    freedom = len(x) - 2
    scatter = math.sqrt(float(residuals @ residuals) / freedom)
    away = (at - x.mean()) ** 2 / float(((x - x.mean()) ** 2).sum())
    return T[freedom - 2] * scatter * math.sqrt(1 + 1 / len(x) + away)
