"""The rules of measurement.md §9, one by one, with sums done by hand."""

from decimal import Decimal
from fractions import Fraction as F

import pytest

from targets.core.grading import Band, grade
from targets.core.model import Measure, Status
from targets.core.rounding import meant, shown_points
from targets.core.scoring import (
    Brought,
    Event,
    Figure,
    Grade,
    Mark,
    Reason,
    Scheme,
    Score,
    attainment,
    lines_of_both,
    score,
)

BEHIND, OVERDUE, ACHIEVED, ON_TRACK = Status.BEHIND, Status.OVERDUE, Status.ACHIEVED, Status.ON_TRACK


def figure(status=BEHIND, value=None, goal=None, anchor=None, measure=Measure.RATIO, **fields):
    return Figure(status, measure, value=value, goal=goal, anchor=anchor, **fields)


def scheme(category="primary", timeliness=0, **fields):
    """Two lines, A with 60 and B with 40."""
    return Scheme(category, {"A": F(60), "B": F(40)}, F(timeliness), **fields)


def brought(a=None, b=None, **fields):
    figures = {"A": a or figure(ACHIEVED), "B": b or figure(ACHIEVED)}
    return Brought("S1", "primary", figures, **fields)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (figure(ACHIEVED, 50.0, 95.0), 1),
        (figure(value=76.0, goal=95.0), F(4, 5)),
        (figure(value=76.0, goal=95.0, anchor=57.0), F(4, 5)),  # a school has no line from an anchor
        (figure(value=76.0, goal=95.0, anchor=57.0, of_district=True), F(1, 2)),
        (figure(value=50.0, goal=95.0, anchor=57.0, of_district=True), 0),
        (figure(value=47.0, goal=45.0, anchor=50.0, of_district=True, towards_less=True), F(3, 5)),
        (figure(value=51.0, goal=45.0, anchor=50.0, of_district=True, towards_less=True), 0),
        (figure(value=50.0, goal=50.0, anchor=50.0, of_district=True, towards_less=True), 0),
        (figure(value=8.0, goal=6.0, towards_less=True), F(3, 4)),
        (figure(value=0.0, goal=6.0, towards_less=True), 0),  # unproven: figures lack
        (figure(value=5.0, goal=0.0), 0),
        (figure(value=-5.0, goal=10.0), 0),
        (figure(value=-5.0, goal=-10.0), 0),
        (figure(Status.AT_RISK, 12.0, 10.0), 1),
        (figure(OVERDUE, 0.0, 1.0, measure=Measure.MILESTONE), 0),
        (figure(ACHIEVED, 1.0, 1.0, measure=Measure.MILESTONE), 1),
        (figure(ON_TRACK, 2.0, 3.0, measure=Measure.COUNT, ceiling=True, towards_less=True, of_district=True), 1),
        (figure(OVERDUE, 4.0, 3.0, measure=Measure.COUNT, ceiling=True, towards_less=True, of_district=True), 0),
        (figure(OVERDUE, 80.0, 95.0, measure=Measure.SHARE), 0),
        (figure(OVERDUE, 76.0, 95.0, measure=Measure.SHARE, of_district=True), F(4, 5)),
        (figure(ON_TRACK, measure=Measure.JUDGEMENT), F(1, 2)),
        (figure(ACHIEVED, measure=Measure.JUDGEMENT), 1),
        (figure(BEHIND, measure=Measure.JUDGEMENT), 0),
        (figure(value=10.0, goal=95.0, soft=True), F(4, 5)),
        (figure(value=90.0, goal=100.0, soft=True), F(9, 10)),
    ],
)
def test_attainment(one, expected):
    assert attainment(one) == expected


def test_a_missing_figure_counts_0_even_of_a_soft_target():
    sheet = score(scheme(), brought(figure(Status.NO_DATA, soft=True)))
    assert (sheet.lines[0].mark, sheet.lines[0].points, sheet.score) == (Mark.MISSING, 0, 40)


@pytest.mark.parametrize("status", [Status.NOT_DUE, Status.NOT_RATED, Status.NO_BASELINE])
def test_what_is_not_due_leaves_the_sum_with_its_weight(status):
    sheet = score(scheme(), brought(figure(value=76.0, goal=95.0), figure(status, 1.0, 2.0)))
    assert (sheet.score, sheet.lines[1].attainment, sheet.lines[1].mark) == (80, None, Mark(status))


def test_a_target_that_does_not_concern_the_school_leaves_too():
    one = Brought("S1", "primary", {"A": figure(value=76.0, goal=95.0)})
    assert (score(scheme(), one).score, score(scheme(), one).lines[1].mark) == (80, Mark.NOT_CONCERNED)


