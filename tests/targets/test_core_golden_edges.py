"""Cases worked by hand on the edges: the very quarter, the equal value, the other reading (measurement.md §2–§5).

The plan runs from 2023Q1 to 2025Q4. An element that is not spelled out is a stock of schools, asked each quarter.
"""

import pytest

from base.quarters import Quarter
from targets.core.model import About, Facts, Status, Unit
from tests.targets.books import (
    book,
    count,
    flow,
    goal,
    judgement,
    milestone,
    quarter,
    ratio,
    result,
    school,
    schools,
    scopes,
    share,
    stock,
)

near = pytest.approx
S1 = school("S1")


def state(values, *goals, **rest):
    """A book of one school with a count A of something that is there."""
    return book(count("A", *goals, **rest), {"S1 A": values})


# Goals


def test_goals_on_either_side_of_a_period_do_not_mix(measure):
    made = state(
        "2023Q4=1 2024Q4=2 2025Q4=3", *(goal(f"{year}Q{n}", 50) for year in (2023, 2024, 2025) for n in (2, 4))
    )
    seen = {period: result(measure, made, period) for period in ("2023H1", "2023Q3", "2024", "2026H1")}
    assert {period: str(row.due) for period, row in seen.items()} == {
        "2023H1": "2023Q2",
        "2023Q3": "2023Q4",
        "2024": "2024Q4",
        "2026H1": "2025Q4",
    }
    assert (seen["2024"].measured_at, seen["2024"].value) == (quarter("2024Q4"), 2)


def test_last_year_is_over_in_its_very_last_quarter(measure):
    made = state("2024Q3=30", goal("2025Q3", 5, basis="last_year_plus"))
    assert result(measure, made, "2024Q3").goal == 35


def test_last_year_of_a_flow_begins_with_its_first_quarter(measure):
    # 10 + 1 in 2023, the 100 before it are another year's
    target = count("N", goal("2024Q4", 0, ">", "last_year_plus"))
    made = book(target, {"S1 N": "2022Q4=100 2023Q1=10 2023Q4=1 2024Q4=12"}, elements=[flow("N")])
    assert result(measure, made, "2024H2").goal == 11


def test_baseline_of_the_due_date_is_no_anchor(measure):
    made = state("2024Q2=40", goal("2024Q4", 80), baseline=(20, "2024Q4"))
    assert (result(measure, made, "2024H1").anchor, result(measure, made, "2024H1").pace) == (None, 0.5)


@pytest.mark.parametrize("kind", [flow, stock])
def test_only_a_count_of_flows_starts_from_nothing(measure, kind):
    # a rate over the plan has no start, nor has what is merely there
    target = ratio("A", "B", goal("2024Q4", 80), window="plan")
    made = book(target, {"S1 A": "2023Q4=40", "S1 B": "2023Q4=100"}, elements=[kind("A", [4]), kind("B", [4])])
    there = state("2023Q4=40", goal("2024Q4", 80), window="plan")
    for one in (made, there):
        row = result(measure, one, "2023H2")
        assert (row.anchor, row.expected, row.pace) == (None, 80, 0.5)


def test_falling_count_is_held_to_its_anchor_before_the_anchor(measure):
    # 2.5 from mid-2023 on: nothing less is expected in 2023Q1, and r = 2.5/5
    row = result(measure, state("2023Q1=5", goal("2024Q4", 0, "<="), baseline=(2.5, "2023Q2")), "2023Q1")
    assert (row.anchor, row.expected, row.pace) == (2.5, 2.5, 0.5)


def test_falling_count_is_rounded_down_on_its_way(measure):
    # 10 to 3 in eight quarters: after three 7.375
    row = result(measure, state("2023Q3=8", goal("2024Q4", 3, "<="), baseline=(10, "2022Q4")), "2023Q3")
    assert (row.expected, row.pace) == (7, near(2 / 3))


def test_maximum_itself_is_no_excess(measure):
    row = result(measure, state("2024Q4=70", goal("2024Q4", 50, "between", maximum=70)), "2024H2")
    assert (row.status, row.remarked) == (Status.ACHIEVED, False)


def test_judgement_that_was_not_met_in_time_is_a_missed_goal(measure):
    verdict = [stock("J", [4], about="bureau", value_type="verdict")]
    target = judgement("J", goal("2022Q4"), goal("2023Q4"), goal("2024Q4"), goal("2025Q4"))
    row = result(measure, book(target, {"bureau J": "2023Q4=1 2024Q4=2 2025Q4=0"}, elements=verdict), "2025H2")
    assert (row.status, row.missed_goals) == (Status.BEHIND, (quarter("2023Q4"),))


