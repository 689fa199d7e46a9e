"""Cases worked by hand: goals, anchor, expected line, pace, status and gap (measurement.md §4–§6).

The plan runs from 2023Q1 to 2025Q4. An element that is not spelled out is a stock of schools, asked each quarter; the
rate ``A`` of ``B`` has B = 1000, so that A is its value in tenths of a per cent.
"""

import pytest

from targets.core.model import Status
from tests.targets.books import book, count, flow, goal, quarter, ratio, result, school, schools, share, stock

near = pytest.approx


def rate(values, *goals, asked=(1, 2, 3, 4), **rest):
    """A book of one school whose rate is ``values``, in tenths of a per cent."""
    whole = " ".join(f"{cell.split('=')[0]}=1000" for cell in values.split())
    made = [stock("A", asked), stock("B", asked)]
    return book(ratio("A", "B", *goals, **rest), {"S1 A": values, "S1 B": whole}, elements=made)


def yearly(values, *goals, asked=(1, 2, 3, 4), **rest):
    """A book of one school with a flow N."""
    return book(count("N", *goals, **rest), {"S1 N": values}, elements=[flow("N", asked)])


# The goal in view


def test_goal_due_in_q3_is_measured_at_q3_in_the_second_half_year(measure):
    row = result(measure, rate("2024Q3=950 2024Q4=800", goal("2024Q3", 95), goal("2025Q3", 97)), "2024H2")
    assert (row.status, row.value, row.measured_at) == (Status.ACHIEVED, 95, quarter("2024Q3"))


def test_last_of_two_goals_due_within_the_period_is_in_view(measure):
    row = result(measure, rate("2024Q2=500 2024Q4=500", goal("2024Q2", 60), goal("2024Q4", 50)), "2024")
    assert (row.status, row.due, row.missed_goals) == (Status.ACHIEVED, quarter("2024Q4"), (quarter("2024Q2"),))


def test_goal_due_before_the_period_gives_way_to_the_next(measure):
    row = result(measure, rate("2025Q2=800", goal("2024Q4", 80), goal("2025Q4", 90)), "2025H1")
    assert (row.due, row.goal, row.measured_at) == (quarter("2025Q4"), 90, quarter("2025Q2"))


def test_year_that_has_closed_stays_as_it_ended(measure):
    # 4 + 6 in 2024; neither the 9 of 2025 nor an empty new year
    row = result(measure, yearly("2024Q2=4 2024Q4=6 2025Q2=9", goal("2024Q4", 10), asked=(2, 4)), "2025H1")
    assert (row.status, row.value, row.measured_at) == (Status.ACHIEVED, 10, quarter("2024Q4"))


def test_stock_after_its_last_goal_is_measured_today(measure):
    row = result(measure, rate("2025Q4=900 2026Q2=800", goal("2025Q4", 90)), "2026H1")
    assert (row.status, row.value, row.measured_at) == (Status.OVERDUE, 80, quarter("2026Q2"))


def test_count_over_the_plan_goes_on_after_its_goal_but_a_ceiling_does_not(measure):
    more = yearly("2024Q4=4 2025Q2=9", goal("2024Q4", 10), window="plan", asked=(2, 4))
    less = yearly("2024Q4=4 2025Q2=9", goal("2024Q4", 10, "<="), window="plan", asked=(2, 4))
    assert (result(measure, more, "2025H1").value, result(measure, less, "2025H1").value) == (13, 4)


def test_window_that_is_not_open_has_no_value(measure):
    row = result(measure, yearly("2024Q2=4", goal("2025Q4", 10)), "2024H1")
    assert (row.status, row.value, row.measured_at, row.pace) == (Status.NOT_DUE, None, quarter("2024Q2"), None)


def test_figure_not_asked_yet_in_the_year_is_not_due(measure):
    row = result(measure, yearly("2023Q4=9", goal("2024Q4", 10), asked=[4]), "2024H1")
    assert (row.status, row.value, row.units_expected) == (Status.NOT_DUE, None, 1)


def test_missed_goals_are_listed_from_the_values_approved_now(measure):
    # 2023: 40 < 50; 2024: 62 ≥ 60; a late entry of 50 for 2023Q4 heals the first
    goals = goal("2023Q4", 50), goal("2024Q4", 60), goal("2025Q4", 70)
    row = result(measure, rate("2023Q4=400 2024Q4=620 2025Q4=700", *goals), "2025H2")
    healed = result(measure, rate("2023Q4=500 2024Q4=590 2025Q4=700", *goals), "2025H2")
    assert (row.status, row.missed_goals) == (Status.ACHIEVED, (quarter("2023Q4"),))
    assert healed.missed_goals == (quarter("2024Q4"),)