def test_points_of_lines_add_up_to_the_score():
    sheet = score(scheme(timeliness=20), brought(figure(value=1.0, goal=3.0), quarters_due=3, quarters_in_time=2))
    assert [line.points for line in sheet.lines] == [F(50, 3), F(100, 3), F(100, 9)]
    assert sheet.score == F(550, 9)


def test_timeliness_leaves_when_no_quarter_was_due():
    assert [line.mark for line in score(scheme(timeliness=20), brought()).lines][2] is Mark.NOT_CONCERNED


def test_exactly_half_of_the_weight_is_enough_and_less_is_not():
    left = figure(Status.NOT_DUE)
    half = score(scheme(timeliness=20), brought(left, quarters_due=4, quarters_in_time=4))
    assert (half.score, half.reason) == (100, None)
    less = score(scheme(timeliness=19), brought(left, quarters_due=4, quarters_in_time=4))
    assert (less.score, less.total, less.reason) == (None, None, Reason.TOO_LITTLE)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"open_quarters": 1}, Reason.OPENED_LATE),
        ({"open_quarters": 2}, None),
        ({"closed": True, "open_quarters": 3}, Reason.CLOSED),
        ({"closed": True, "successor": "N1"}, Reason.MERGED),
    ],
)
def test_who_is_not_assessed(fields, reason):
    sheet = score(scheme(), brought(**fields))
    assert (sheet.reason, sheet.total is None) == (reason, reason is not None)


KINDS = {
    "bonuses": {"national": F(3), "city": F(1)},
    "deductions": {"yellow": F(1), "red": F(70)},
    "vetoes": {"accident": Grade.FAIL, "late_report": Grade.PASS},
}


def test_bonus_is_capped_at_5_and_the_total_at_105():
    sheet = score(scheme(**KINDS), brought(bonuses=(Event("national"), Event("national"), Event("city", lifted=True))))
    assert (sheet.bonus, sheet.score, sheet.total) == (5, 100, 105)


def test_a_bonus_that_was_lifted_counts_nothing():
    assert score(scheme(**KINDS), brought(bonuses=(Event("city"), Event("national", lifted=True)))).bonus == 1


def test_deductions_do_not_lead_below_0():
    sheet = score(scheme(**KINDS), brought(deductions=(Event("red"), Event("red"))))
    assert (sheet.score, sheet.deduction, sheet.total) == (100, 140, 0)


def test_bonus_makes_up_for_deductions_before_anything_is_clamped():
    events = {"bonuses": (Event("national"), Event("national")), "deductions": (Event("yellow"), Event("yellow"))}
    assert score(scheme(**KINDS), brought(**events)).total == 103


def test_a_sensitive_line_is_refused():
    with pytest.raises(ValueError, match="sensitive"):
        score(scheme(), brought(figure(ACHIEVED, sensitive=True)))


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no such kind"):
        score(scheme(**KINDS), brought(deductions=(Event("blue"),)))


def test_a_nine_year_school_has_the_lines_of_both_stages():
    assert lines_of_both({"A": F(60), "B": F(40)}, {"B": F(50), "C": F(50)}) == {"A": 30, "B": 45, "C": 25}


# grades


def sheet(code, total, category="primary", best=Grade.EXCELLENT):
    return Score(code, category, (), F(0), F(0), best, total, total)


def grades(totals, best=None, **schemes):
    """Grades of schools in one category, or of (category, total) pairs."""
    pairs = [pair if isinstance(pair, tuple) else ("primary", pair) for pair in totals]
    sheets = [
        sheet(f"S{n}", None if total is None else F(total), category, (best or {}).get(n, Grade.EXCELLENT))
        for n, (category, total) in enumerate(pairs)
    ]
    return grade(schemes or {"primary": scheme()}, sheets)


def letters(*args, **kwargs):
    return "".join("-" if one.grade is None else one.grade[0].upper() for one in grades(*args, **kwargs))


def test_bounds_belong_to_the_better_grade_and_are_exact():
    near = F(1, 10**15)
    assert letters([95, 90, 80, 80 - near, 60, 60 - near, 0]) == "EEGPPFF"
    assert letters([90 - near] + [0] * 9) == "G" + "F" * 9


def test_the_highest_totals_take_the_quota():
    assert letters([91, 95, 93, 92] + [70] * 6) == "GEEE" + "P" * 6  # 10: three


def test_the_quota_is_rounded_down():
    assert letters([91, 95, 93] + [70] * 6) == "GEE" + "P" * 6  # 9: 2.7, two
    assert letters([95, 94, 70]) == "GGP"  # 3: none


