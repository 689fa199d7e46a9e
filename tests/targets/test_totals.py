"""Totals summed in floats: their grades and bands are those of the exact sheets, whatever hangs on a hair."""

import dataclasses
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.core import totals as module
from targets.core.grading import grade
from targets.core.model import Measure, Status
from targets.core.scoring import Brought, Event, Figure, Grade, Scheme, score
from targets.core.totals import table_of, totals_of
from tests.targets.test_scoring_properties import CATEGORIES, TARGETS, brought, schemes

KINDS = ("measure", "of_district", "towards_less", "ceiling", "soft")


@st.composite
def districts(draw):
    """Schemes, and subjects whose figures by target are of one kind within a category."""
    by_category = {category: draw(schemes(category)) for category in CATEGORIES}
    everybody, kinds = [], {}
    for number in range(draw(st.integers(1, 12))):
        category = draw(st.sampled_from([*CATEGORIES, "primary", "primary"]))
        one, _ = draw(brought(f"S{number}", category))
        figures = {}
        for target, figure in one.figures.items():
            like = kinds.setdefault((category, target), figure)
            if Measure.JUDGEMENT in (like.measure, figure.measure) and like.measure != figure.measure:
                continue
            figures[target] = dataclasses.replace(figure, **{name: getattr(like, name) for name in KINDS})
        moved = draw(st.sampled_from([0, 0, 0, 2, -1]))
        everybody.append(dataclasses.replace(one, figures=figures, adjustment=Fraction(moved)))
    return by_category, everybody


def quick(by_category, everybody):
    tables = [
        table_of(scheme, [one for one in everybody if one.category == category])
        for category, scheme in by_category.items()
    ]
    return {one.code: one for one in totals_of(by_category, tables)}


@given(districts())
def test_totals_are_near_those_of_the_exact_sheets(district):
    by_category, everybody = district
    found = quick(*district)
    for one in everybody:
        sheet = score(by_category[one.category], one)
        total = found[one.code].total
        assert (total is None) == (sheet.total is None)
        assert total is None or abs(total - sheet.total) < 1e-6


@settings(max_examples=150)
@given(districts(), st.randoms(use_true_random=False))
def test_grades_and_bands_are_those_of_the_exact_sheets_however_far_floats_are_off(district, dice):
    """Within what is known of them: each total is moved by that much, up or down."""
    by_category, everybody = district
    sums, far = module._sums, module.TOO_MUCH / 2

    def worse(table):
        totals, off = sums(table)
        moved = totals + [dice.choice([-far, 0, far]) for _ in totals]
        return moved, np.maximum(off, 2 * far)

    with mock.patch.object(module, "_sums", worse):
        found = quick(*district)
    sheets = [score(by_category[one.category], one) for one in everybody]
    assert grade(by_category, [found[sheet.code] for sheet in sheets]) == grade(by_category, sheets)


def ratio(n, d):
    return Figure(Status.BEHIND, Measure.RATIO, value=n / d, goal=1.0)


def of_two(code, first, second):
    return Brought(code, "primary", {"T1": ratio(*first), "T2": ratio(*second)})


PRIMARY = {"primary": Scheme("primary", {"T1": Fraction(1), "T2": Fraction(1)}, quota=Fraction(1, 2))}


THREE = {"primary": Scheme("primary", dict.fromkeys(("T1", "T2", "T3"), Fraction(1)), quota=Fraction(1, 2))}


def of_three(code, *thousandths):
    return Brought(code, "primary", {f"T{n}": ratio(one, 1000) for n, one in enumerate(thousandths, 1)})


@pytest.mark.parametrize("others", [0, 6])
def test_a_tie_that_floats_do_not_see_keeps_both_from_being_excellent(others):
    """91.7 both; added up in another order the second's is 91.69999999999999. At the edge of a quota of one, which with
    six others is not the edge of a band."""
    scheme = {"primary": dataclasses.replace(THREE["primary"], quota=Fraction(1, 2 + others))}
    tied = [of_three("S1", 903, 874, 974), of_three("S2", 974, 874, 903)]
    found = quick(scheme, tied + [of_three(f"T{n}", 800, 810, 820 + n) for n in range(others)])
    assert {found[code].total for code in ("S1", "S2")} == {Fraction(917, 10)}
    assert [one.grade for one in grade(scheme, list(found.values()))] == ["good"] * (2 + others)