def test_less_than_last_year_is_not_as_many(measure):
    made = state("2023Q4=5 2024Q4=5", goal("2024Q4", 0, "<", "last_year_plus"))
    assert (result(measure, made, "2024H2").status, result(measure, made, "2024H2").pace) == (Status.OVERDUE, 1)


@pytest.mark.parametrize(
    ("comparator", "value", "status", "pace"),
    [
        (">", 0, Status.ON_TRACK, 1),
        (">", 3, Status.ACHIEVED, 1),
        ("<=", 3, Status.BEHIND, 0),
        (">=", -1, Status.BEHIND, 0),
    ],
)
def test_pace_towards_nothing_is_all_or_none(measure, comparator, value, status, pace):
    # e = 0 divides nothing; equality meets
    row = result(measure, state(f"2024Q2={value}", goal("2024Q4", 0, comparator)), "2024H1")
    assert (row.status, row.pace) == (status, pace)


def test_count_of_none_keeps_pace_with_less_than_nothing(measure):
    # 1 less than last year's 0 is −1, and a count of 0 meets every <
    row = result(measure, state("2023Q4=0 2024Q4=0", goal("2024Q4", -1, "<", "last_year_plus")), "2024H2")
    assert (row.status, row.goal, row.pace) == (Status.ACHIEVED, -1, 1)


def test_milestone_of_zero_is_not_reached(measure):
    made = book(
        milestone("M", goal("2024Q4", 1, "=")),
        {"bureau M": "2024Q1=1 2024Q2=0"},
        elements=[stock("M", about="bureau", value_type="boolean")],
    )
    assert (result(measure, made, "2024H1").value, result(measure, made, "2024Q1").value) == (0, 1)


# Units


def test_school_counts_from_the_quarter_of_its_opening_to_the_one_before_its_closing(measure):
    made = book(
        count("A", goal("2025Q4", 50)),
        {"S1 A": "2024Q1=1", "S2 A": "2024Q2=20 2024Q3=20 2024Q4=20"},
        [S1, school("S2", opened="2024Q2", closed="2024Q4")],
    )
    assert [result(measure, made, f"2024Q{n}").value for n in (1, 2, 3, 4)] == [1, 21, 21, 1]


def test_facts_hold_from_their_own_quarter_and_the_first_before_it_too(measure):
    first = Facts(quarter("2024Q1"), frozenset({"primary"}), "public")
    turned = Facts(quarter("2024Q3"), frozenset({"primary"}), "private")
    unit = Unit("S1", About.SCHOOL, quarter("2010Q3"), None, (first, turned))
    made = book(count("A", goal("2025Q4", 50), ownership="public"), {"S1 A": "2023Q1=7"}, [unit])
    assert [len(scopes(measure, made, period)) for period in ("2023Q4", "2024Q2", "2024Q3")] == [2, 2, 1]


def test_closed_school_is_no_unit_where_a_stock_takes_part(measure):
    values = {"S1 N": "2024Q1=1 2024Q4=1", "S1 B": "2024Q1=10", "S2 N": "2024Q1=5", "S2 B": "2024Q1=10"}
    target = ratio("N", "B", goal("2024Q4", 20))
    made = book(target, values, [S1, school("S2", closed="2024Q3")], [flow("N", [1, 4]), stock("B", [1])])
    assert (result(measure, made, "2024H2").value, scopes(measure, made, "2024H2")) == (20, ["S1", "district"])


def test_closed_school_has_the_facts_of_its_last_asked_quarter(measure):
    # last asked in Q2, S2 was public and S3 no longer: both quarters of S2 count, none of S3
    values = {f"S{n} N": f"2024Q1={10**n} 2024Q2={10**n}" for n in (2, 3)} | {"S1 N": "2024Q1=1 2024Q2=1"}
    s2 = school("S2", ownership="private", closed="2024Q3", then=(("2024Q2", "primary", "public"),))
    s3 = school("S3", ownership="public", closed="2024Q3", then=(("2024Q2", "primary", "private"),))
    made = book(count("N", goal("2024Q4", 50), ownership="public"), values, [S1, s2, s3], [flow("N")])
    assert result(measure, made, "2024H2").value == 202