def test_all_who_are_tied_across_the_edge_of_the_quota_are_good():
    assert letters([95, 93, 93, 93] + [70] * 6) == "EGGG" + "P" * 6
    assert letters([95, 94, 93, 93] + [70] * 6) == "EEGG" + "P" * 6
    assert letters([93, 93, 93, 92] + [70] * 6) == "EEEG" + "P" * 6


def test_a_tie_within_the_quota_is_no_tie_across_its_edge():
    assert letters([93, 93, 93] + [70] * 7) == "EEE" + "P" * 7


def test_only_the_assessed_are_counted_for_the_quota():
    assert letters([95, 94, 93] + [70] * 6 + [None]) == "EEG" + "P" * 6 + "-"


def test_a_veto_leaves_what_the_scheme_says_and_takes_no_place():
    best = {0: Grade.FAIL, 1: Grade.PASS}
    assert letters([99, 98, 97] + [70] * 4, best) == "FPE" + "P" * 4  # 7: two places, one wanted
    assert letters([50, 50], {0: Grade.PASS}) == "FF"


def test_a_veto_and_a_lifted_one():
    by = scheme(**KINDS)
    assert score(by, brought(vetoes=(Event("late_report"), Event("accident")))).best_grade is Grade.FAIL
    assert score(by, brought(vetoes=(Event("late_report"), Event("accident", lifted=True)))).best_grade is Grade.PASS
    assert score(by, brought(vetoes=(Event("accident", lifted=True),))).best_grade is Grade.EXCELLENT


def test_a_category_of_three_is_graded_with_the_one_that_the_scheme_names():
    schemes = {"primary": scheme(), "senior": scheme("senior", merge_into="primary")}
    totals = [("senior", 96), ("senior", 95), ("senior", 94), *[("primary", 70)] * 4]
    found = grades(totals, **schemes)
    assert "".join(one.grade[0] for one in found) == "eegpppp"  # 7: two places
    assert {one.group for one in found} == {("primary", "senior")}
    four = grades([("senior", 97), *totals], **schemes)
    assert "".join(one.grade[0] for one in four) == "egggpppp"  # 4: one place, by itself
    assert {one.group for one in four} == {("primary",), ("senior",)}


def test_a_small_category_that_names_none_stays_alone():
    found = grades([("senior", 96), *[("primary", 70)] * 4], primary=scheme(), senior=scheme("senior"))
    assert (found[0].grade, found[0].band, found[0].group) == (Grade.GOOD, None, ("senior",))


def test_small_categories_are_merged_along_a_chain():
    schemes = {
        "kindergarten": scheme("kindergarten", merge_into="primary"),
        "primary": scheme("primary", merge_into="junior"),
        "junior": scheme("junior"),
    }
    totals = [("kindergarten", 70), ("primary", 70), *[("junior", 70)] * 4]
    assert {one.group for one in grades(totals, **schemes)} == {("kindergarten", "primary", "junior")}


def test_bands_are_thirds_and_equals_share_one():
    assert [one.band for one in grades([90, 80, 80, 60, 50, None])] == [
        Band.UPPER, Band.UPPER, Band.UPPER, Band.MIDDLE, Band.LOWER, None,
    ]  # fmt: skip


# numbers


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.1 + 0.2, F(3, 10)),
        (100 * 142 / 150, F(284, 3)),
        (100 * (200 / 3) / 100, F(200, 3)),
        (12.345678, F(12345678, 10**6)),
        (100 * 999_998 / 999_999, F(99999800, 999999)),
        (1.3 * 7, F(91, 10)),
        (0.0, 0),
        (-2 / 3, F(-2, 3)),
    ],
)
def test_a_float_is_read_as_what_it_stands_for(number, expected):
    assert meant(number) == expected


def test_thirds_make_a_whole():
    halves = score(scheme(), brought(figure(value=50.0, goal=100.0), figure(value=50.0, goal=100.0)))
    equal = Scheme("primary", {"A": F(50), "B": F(50)})
    thirds = score(equal, brought(figure(value=100 / 3, goal=100.0), figure(value=200 / 3, goal=100.0)))
    assert thirds.score == halves.score == 50


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (F(89995, 1000), "90.00"),
        (F(89995, 1000) - F(1, 10**18), "89.99"),
        (F(200, 3), "66.67"),
        (F(105), "105.00"),
        (F(0), "0.00"),
        (Decimal("0.005"), "0.01"),
    ],
)
def test_points_are_shown_half_up(points, text):
    assert shown_points(points) == text