# Basis


def test_thirty_percent_more_than_a_tiny_last_year(measure):
    # 1.3 · 2 = 2.6: two are short of it by 0.6, three meet it
    goals = goal("2024Q4", 1.3, basis="last_year_times", pacing="step")
    two, three = (result(measure, yearly(f"2023Q4=2 2024Q4={n}", goals, asked=[4]), "2024H2") for n in (2, 3))
    assert (two.status, two.goal, two.gap) == (Status.OVERDUE, near(2.6), near(0.6))
    assert (three.status, three.gap) == (Status.ACHIEVED, 0)


def test_ten_percent_more_is_met_exactly_in_spite_of_floats(measure):
    # 1.1 · 10 is 11, though 1.1 * 10 == 11.000000000000002
    made = yearly("2023Q4=10 2024Q4=11", goal("2024Q4", 1.1, basis="last_year_times"), asked=[4])
    assert result(measure, made, "2024H2").status == Status.ACHIEVED


def test_last_year_is_its_whole_year_with_the_flows_before_the_plan(measure):
    # goal of mid-2023: more than all of 2022 (3 + 4), not more than its first half
    made = yearly("2021Q4=50 2022Q2=3 2022Q4=4 2023Q2=8", goal("2023Q2", 0, ">", "last_year_plus"), asked=(2, 4))
    row = result(measure, made, "2023H1")
    assert (row.status, row.goal, row.value) == (Status.ACHIEVED, 7, 8)


def test_last_year_of_a_rate_is_four_quarters_before_the_due_date(measure):
    # 2024Q3 is not 2023Q4 nor a year before today
    made = rate("2024Q2=300 2024Q3=400 2024Q4=500 2025Q2=440", goal("2025Q3", 5, basis="last_year_plus"))
    row = result(measure, made, "2025H1")
    assert (row.goal, row.value) == (45, 44)


def test_last_year_that_is_not_over_gives_no_goal(measure):
    row = result(measure, rate("2024Q2=300", goal("2025Q3", 5, basis="last_year_plus")), "2024H1")
    assert (row.status, row.value, row.goal, row.pace) == (Status.NO_BASELINE, 30, None, None)


@pytest.mark.parametrize(("now", "status"), [(0, Status.ACHIEVED), (1, Status.OVERDUE)])
def test_fewer_than_none_is_met_by_none_alone(measure, now, status):
    made = yearly(f"2023Q4=0 2024Q4={now}", goal("2024Q4", 0, "<", "last_year_plus"), asked=[4])
    row = result(measure, made, "2024H2")
    assert (row.status, row.goal) == (status, 0)


def test_a_factor_of_nothing_has_no_baseline(measure):
    made = yearly("2023Q4=0 2024Q4=3", goal("2024Q4", 1.3, basis="last_year_times"), asked=[4])
    row = result(measure, made, "2024H2")
    assert (row.status, row.value, row.goal, row.gap) == (Status.NO_BASELINE, 3, None, None)


def test_last_year_that_a_school_lacks_is_provisional(measure):
    target = count("N", goal("2024Q4", 0, ">", "last_year_plus"))
    values = {"S1 N": "2023Q4=5 2024Q4=5", "S2 N": "2024Q4=5"}
    row = result(measure, book(target, values, schools(2), [flow("N", [4])]), "2024H2")
    assert (row.status, row.goal, row.units_missing, row.provisional) == (Status.ACHIEVED, 5, 0, True)


def test_last_year_is_counted_with_the_schools_of_last_year(measure):
    # S2 opened in 2024: last year was 5, complete
    target = count("N", goal("2024Q4", 0, ">", "last_year_plus"))
    values = {"S1 N": "2023Q4=5 2024Q4=3", "S2 N": "2023Q4=9 2024Q4=3"}
    units = [school("S1"), school("S2", opened="2024Q1")]
    row = result(measure, book(target, values, units, [flow("N", [4])]), "2024H2")
    assert (row.status, row.goal, row.value, row.provisional) == (Status.ACHIEVED, 5, 6, False)


def test_baseline_plus_needs_a_baseline(measure):
    # up 10 points from 31.5
    goals = goal("2024Q4", 10, basis="baseline_plus")
    known = result(measure, rate("2024Q4=415", goals, baseline=(31.5, "2022Q4")), "2024H2")
    unknown = result(measure, rate("2024Q4=415", goals), "2024H2")
    assert (known.status, known.goal) == (Status.ACHIEVED, 41.5)
    assert (unknown.status, unknown.goal, unknown.value) == (Status.NO_BASELINE, None, 41.5)