def test_closed_school_owes_each_element_in_its_own_quarters(measure):
    # N in Q1 and Q4, M in Q2 and Q4: closing in Q3, the school gave all that was asked
    values = {"S2 N": "2024Q1=3", "S2 M": "2024Q2=4", "S1 N": "2024Q1=1 2024Q4=1", "S1 M": "2024Q2=1 2024Q4=1"}
    units = [S1, school("S2", closed="2024Q3")]
    made = book(count("N M", goal("2024Q4", 50)), values, units, [flow("N", [1, 4]), flow("M", [2, 4])])
    row = result(measure, made, "2024H2")
    assert (row.value, row.units_expected, row.units_fresh) == (11, 2, 2)


# Asked and not asked


def test_one_element_not_asked_yet_makes_it_not_due(measure):
    made = book(count("A B", goal("2025Q4", 50)), {"S1 A": "2023Q2=5"}, elements=[stock("A"), stock("B", [3])])
    row = result(measure, made, "2023H1")
    assert (row.status, row.value, row.units_fresh) == (Status.NOT_DUE, 5, 1)


@pytest.mark.parametrize(("stages", "value", "expected"), [("junior", 5, 1), ("primary junior", 7, 2)])
def test_element_that_nobody_has_been_asked_yet_makes_it_not_due(measure, stages, value, expected):
    # B is S2's alone and asked in Q3, whether S2 was asked for A by then or for nothing at all
    units, elements = [S1, school("S2", stages)], [stock("A", stages="primary"), stock("B", [3], stages="junior")]
    made = book(count("A B", goal("2023Q2", 5)), {"S1 A": "2023Q2=5", "S2 A": "2023Q2=2"}, units, elements)
    row = result(measure, made, "2023H1")
    assert (row.status, row.value, row.units_expected) == (Status.NOT_DUE, value, expected)


def test_new_school_not_yet_asked_does_not_stop_the_district(measure):
    units = [S1, school("S2", opened="2024Q1")]
    made = book(count("A", goal("2025Q4", 50)), {"S1 A": "2023Q3=60"}, units, [stock("A", [3])])
    assert result(measure, made, "2024H1").status == Status.ACHIEVED


def test_school_that_changed_its_stage_is_expected_when_its_new_element_is_asked(measure):
    # from 2023Q2 on S2 has primary classes alone, asked in Q3: until then there is nothing to expect of it
    moved = school("S2", "junior", then=(("2023Q2", "primary", "public"),))
    elements = [stock("J", stages="junior"), stock("P", [3], stages="primary")]
    made = book(count("J P", goal("2025Q4", 50)), {"S2 J": "2023Q1=9"}, [moved], elements)
    rows = [result(measure, made, period) for period in ("2023Q1", "2023Q2", "2023Q3")]
    assert [(row.units_expected, row.units_missing, row.value) for row in rows] == [
        (1, 0, 9),
        (0, 0, None),
        (1, 1, None),
    ]


@pytest.mark.parametrize(
    ("comparator", "meeting"), [(">=", 2), (">", 1), ("<=", 2), ("<", 1)], ids=["at least", "more", "at most", "less"]
)
def test_condition_of_a_share_at_its_threshold(measure, comparator, meeting):
    # 4, 5 and 6 against 5
    values = {f"S{n} A": f"2024Q2={n + 3}" for n in (1, 2, 3)}
    made = book(share("A", comparator, 5, goal("2025Q4", 100)), values, schools(3))
    assert result(measure, made, "2024H1").numerator == meeting


def test_period_before_the_plan_is_not_due(measure):
    row = result(measure, state("2022Q4=60", goal("2023Q4", 50)), "2022H2")
    assert (row.status, row.measured_at, row.units_expected) == (Status.NOT_DUE, Quarter.of(2022, 4), 0)


# Tolerance


def test_value_one_millionth_short_of_its_goal_is_short(measure):
    # 100 · 9499999 / 9999999 = 94.99999949…; one more of the numerator's ten millions would be past 95
    target = ratio("N", "D", goal("2024Q4", 95), scale=100, decimals=1)
    row = result(measure, book(target, {"S1 N": "2024Q4=9499999", "S1 D": "2024Q4=9999999"}), "2024H2")
    assert row.status == Status.OVERDUE


def test_value_that_floats_put_just_short_of_its_goal_meets_it(measure):
    # 1.1 · 10 = 11.000000000000002 in floats
    made = state("2023Q4=10 2024Q4=11", goal("2024Q4", 1.1, basis="last_year_times"))
    assert result(measure, made, "2024H2").status == Status.ACHIEVED
