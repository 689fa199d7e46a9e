"""The core of the assessment against the naive second implementation, and what must hold for every scheme."""

import dataclasses
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from targets.core.grading import grade
from targets.core.model import Measure, Status
from targets.core.scoring import Brought, Event, Figure, Grade, Reason, Scheme, attainment, score
from tests.targets.naive_score import naive_attainment, naive_grades, naive_sheet

some = st.sampled_from
TARGETS = ["T1", "T2", "T3", "T4"]
CATEGORIES = ["kindergarten", "primary", "junior", "senior"]
LEFT = [Status.NOT_DUE, Status.NOT_RATED, Status.NO_BASELINE]
RATED = [Status.ACHIEVED, *[Status.ON_TRACK, Status.AT_RISK, Status.BEHIND, Status.OVERDUE] * 2]
# Few different figures, so that equal totals are reached in many ways.
NUMBERS = some([Fraction(n, d) for n in (-50, 0, 100, 200, 475, 50, 9) for d in (1, 2, 3, 7, 5)])
WEIGHTS = some([Fraction(n) for n in (10, 20, 25, 50)] + [Fraction(25, 2), Fraction(100, 3)])


@st.composite
def figures(draw, counted=False):
    """A figure, and the fractions for which its floats stand; ``counted``: one that has data and is rated."""
    measure = draw(some(Measure))
    judged = measure is Measure.JUDGEMENT
    statuses = [Status.ACHIEVED, Status.ON_TRACK, Status.BEHIND, Status.BEHIND] if judged else RATED
    status = draw(some(statuses if counted else [*statuses, Status.NO_DATA, *LEFT]))
    exact = (draw(NUMBERS), draw(NUMBERS), draw(st.none() | NUMBERS))
    less = draw(st.booleans())
    floats = dict(zip(("value", "goal", "anchor"), [None if x is None else float(x) for x in exact], strict=True))
    return Figure(
        status,
        measure,
        of_district=draw(st.booleans()),
        towards_less=less,
        ceiling=less and measure is Measure.COUNT and draw(st.booleans()),
        soft=draw(some([False, False, True])),
        **floats,
    ), exact


@st.composite
def schemes(draw, category="primary"):
    lines = draw(st.dictionaries(some(TARGETS), WEIGHTS, min_size=1))
    others = [one for one in CATEGORIES if one != category]
    return Scheme(
        category,
        lines,
        draw(some([Fraction(0), Fraction(10), Fraction(30)])),
        bonuses={"big": Fraction(3), "small": Fraction(1, 2)},
        deductions={"red": Fraction(2), "black": Fraction(90)},
        vetoes={"fatal": Grade.FAIL, "grave": Grade.PASS},
        quota=draw(some([Fraction(3, 10), Fraction(3, 10), Fraction(1, 4), Fraction(1)])),
        merge_into=draw(st.none() | some(others)),
    )


def events(*kinds):
    return st.lists(st.builds(Event, some(kinds), st.booleans()), max_size=3).map(tuple)


@st.composite
def brought(draw, code="S1", category="primary"):
    """What somebody brings, and the exact figures by target."""
    found = {target: draw(figures()) for target in TARGETS if draw(some([True, True, True, False]))}
    due = draw(st.integers(0, 4))
    return Brought(
        code,
        category,
        {target: figure for target, (figure, _) in found.items()},
        due,
        draw(st.integers(0, due)),
        draw(events("big", "small")),
        draw(events("red", "black")),
        draw(events("fatal", "grave")),
        draw(some([4, 4, 4, 4, 2, 1])),
        draw(some([False] * 5 + [True])),
        draw(some([None, "N1"])),
    ), {target: exact for target, (_, exact) in found.items()}


@settings(max_examples=400)
@given(figures(counted=True))
def test_an_attainment_is_what_the_naive_one_says(found):
    figure, exact = found
    assert attainment(figure) == naive_attainment(figure, *exact)


@given(schemes(), brought())
def test_a_sheet_is_what_the_naive_one_says(scheme, given_):
    one, exact = given_
    sheet, naive = score(scheme, one), naive_sheet(scheme, one, exact)
    assert {line.target: (line.mark, line.attainment, line.points) for line in sheet.lines} == naive["lines"]
    assert (sheet.score, sheet.total, sheet.reason) == (naive["score"], naive["total"], naive["reason"])


@given(schemes(), brought())
def test_a_score_is_bounded_and_the_sum_of_its_points(scheme, given_):
    sheet = score(scheme, given_[0])
    assert all(0 <= line.attainment <= 1 for line in sheet.lines if line.attainment is not None)
    if sheet.total is None:
        assert sheet.reason is not None
    else:
        assert 0 <= sheet.score <= 100
        assert 0 <= sheet.total <= 105
        assert sum(line.points or 0 for line in sheet.lines) == sheet.score


