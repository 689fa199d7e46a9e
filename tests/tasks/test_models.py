"""The plan's own reckoning of time."""

import datetime

import pytest

from base.quarters import Period, Quarter
from tasks.models import Plan


@pytest.mark.parametrize(
    ("start", "end", "halves"),
    [
        ((2023, 1, 1), (2024, 12, 31), ["2023H1", "2023H2", "2024H1", "2024H2"]),
        ((2023, 4, 1), (2024, 3, 31), ["2023H1", "2023H2", "2024H1"]),
    ],
)
def test_half_years_are_all_in_which_the_plan_runs(start, end, halves):
    plan = Plan(start=datetime.date(*start), end=datetime.date(*end))
    assert [str(half) for half in plan.half_years] == halves
    assert all(plan.runs_in(half) for half in plan.half_years)
    assert not plan.runs_in(plan.half_years[0].moved(-1))
    assert not plan.runs_in(plan.half_years[-1].moved(1))


@pytest.mark.parametrize(("text", "runs"), [("2023Q1", False), ("2023Q2", True), ("2024Q1", True), ("2024Q2", False)])
def test_runs_in_a_quarter_from_its_first_to_its_last(text, runs):
    plan = Plan(start=datetime.date(2023, 4, 1), end=datetime.date(2024, 3, 31))
    assert plan.runs_in(Quarter.parse(text)) is runs
    assert plan.runs_in(Period.parse(text)) is runs