def test_a_bound_that_floats_miss_is_met():
    """59.99999999999999 as a float."""
    (one,) = quick(THREE, [of_three("S1", 915, 880, 5)]).values()
    assert (one.total, grade(THREE, [one])[0].grade) == (60, "pass")


def test_a_bound_that_is_missed_by_a_hair_is_missed():
    short = of_two("S1", (899_999, 1_000_000), (900_001, 1_000_001))
    just = of_two("S2", (899_999, 1_000_000), (900_001, 1_000_000))
    found = quick(PRIMARY, [short, just])
    assert found["S1"].total < 90
    assert found["S2"].total == 90


def test_figures_of_several_kinds_are_written_out(monkeypatch):
    """Of one target a goal downwards for one and upwards for another, which arrays cannot tell apart."""
    less = Brought("S1", "primary", {"T1": Figure(Status.BEHIND, Measure.RATIO, towards_less=True, value=2.0, goal=1.0),
                                     "T2": ratio(1, 1)})  # fmt: skip
    found = quick(PRIMARY, [less, of_two("S2", (1, 2), (1, 1))])
    assert {code: one.total for code, one in found.items()} == {"S1": Fraction(75), "S2": Fraction(75)}


@pytest.mark.parametrize(("many", "places"), [(3, 0), (4, 1), (6, 1), (7, 2), (10, 3)])
def test_the_quota_is_what_the_exact_sheets_have(many, places):
    """30 %, rounded down, of all who are assessed; one of them is vetoed and takes no place."""
    scheme = {"primary": dataclasses.replace(PRIMARY["primary"], quota=Fraction(3, 10), vetoes={"v": Grade.FAIL})}
    everybody = [of_two(f"S{n}", (90 + n, 100), (90 + n, 100)) for n in range(many)]
    everybody[-1] = dataclasses.replace(everybody[-1], vetoes=(Event("v"),))
    graded = grade(scheme, list(quick(scheme, everybody).values()))
    best = [one.code for one in graded if one.grade is Grade.EXCELLENT]
    assert best == [f"S{n}" for n in range(many - 1 - places, many - 1)]


@pytest.mark.parametrize(("points", "expected"), [(90, "good"), (80, "good"), (60, "pass")])
def test_bounds_belong_to_the_better_grade(points, expected):
    at = [of_two("S1", (points, 100), (points, 100)), of_two("S2", (points - 1, 100), (points + 1, 100))]
    below = of_two("S3", (10**4 * points - 1, 10**6), (points, 100))
    found = quick(PRIMARY, [*at, below])
    assert [found[code].total for code in ("S1", "S2")] == [points, points]
    assert found["S3"].total < points
    graded = {one.code: one.grade for one in grade(PRIMARY, list(found.values()))}
    assert graded["S1"] == graded["S2"] == expected
    assert graded["S3"] == {"good": "good" if points == 90 else "pass", "pass": "fail"}[expected]


def test_equal_sheets_are_written_out_once(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "score", lambda scheme, one: asked.append(one.code) or score(scheme, one))
    alike = [of_two(f"S{n}", (95, 100), (93, 100)) for n in range(20)]
    found = quick(PRIMARY, alike)
    assert {one.total for one in found.values()} == {Fraction(94)}
    assert len(asked) == 1


def test_nothing_is_written_out_where_nothing_hangs_on_it(monkeypatch):
    monkeypatch.setattr(module, "score", None)
    apart = [of_two(f"S{n}", (61 + n, 100), (61 + n, 100)) for n in range(18)]
    assert [round(float(one.total), 9) for one in quick(PRIMARY, apart).values()] == [61 + n for n in range(18)]


def test_targets_that_nobody_brings_leave_the_sum():
    assert (
        quick({"primary": Scheme("primary", dict.fromkeys(TARGETS, Fraction(1)))}, [Brought("S1", "primary", {})])[
            "S1"
        ].total
        is None
    )
