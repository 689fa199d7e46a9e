"""Where a value will be if its pace goes on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.quarters import Quarter
from targets.core.forecast import CLAIMED, forecast, pace_needed

START = Quarter.parse("2023Q1")


def points(*values, gap=1):
    return {START + gap * n: value for n, value in enumerate(values)}


def test_a_straight_line_goes_on_straight():
    found = forecast(points(60, 62, 64, 66, 68), START + 8)
    assert (found.value, found.low, found.high, found.pace, found.points) == (76, 76, 76, 2, 5)


def test_one_odd_quarter_widens_the_band_and_does_not_bend_the_line():
    found = forecast(points(60, 62, 64, 80, 68, 70), START + 8)
    assert (found.pace, found.value) == (2, 76)
    assert found.low < 66
    assert found.high > 86


def test_worked_by_hand():
    """Slopes of pairs: 1, 2, 5/3, 3, 2, 1; their median 11/6. Residuals y − 11/6·x: 0, -5/6, 1/3, -1/2, about -1/4."""
    found = forecast(points(0, 1, 4, 5), START + 4)
    assert found.pace == pytest.approx(11 / 6)
    assert found.value == pytest.approx(-1 / 4 + 11 / 6 * 4)
    scatter = ((1 / 4) ** 2 + (7 / 12) ** 2 + (7 / 12) ** 2 + (1 / 4) ** 2) / 2
    assert found.high - found.value == pytest.approx(1.886 * (scatter * (1 + 1 / 4 + 2.5**2 / 5)) ** 0.5)


def test_a_band_is_never_finer_than_the_figures():
    found = forecast(points(60, 62, 64, 66), START + 4, step=0.1)
    assert (found.low, found.value, found.high) == (67.9, 68, 68.1)
    wide = points(60, 62, 64, 80, 68, 70)
    assert forecast(wide, START + 8, step=0.1) == forecast(wide, START + 8)


@pytest.mark.parametrize("values", [(), (1,), (1, 2, 3)])
def test_fewer_than_four_points_say_nothing(values):
    assert forecast(points(*values), START + 9) is None


def test_the_pace_is_taken_from_the_last_eight_quarters():
    assert forecast(points(*[0] * 20, 1, 2, 3, 4, 5, 6, 7, 8), START + 28).value == 9
    assert forecast(points(1, 2, 3, 4, gap=4), START + 20) is None  # one or two of them are recent


@given(st.permutations(range(6)), st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=6))
def test_the_order_of_points_does_not_matter(order, values):
    found = {START + n: values[n] for n in range(6)}
    assert forecast({START + n: values[n] for n in order}, START + 9) == forecast(found, START + 9)


@pytest.mark.parametrize("many", [4, 6, 8])
def test_the_band_holds_the_truth_about_as_often_as_it_claims(many):
    random = np.random.default_rng(7)
    held = 0
    for _ in range(2000):
        line = 50 + 1.5 * np.arange(many + 3) + random.normal(0, 2, many + 3)
        found = forecast(points(*line[:many]), START + many + 2)
        held += found.low <= line[-1] <= found.high
    assert held / 2000 == pytest.approx(CLAIMED, abs=0.05)


def test_the_pace_that_is_needed():
    assert pace_needed(60, 70, START, START + 4) == 2.5
    assert pace_needed(60, 70, START, START) is None