@given(schemes(), brought(), some(TARGETS), NUMBERS)
def test_a_better_value_never_lowers_the_score(scheme, given_, target, step):
    """Towards less a value of 0 that does not meet the goal is one whose figures lack (§5), and counts 0."""
    one = given_[0]
    figure = one.figures.get(target)
    if figure is None or (figure.towards_less and figure.value <= float(abs(step)) and not figure.anchor):
        return
    better = figure.value + float(abs(step)) * (-1 if figure.towards_less else 1)
    raised = dataclasses.replace(one, figures={**one.figures, target: dataclasses.replace(figure, value=better)})
    before, after = score(scheme, one), score(scheme, raised)
    assert (before.total is None) == (after.total is None)
    assert before.total is None or before.total <= after.total


@given(schemes(), brought(), figures(), some(TARGETS), some(LEFT))
def test_what_is_not_due_changes_nothing(scheme, given_, other, target, status):
    """Neither its figures, nor how it would be measured; and alone its weight is missed."""
    one = given_[0]
    blank = Figure(status, Measure.RATIO)
    full = dataclasses.replace(other[0], status=status)
    sheets = [
        score(scheme, dataclasses.replace(one, figures={**one.figures, target: figure})) for figure in (blank, full)
    ]
    assert sheets[0].total == sheets[1].total
    without = {name: weight for name, weight in scheme.lines.items() if name != target}
    if without or scheme.timeliness:
        alone = score(dataclasses.replace(scheme, lines=without), one)
        assert sheets[0].reason is Reason.TOO_LITTLE or sheets[0].score == alone.score


@given(schemes(), brought(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_events_is_nothing(scheme, given_, dice):
    one = given_[0]
    lines, bonuses = list(scheme.lines.items()), list(one.bonuses)
    dice.shuffle(lines)
    dice.shuffle(bonuses)
    again = score(dataclasses.replace(scheme, lines=dict(lines)), dataclasses.replace(one, bonuses=tuple(bonuses)))
    before = score(scheme, one)
    assert (again.score, again.total, again.best_grade) == (before.score, before.total, before.best_grade)
    assert set(again.lines) == set(before.lines)


@st.composite
def districts(draw):
    """Schemes of every category, and up to 14 subjects with totals near the bounds."""
    by_category = {category: draw(schemes(category)) for category in CATEGORIES}
    totals = some([Fraction(n) for n in (95, 95, 93, 92, 91, 90, 85, 80, 60, 59)] + [Fraction(269, 3), None])
    everybody, found = [], {}
    for number in range(draw(st.integers(1, 14))):
        code, category = f"S{number}", draw(some([*CATEGORIES, "primary", "primary"]))
        vetoes = draw(some([(), (), (), (Event("fatal"),), (Event("grave"),), (Event("fatal", True),)]))
        everybody.append(Brought(code, category, {}, vetoes=vetoes))
        found[code] = draw(totals)
    return by_category, everybody, found


def sheets_of(by_category, everybody, totals):
    return [
        dataclasses.replace(score(by_category[one.category], one), score=totals[one.code], total=totals[one.code])
        for one in everybody
    ]


@given(districts())
def test_grades_are_what_the_naive_ones_say(district):
    by_category, everybody, totals = district
    found = {one.code: one.grade for one in grade(by_category, sheets_of(*district))}
    assert found == naive_grades(by_category, everybody, totals)


@given(districts(), st.randoms(use_true_random=False))
def test_the_order_of_schools_and_schemes_is_nothing(district, dice):
    by_category, _, _ = district
    sheets = sheets_of(*district)
    shuffled, categories = list(sheets), list(by_category.items())
    dice.shuffle(shuffled)
    dice.shuffle(categories)
    before = {one.code: (one.grade, one.band, set(one.group)) for one in grade(by_category, sheets)}
    after = {one.code: (one.grade, one.band, set(one.group)) for one in grade(dict(categories), shuffled)}
    assert before == after


@given(districts())
def test_who_has_more_is_graded_no_worse_by_the_same_scheme(district):
    """A veto aside; nor is more than the quota excellent."""
    by_category, everybody, totals = district
    graded = {one.code: one for one in grade(by_category, sheets_of(*district))}
    rank = list(Grade).index
    free = [one for one in everybody if totals[one.code] is not None and all(veto.lifted for veto in one.vetoes)]
    for one in free:
        for other in free:
            if one.category == other.category and totals[one.code] >= totals[other.code]:
                assert rank(graded[one.code].grade) <= rank(graded[other.code].grade)
    for group in {one.group for one in graded.values()}:
        assessed = [one for one in everybody if one.category in group and totals[one.code] is not None]
        best = [one for one in assessed if graded[one.code].grade is Grade.EXCELLENT]
        assert len(best) <= sum(by_category[one.category].quota for one in assessed)