# Anchor and expectation


def test_expectation_grows_from_the_baseline_by_whole_quarters(measure):
    # 40 at the end of 2022 to 80 at the end of 2024: after 6 of 8 quarters 70; r = (61 − 40)/(70 − 40), not 61/70
    row = result(measure, rate("2024Q2=610", goal("2024Q4", 80), baseline=(40, "2022Q4")), "2024H1")
    assert (row.status, row.anchor, row.expected, row.pace) == (Status.BEHIND, 40, 70, near(0.7))


def test_decreasing_target_is_read_the_other_way(measure):
    # 9 down to 5 in two years: after one year 7; 7.5 is (7.5 − 9)/(7 − 9) = 0.75 of the way, 7.2 is 0.9
    for value, status, pace in (("75", Status.BEHIND, 0.75), ("72", Status.AT_RISK, 0.9), ("70", Status.ON_TRACK, 1)):
        made = rate(f"2023Q4={value}", goal("2024Q4", 5, "<="), baseline=(9, "2022Q4"))
        row = result(measure, made, "2023H2")
        assert (row.status, row.expected, row.pace) == (status, 7, near(pace))


def test_decreasing_target_without_anchor_divides_the_other_way(measure):
    # 10/12.5 = 0.8, just enough; 10/12.6 is below
    for value, status in (("125", Status.AT_RISK), ("126", Status.BEHIND), ("100", Status.ACHIEVED)):
        assert result(measure, rate(f"2023Q4={value}", goal("2024Q4", 10, "<=")), "2023H2").status == status


def test_baseline_equal_to_the_goal_is_no_anchor(measure):
    # 54/60 = 0.9 whether 60 meets the goal (no anchor) or not yet (e = a)
    at_least = result(measure, rate("2024Q2=540", goal("2024Q4", 60), baseline=(60, "2022Q4")), "2024H1")
    more = result(measure, rate("2024Q2=540", goal("2024Q4", 60, ">"), baseline=(60, "2022Q4")), "2024H1")
    assert (at_least.status, at_least.anchor, at_least.pace) == (Status.AT_RISK, None, near(0.9))
    assert (more.status, more.anchor, more.pace) == (Status.AT_RISK, 60, near(0.9))


def test_value_worse_than_its_anchor_has_a_negative_pace(measure):
    # (30 − 40)/(60 − 40)
    row = result(measure, rate("2023Q4=300", goal("2024Q4", 80), baseline=(40, "2022Q4")), "2023H2")
    assert (row.status, row.pace) == (Status.BEHIND, -0.5)


def test_anchor_is_the_last_earlier_goal_not_the_baseline(measure):
    # 60 at the end of 2024 to 80 at the end of 2025: half-way 70; from 40 in 2022 it would be 73.3
    goals = goal("2023Q4", 50), goal("2024Q4", 60), goal("2025Q4", 80)
    row = result(measure, rate("2025Q2=650", *goals, baseline=(40, "2022Q4")), "2025H1")
    assert (row.anchor, row.expected, row.pace) == (60, 70, 0.5)


def test_anchor_skips_an_earlier_goal_that_cannot_be_computed(measure):
    # no figure of 2023Q4, so the goal of 2024 is unknown: from the goal 50 of 2023 (2 years, 6 of 8 quarters)
    goals = goal("2023Q3", 50), goal("2024Q3", 5, basis="last_year_plus"), goal("2025Q3", 90)
    row = result(measure, rate("2025Q1=800", *goals), "2025Q1")
    assert (row.anchor, row.expected, row.pace, row.missed_goals) == (50, 80, 1, ())


def test_school_has_no_baseline_to_start_from(measure):
    # the baseline is the district's: the school is held against 80 itself
    made = rate("2024Q2=640", goal("2024Q4", 80), baseline=(40, "2022Q4"), goal_scope="each")
    district, alone = result(measure, made, "2024H1"), result(measure, made, "2024H1", "S1")
    assert (district.anchor, district.expected, district.pace) == (40, 70, near(0.8))
    assert (alone.anchor, alone.expected, alone.pace) == (None, 80, near(0.8))


