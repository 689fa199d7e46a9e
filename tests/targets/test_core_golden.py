"""Cases worked by hand: what is measured (measurement.md §1–§3). Both implementations must agree with the hand.

The plan runs from 2023Q1 to 2025Q4. An element that is not spelled out is a stock of schools, asked each quarter.
"""

import pytest

from targets.core.model import Status
from tests.targets.books import (
    BUREAU,
    book,
    count,
    day,
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
TWO = schools(2)
AT_95 = goal("2025Q4", 95)


def units(row):
    return row.units_expected, row.units_fresh, row.units_carried, row.units_missing


# Ratio


def test_ratio_of_nothing_over_nothing_is_not_rated(measure):
    row = result(measure, book(ratio("A", "B", AT_95), {"S1 A": "2024Q2=0", "S1 B": "2024Q2=0"}), "2024H1")
    assert (row.status, row.value, row.denominator, row.pace) == (Status.NOT_RATED, None, 0, None)


def test_ratio_of_a_real_zero_is_zero(measure):
    # 100 · 0 / 50 = 0, expected 95: r = 0
    row = result(measure, book(ratio("A", "B", AT_95), {"S1 A": "2024Q2=0", "S1 B": "2024Q2=50"}), "2024H1")
    assert (row.status, row.value, row.pace) == (Status.BEHIND, 0, 0)


def test_ratio_of_a_blank_is_no_data(measure):
    row = result(measure, book(ratio("A", "B", AT_95), {"S1 B": "2024Q2=50"}), "2024H1")
    assert (row.status, row.value, units(row)) == (Status.NO_DATA, None, (1, 0, 0, 1))


def test_ratio_of_the_district_is_no_average(measure):
    # (9 + 50) / (10 + 100) = 53.6 %, the average of 90 % and 50 % is 70 %
    values = {"S1 A": "2024Q2=9", "S1 B": "2024Q2=10", "S2 A": "2024Q2=50", "S2 B": "2024Q2=100"}
    row = result(measure, book(ratio("A", "B", AT_95), values, TWO), "2024H1")
    assert (row.value, row.numerator, row.denominator) == (near(5900 / 110), 59, 110)


def test_ratio_unit_enters_with_all_its_elements_or_not_at_all(measure):
    # S2 lacks B: 40/50, neither (40 + 30)/50 nor a unit less in the completeness
    values = {"S1 A": "2024Q2=40", "S1 B": "2024Q2=50", "S2 A": "2024Q2=30"}
    row = result(measure, book(ratio("A", "B", AT_95), values, TWO), "2024H1")
    assert (row.value, units(row)) == (80, (2, 1, 0, 1))


def test_ratio_quarter_of_a_flow_enters_with_all_asked_in_it(measure):
    # Q2 lacks B: 8/10 of Q1, not (8 + 9)/10
    target, values = ratio("A", "B", goal("2024Q4", 90)), {"S1 A": "2024Q1=8 2024Q2=9", "S1 B": "2024Q1=10"}
    row = result(measure, book(target, values, elements=[flow("A"), flow("B")]), "2024H1")
    assert (row.value, row.numerator, row.denominator, units(row)) == (80, 8, 10, (1, 0, 1, 0))


def test_ratio_flow_over_a_stock_keeps_its_quarters(measure):
    # 3 + 4 incidents over the latest 700 pupils, carried from last Q3
    target = ratio("N", "B", goal("2024Q4", 5, "<="), scale=1000.0)
    values = {"S1 N": "2024Q1=3 2024Q2=4", "S1 B": "2023Q1=900 2023Q3=700"}
    row = result(measure, book(target, values, elements=[flow("N"), stock("B", [3])]), "2024H1")
    assert (row.value, units(row)) == (10, (1, 1, 0, 0))


def test_nine_year_school_reports_both_stages_and_others_their_own(measure):
    # (30 + 30 + 20) / (40 + 40 + 20); S1 is never asked for junior classes
    pupils = [stock("PA", stages="primary"), stock("PB", stages="primary")]
    pupils += [stock("JA", stages="junior"), stock("JB", stages="junior")]
    values = {"S1 PA": "2024Q2=30", "S1 PB": "2024Q2=40", "S2 PA": "2024Q2=30", "S2 PB": "2024Q2=40"}
    values |= {"S2 JA": "2024Q2=20", "S2 JB": "2024Q2=20", "S1 JA": "2024Q2=77"}
    both = [school("S1"), school("S2", "primary junior"), school("S3", "kindergarten")]
    row = result(measure, book(ratio("PA JA", "PB JB", AT_95), values, both, pupils), "2024H1")
    assert (row.value, units(row)) == (80, (2, 2, 0, 0))


# Share


def test_share_nineteen_of_twenty_meet_95(measure):
    values = {f"S{n} A": f"2025Q4={min(n - 1, 1)}" for n in range(1, 21)}
    row = result(measure, book(share("A", ">=", 1, AT_95), values, schools(20)), "2025H2")
    assert (row.status, row.value, row.gap, row.short_units) == (Status.ACHIEVED, 95, 0, ("S1",))


def test_share_eighteen_of_nineteen_is_one_short_of_95(measure):
    # 18/19 = 94.7 %; 0.95 · 19 = 18.05, so all nineteen are needed
    values = {f"S{n} A": f"2025Q4={min(n - 1, 1)}" for n in range(1, 20)}
    row = result(measure, book(share("A", ">=", 1, AT_95), values, schools(19)), "2025H2")
    assert (row.status, row.numerator, row.denominator, row.gap) == (Status.OVERDUE, 18, 19, 1)


def test_share_of_a_silent_unit_counts_against_the_goal(measure):
    row = result(measure, book(share("A", ">=", 1, AT_95), {"S1 A": "2024Q2=1"}, TWO), "2024H1")
    assert (row.value, row.numerator, row.denominator, row.short_units) == (50, 1, 2, ("S2",))


def test_share_towards_less_counts_a_silent_unit_as_meeting(measure):
    # schools with an over-standard class: none known, S2 is silent: 1 of 2, and no gap towards less
    target = share("A", ">=", 1, goal("2025Q4", 10, "<="))
    row = result(measure, book(target, {"S1 A": "2024Q2=0"}, TWO), "2024H1")
    assert (row.value, row.numerator, row.gap, row.short_units) == (50, 1, None, ())


def test_share_leaves_out_a_unit_with_nothing_to_divide_by(measure):
    # 24/25 is 0.96 exactly, 5/0 is not among those that should, 1/2 fails: 1 of 2
    target = share("A", ">=", 0.96, AT_95, per="B", goal_scope="each")
    values = {"S1 A": "2024Q2=24", "S1 B": "2024Q2=25", "S2 A": "2024Q2=5", "S2 B": "2024Q2=0"}
    made = book(target, values | {"S3 A": "2024Q2=1", "S3 B": "2024Q2=2"}, schools(3))
    row, alone = result(measure, made, "2024H1"), result(measure, made, "2024H1", "S2")
    assert (row.value, row.denominator, units(row)) == (50, 2, (3, 3, 0, 0))
    assert (alone.status, alone.value) == (Status.NOT_RATED, None)


def test_share_of_silence_alone_is_no_data(measure):
    row = result(measure, book(share("A", ">=", 1, AT_95), {}, TWO), "2024H1")
    assert (row.status, row.value, row.pace) == (Status.NO_DATA, None, None)


# Count


def test_count_over_two_years_of_the_plan(measure):
    # 8 in 2023 and 12 in 2024; 2024 alone would be 12, and the 5 of 2022 belong to no window
    target = count("N", goal("2024Q4", 20), window="plan")
    made = book(target, {"S1 N": "2022Q4=5 2023Q4=8 2024Q4=12"}, elements=[flow("N", [4])])
    row = result(measure, made, "2024H2")
    assert (row.status, row.value, row.anchor, row.numerator) == (Status.ACHIEVED, 20, 0, None)


def test_count_flow_there_in_part_is_incomplete(measure):
    target = count("N", goal("2024Q4", 20))
    row = result(measure, book(target, {"S1 N": "2023Q4=9 2024Q1=3"}, elements=[flow("N")]), "2024H1")
    assert (row.value, units(row)) == (3, (1, 0, 1, 0))


def test_count_flow_ignores_quarters_in_which_it_is_not_asked(measure):
    target = count("N", goal("2024Q4", 20))
    row = result(measure, book(target, {"S1 N": "2024Q1=7 2024Q2=3"}, elements=[flow("N", [2, 4])]), "2024H1")
    assert (row.value, units(row)) == (3, (1, 1, 0, 0))


def test_count_over_a_school_year_runs_from_q4_to_q3(measure):
    # 1 + 2 + 3 + 4; the year 2024 up to Q3 would be 9, its Q4 is another school year
    target = count("N", goal("2024Q3", 10), window="school_year")
    made = book(target, {"S1 N": "2023Q3=50 2023Q4=1 2024Q1=2 2024Q2=3 2024Q3=4 2024Q4=60"}, elements=[flow("N")])
    row = result(measure, made, "2024H2")
    assert (row.status, row.value, row.measured_at) == (Status.ACHIEVED, 10, quarter("2024Q3"))


def test_count_adds_what_units_have(measure):
    made = book(count("A B", goal("2025Q4", 100)), {"S1 A": "2024Q2=5", "S2 B": "2024Q2=6"}, TWO)
    row = result(measure, made, "2024H1")
    assert (row.value, units(row), row.gap) == (11, (2, 0, 0, 2), 89)


# Milestone and judgement


def bureau(code, value_type, asked=(1, 2, 3, 4)):
    return [stock(code, asked, about="bureau", value_type=value_type)]


MADE_BY_2024 = milestone("M", goal("2024Q4", 1, "=", pacing="step"))


def test_milestone_reached_before_its_date_is_achieved(measure):
    made = book(MADE_BY_2024, {"bureau M": f"2024Q2={day('2024-06-30')}"}, elements=bureau("M", "date"))
    row = result(measure, made, "2024H1")
    assert (row.status, row.value, row.gap) == (Status.ACHIEVED, 1, None)


def test_milestone_announced_for_a_later_day_is_not_reached_yet(measure):
    made = book(MADE_BY_2024, {"bureau M": f"2024Q2={day('2024-07-01')}"}, elements=bureau("M", "date"))
    assert (result(measure, made, "2024H1").status, result(measure, made, "2024H1").value) == (Status.NOT_DUE, 0)
    assert (result(measure, made, "2024H2").status, result(measure, made, "2024H2").value) == (Status.ACHIEVED, 1)


def test_milestone_that_nobody_reported_is_overdue_at_its_date(measure):
    row = result(measure, book(MADE_BY_2024, {}, elements=bureau("M", "boolean")), "2024H2")
    assert (row.status, row.value, row.pace, units(row)) == (Status.OVERDUE, 0, 0, (1, 0, 0, 1))


@pytest.mark.parametrize(
    ("verdict", "status"), [(2, Status.ACHIEVED), (1, Status.ON_TRACK), (0, Status.BEHIND)], ids=str
)
def test_judgement_speaks_by_its_verdict_even_after_its_date(measure, verdict, status):
    made = book(judgement("J", goal("2024Q4")), {"bureau J": f"2025Q2={verdict}"}, elements=bureau("J", "verdict"))
    row = result(measure, made, "2025H1")
    assert (row.status, row.value, row.goal, row.pace) == (status, None, None, None)


def test_judgement_of_an_earlier_round_is_missing(measure):
    made = book(judgement("J", goal("2025Q4")), {"bureau J": "2023Q4=2"}, elements=bureau("J", "verdict", [2, 4]))
    early, row = result(measure, made, "2024Q1"), result(measure, made, "2024H1")
    assert (early.status, units(early)) == (Status.ACHIEVED, (1, 1, 0, 0))
    assert (row.status, units(row)) == (Status.NO_DATA, (1, 0, 0, 1))


# Fresh, carried, missing


def test_stock_is_fresh_carried_or_missing(measure):
    # asked in Q1 and Q3, looked at in Q4: 10 + 20 of the four, S4's value lies in the future
    values = {"S1 A": "2024Q1=1 2024Q3=10", "S2 A": "2024Q1=20", "S4 A": "2025Q1=40"}
    made = book(count("A", goal("2025Q4", 100)), values, schools(4), [stock("A", [1, 3])])
    row = result(measure, made, "2024H2")
    assert (row.value, units(row), row.provisional) == (30, (4, 1, 1, 2), True)


def test_unit_counts_once_by_its_worst_element(measure):
    made = book(count("A B", goal("2025Q4", 100)), {"S1 A": "2024Q2=1", "S1 B": "2024Q1=2"})
    assert units(result(measure, made, "2024H1")) == (1, 0, 1, 0)


def test_nine_fresh_of_ten_are_firm_eight_of_nine_provisional(measure):
    for number, provisional in ((10, False), (9, True)):
        values = {f"S{n} A": "2024Q2=1" for n in range(2, number + 1)}
        made = book(count("A", goal("2025Q4", 100)), values, schools(number))
        assert result(measure, made, "2024H1").provisional is provisional


def test_stock_from_before_the_plan_still_carries(measure):
    made = book(count("A", goal("2025Q4", 100)), {"S1 A": "2022Q3=12"}, elements=[stock("A", [3])])
    before, after = result(measure, made, "2023H1"), result(measure, made, "2023H2")
    assert before.status == Status.NOT_DUE
    assert (after.value, units(after)) == (12, (1, 0, 1, 0))


def test_late_entry_to_an_earlier_quarter_is_carried(measure):
    # Q1 came late, Q2 is still blank; what is older than Q1 plays no part
    made = book(count("A", goal("2025Q4", 100)), {"S1 A": "2023Q4=70 2024Q1=80"})
    row = result(measure, made, "2024H1")
    assert (row.value, units(row)) == (80, (1, 0, 1, 0))


# Schools open, change and close


def test_school_opened_in_mid_plan_joins_when_first_asked(measure):
    # S2 opens in 2024Q1 and is first asked in Q3
    values = {"S1 A": "2023Q3=10 2024Q3=12", "S2 A": "2024Q3=5"}
    target = count("A", goal("2025Q4", 100))
    made = book(target, values, [school("S1"), school("S2", opened="2024Q1")], [stock("A", [3])])
    h1, h2 = result(measure, made, "2024H1"), result(measure, made, "2024H2")
    assert scopes(measure, made, "2023H2") == ["S1", "district"]
    assert (h1.value, units(h1), result(measure, made, "2024H1", "S2").status) == (10, (1, 1, 0, 0), Status.NOT_DUE)
    assert (h2.value, units(h2)) == (17, (2, 2, 0, 0))


def test_school_opened_in_mid_year_owes_only_its_own_quarters(measure):
    target = count("N", goal("2024Q4", 20))
    made = book(target, {"S1 N": "2024Q3=2 2024Q4=3"}, [school("S1", opened="2024Q3")], [flow("N")])
    assert units(result(measure, made, "2024H2")) == (1, 1, 0, 0)


def test_school_that_turned_public_counts_from_that_quarter(measure):
    values = {"S1 A": "2024Q2=10 2024Q4=10", "S2 A": "2024Q2=5 2024Q4=5"}
    turned = school("S2", ownership="private", then=(("2024Q3", "primary", "public"),))
    made = book(count("A", goal("2025Q4", 100), ownership="public"), values, [school("S1"), turned])
    assert [result(measure, made, period).value for period in ("2024H1", "2024H2")] == [10, 15]
    assert scopes(measure, made, "2024H1") == ["S1", "district"]


def test_school_closed_within_the_window_keeps_its_quarters_of_a_flow(measure):
    # S2 closes in Q3: its Q1 and Q2 stay in the year, a value in Q3 is nobody's; next year it is gone
    values = {"S1 N": "2024Q1=1 2024Q2=1 2024Q3=1 2024Q4=1 2025Q1=1", "S2 N": "2024Q1=10 2024Q2=10 2024Q3=99"}
    target = count("N", goal("2024Q4", 30), goal("2025Q4", 30))
    made = book(target, values, [school("S1"), school("S2", closed="2024Q3")], [flow("N")])
    row, later = result(measure, made, "2024H2"), result(measure, made, "2025Q1")
    assert (row.value, units(row)) == (24, (2, 2, 0, 0))
    assert (later.value, units(later), scopes(measure, made, "2025Q1")) == (1, (1, 1, 0, 0), ["S1", "district"])


def test_closed_school_is_gone_from_a_stock(measure):
    values = {"S1 A": "2024Q4=10", "S2 A": "2024Q2=5 2024Q3=5"}
    made = book(count("A", goal("2025Q4", 100)), values, [school("S1"), school("S2", closed="2024Q3")])
    row = result(measure, made, "2024H2")
    assert (row.value, units(row)) == (10, (1, 1, 0, 0))


def test_target_without_any_unit_is_not_due(measure):
    made = book(count("A", goal("2025Q4", 100), stages="senior"), {"S1 A": "2024Q2=5"})
    row = result(measure, made, "2024H1")
    assert (row.status, units(row), scopes(measure, made, "2024H1")) == (Status.NOT_DUE, (0, 0, 0, 0), ["district"])


def test_bureau_has_no_row_of_its_own(measure):
    target = count("N", goal("2024Q4", 3))
    made = book(target, {"bureau N": "2024Q4=3"}, [BUREAU, school("S1")], [flow("N", [4], about="bureau")])
    assert (result(measure, made, "2024H2").value, scopes(measure, made, "2024H2")) == (3, ["district"])
