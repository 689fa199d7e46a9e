"""Shown values: rounded half up, never across the goal (measurement.md §5)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.core.model import Comparator
from targets.core.rounding import shown


def read(value, decimals, goal=None, comparator=Comparator.AT_LEAST):
    return Decimal(str(shown(value, decimals, goal, comparator)))


@pytest.mark.parametrize(
    ("value", "goal", "comparator", "text"),
    [
        (94.96, 95, ">=", "94.9"),
        (94.94, 95, ">=", "94.9"),
        (95.04, 95, ">=", "95.0"),
        (95.05, 96, ">=", "95.1"),
        (95.0, 95, ">=", "95.0"),
        (95.04, 95, ">", "95.1"),
        (5.04, 5, "<=", "5.1"),
        (4.96, 5, "<=", "5.0"),
        (4.96, 5, "<", "4.9"),
        (49.97, 50, "between", "49.9"),
    ],
)
def test_shown_never_crosses_the_goal(value, goal, comparator, text):
    assert read(value, 1, goal, Comparator(comparator)) == Decimal(text)


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (2.675, 2, "2.68"), (1.005, 2, "1.01")]
)
def test_shown_rounds_half_up_as_a_person_reads_the_decimal(value, decimals, text):
    assert read(value, decimals) == Decimal(text)


def meets(value, goal, comparator):
    by = {">=": value >= goal, ">": value > goal, "between": value >= goal, "<=": value <= goal, "<": value < goal}
    return by[comparator.value]


@given(
    st.integers(0, 100_000),
    st.integers(0, 1000),
    st.integers(0, 2),
    st.sampled_from([c for c in Comparator if c is not Comparator.EQUAL]),
)
def test_shown_meets_the_goal_exactly_when_the_value_does(thousandths, goal_tenths, decimals, comparator):
    value, goal = thousandths / 1000, goal_tenths / 10
    number = read(value, decimals, goal, comparator)
    assert meets(number, Decimal(str(goal)), comparator) == meets(Decimal(str(value)), Decimal(str(goal)), comparator)
    assert abs(number - Decimal(str(value))) < Decimal(1).scaleb(-decimals)