def test_count_of_a_year_starts_from_nothing_each_year(measure):
    # 2024: 12 a year, half of it 6; neither from the 10 of 2023 nor from the baseline
    made = yearly("2023Q2=9 2024Q2=5", goal("2023Q4", 10), goal("2024Q4", 12), asked=(2, 4), baseline=(8, "2022Q4"))
    row = result(measure, made, "2024H1")
    assert (row.status, row.anchor, row.expected, row.pace) == (Status.AT_RISK, 0, 6, near(5 / 6))


def test_count_over_the_plan_is_expected_in_whole_things(measure):
    # 20 in 12 quarters: after two 3.33, so 3 are enough
    row = result(measure, yearly("2023Q2=3", goal("2025Q4", 20), window="plan", asked=(2, 4)), "2023H1")
    assert (row.status, row.anchor, row.expected, row.pace) == (Status.ON_TRACK, 0, 3, 1)


def test_expectation_never_falls_behind_its_anchor(measure):
    # 2.5 to 3.5 in two years: after one quarter 2.625, rounded down 2, but no less than 2.5
    made = book(count("A", goal("2024Q4", 3.5), baseline=(2.5, "2022Q4")), {"S1 A": "2023Q1=2"})
    row = result(measure, made, "2023Q1")
    assert (row.expected, row.pace) == (2.5, near(0.8))


def test_first_half_of_a_figure_asked_once_a_year(measure):
    # asked in Q3: at 2024H1 it is still that of 2023Q3, when 40 + 40 · 3/8 = 55 were expected; today it would be 70
    made = rate("2023Q3=550", goal("2024Q4", 80), baseline=(40, "2022Q4"), asked=[3])
    row = result(measure, made, "2024H1")
    assert (row.status, row.expected, row.pace, row.units_fresh) == (Status.ON_TRACK, 55, 1, 1)


def test_expectation_is_read_at_the_oldest_of_the_last_asked_quarters(measure):
    # A asked each quarter, B in Q1 alone: 2024Q1 is 5 of 8 quarters: 65
    target = ratio("A", "B", goal("2024Q4", 80), baseline=(40, "2022Q4"))
    made = book(target, {"S1 A": "2024Q3=60", "S1 B": "2024Q1=100"}, elements=[stock("A"), stock("B", [1])])
    assert result(measure, made, "2024Q3").expected == 65


# Status


def test_9496_of_10000_does_not_meet_95(measure):
    made = book(ratio("A", "B", goal("2024Q4", 95)), {"S1 A": "2024Q4=9496", "S1 B": "2024Q4=10000"})
    row = result(measure, made, "2024H2")
    assert (row.status, row.value, row.gap) == (Status.OVERDUE, near(94.96), 4)


def test_less_than_one_shown_decimal_short_is_on_track(measure):
    # short of 60 by 0.05, and by 0.1
    for value, status in ((1199, Status.ON_TRACK), (1198, Status.AT_RISK)):
        made = book(ratio("A", "B", goal("2024Q4", 60)), {"S1 A": f"2024Q2={value}", "S1 B": "2024Q2=2000"})
        assert result(measure, made, "2024H1").status == status


def test_soft_goal_warns_from_four_fifths_on(measure):
    # 48/60 and 47.9/60 at the due date
    for value, soft, status in ((480, True, Status.AT_RISK), (479, True, Status.OVERDUE), (480, False, Status.OVERDUE)):
        made = rate(f"2024Q4={value}", goal("2024Q4", 60), soft=soft)
        assert result(measure, made, "2024H2").status == status


def test_step_expects_nothing_before_its_date(measure):
    made = rate("2024Q2=100 2024Q4=100", goal("2024Q4", 60, pacing="step"), baseline=(5, "2022Q4"))
    before, due = result(measure, made, "2024H1"), result(measure, made, "2024H2")
    assert (before.status, before.expected, before.pace, before.value) == (Status.NOT_DUE, None, None, 10)
    assert (due.status, due.expected, due.anchor, due.pace) == (Status.OVERDUE, 60, None, near(1 / 6))


def test_thresholds_of_the_adoption(measure):
    # r = 0.9 and 0.6 of 60
    kind, strict = {"ok_at": 0.9, "warn_at": 0.6}, {"ok_at": 1.0, "warn_at": 0.95}
    for value, rest, status in (
        (540, kind, Status.ON_TRACK),
        (360, kind, Status.AT_RISK),
        (540, strict, Status.BEHIND),
    ):
        assert result(measure, rate(f"2024Q2={value}", goal("2024Q4", 60), **rest), "2024H1").status == status


def test_ceiling_kept_is_on_track_and_achieved_at_the_end(measure):
    made = yearly("2024Q1=0 2024Q2=1 2024Q3=0 2024Q4=1", goal("2024Q4", 2, "<="))
    assert [result(measure, made, p).status for p in ("2024H1", "2024H2")] == [Status.ON_TRACK, Status.ACHIEVED]


def test_ceiling_once_broken_is_overdue_at_once(measure):
    row = result(measure, yearly("2024Q1=3 2024Q2=0", goal("2024Q4", 2, "<=")), "2024H1")
    assert (row.status, row.anchor, row.expected, row.pace) == (Status.OVERDUE, None, 2, near(2 / 3))


def test_ceiling_kept_only_because_reports_are_missing(measure):
    # S1 left out Q3; S2 said nothing at all
    for silent in ({"S2 N": "2024Q1=0 2024Q2=0 2024Q3=0 2024Q4=0"}, {}):
        values = {"S1 N": "2024Q1=0 2024Q2=0 2024Q4=0"} | silent
        made = book(count("N", goal("2024Q4", 2, "<=")), values, schools(2), [flow("N")])
        assert result(measure, made, "2024H2").status == Status.AT_RISK


def test_silence_does_not_help_a_rate_towards_less(measure):
    values = {"S1 A": "2024Q2=1", "S1 B": "2024Q2=100"}
    made = book(ratio("A", "B", goal("2024Q4", 5, "<=")), values, schools(2))
    assert [result(measure, made, p).status for p in ("2024H1", "2024H2")] == [Status.ON_TRACK, Status.AT_RISK]


def test_carried_stock_towards_less_is_no_silence(measure):
    row = result(measure, rate("2024Q3=10", goal("2024Q4", 5, "<=")), "2024H2")
    assert (row.status, row.units_carried) == (Status.ACHIEVED, 1)


def test_between_is_met_from_its_minimum_and_remarked_above_its_maximum(measure):
    for value, status, remarked in (
        (49, Status.OVERDUE, False),
        (50, Status.ACHIEVED, False),
        (71, Status.ACHIEVED, True),
    ):
        row = result(measure, rate(f"2024Q4={value}0", goal("2024Q4", 50, "between", maximum=70)), "2024H2")
        assert (row.status, row.remarked) == (status, remarked)


def test_district_goal_leaves_a_school_unrated_with_its_parts(measure):
    made = rate("2023Q4=100 2024Q2=300", goal("2023Q4", 50), goal("2024Q4", 60), baseline=(40, "2022Q4"))
    row = result(measure, made, "2024H1", "S1")
    assert (row.status, row.value, row.numerator, row.denominator) == (Status.NOT_RATED, 30, 300, 1000)
    assert (row.goal, row.expected, row.anchor, row.pace, row.missed_goals) == (None, None, None, None, ())


def test_pending_target_is_not_rated_even_when_met(measure):
    row = result(measure, rate("2024Q4=700", goal("2024Q4", 60), pending=True), "2024H2")
    assert (row.status, row.value, row.goal) == (Status.NOT_RATED, 70, 60)


# Gap


def test_gap_of_a_rate_in_whole_units_for_the_district_and_parts_for_a_school(measure):
    # 0.9 · 33 = 29.7: S1 20 of 22 has enough (19.8), S2 9 of 11 lacks 0.9; together 29, one short
    values = {"S1 A": "2024Q2=20", "S1 B": "2024Q2=22", "S2 A": "2024Q2=9", "S2 B": "2024Q2=11"}
    made = book(ratio("A", "B", goal("2024Q4", 90), goal_scope="each"), values, schools(2))
    assert [result(measure, made, "2024H1", s).gap for s in ("district", "S1", "S2")] == [1, 0, near(0.9)]


def test_gap_of_a_share_counts_the_units_still_to_meet_it(measure):
    # 60 % of 4 are 2.4, so three are needed and two are missing; the three that fail are named
    made = book(share("A", ">=", 1, goal("2024Q4", 60)), {f"S{n} A": f"2024Q2={n // 4}" for n in (1, 2, 4)}, schools(4))
    row = result(measure, made, "2024H1")
    assert (row.gap, row.short_units, row.value) == (2, ("S1", "S2", "S3"), 25)


def test_gap_of_a_count_is_what_is_missing_and_never_negative(measure):
    made = book(count("A", goal("2025Q4", 10)), {"S1 A": "2024Q2=4 2024Q4=12"})
    assert [result(measure, made, p).gap for p in ("2024H1", "2024H2")] == [6, 0]
