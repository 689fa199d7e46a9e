"""Hypothesis: the core against the naive implementation, and what must hold of any measurement."""

import dataclasses
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.core.measure import measure
from targets.core.model import DISTRICT, About, Book, Facts, Measure, Unit
from tests.targets.books import quarter
from tests.targets.naive import naive_measure
from tests.targets.strategies import books, periods

NUMBERS = ("value", "numerator", "denominator", "expected", "goal", "anchor", "pace", "gap")


def rows_of(results):
    """By scope and target, each once."""
    found = {(row.scope, row.target): row for row in results}
    assert len(found) == len(results)
    return found


def plain(row):
    """A row as a dictionary whose numbers compare approximately."""
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    for name in NUMBERS:
        if fields[name] is not None:
            fields[name] = pytest.approx(float(fields[name]), rel=1e-9, abs=1e-9)
    if row.goal is None or row.value is None:
        del fields["short_units"]  # the page names no units without a value or a goal
    return fields


def same(one, other):
    one, other = rows_of(one), rows_of(other)
    assert one.keys() == other.keys()
    for key in one:
        assert {field: getattr(one[key], field) for field in plain(other[key])} == plain(other[key])


@given(books(), periods)
def test_core_agrees_with_the_naive_implementation(book, period):
    same(measure(book, period), naive_measure(book, period))


@given(books(), periods, st.randoms(use_true_random=False))
def test_order_of_units_elements_and_targets_does_not_matter(book, period, chance):
    units, elements, targets = (shuffled(len(x), chance) for x in (book.units, book.elements, book.targets))
    other = dataclasses.replace(
        book,
        units=tuple(book.units[n] for n in units),
        elements=tuple(book.elements[n] for n in elements),
        targets=tuple(book.targets[n] for n in targets),
        values=book.values[units][:, elements],
    )
    one, two = rows_of(measure(book, period)), rows_of(measure(other, period))
    assert {key: unordered(row) for key, row in one.items()} == {key: unordered(row) for key, row in two.items()}


def shuffled(count: int, chance: random.Random) -> list[int]:
    order = list(range(count))
    chance.shuffle(order)
    return order


def unordered(row):
    return plain(dataclasses.replace(row, short_units=tuple(sorted(row.short_units))))


@given(books(), periods, st.floats(0, 100) | st.just(np.nan))
def test_values_after_the_period_do_not_matter(book, period, value):
    values = book.values.copy()
    values[:, :, max(period.last + 1 - book.first_quarter, 0) :] = value
    same(measure(dataclasses.replace(book, values=values), period), measure(book, period))


@given(books(), periods, st.floats(0, 100))
def test_unit_outside_the_stages_of_every_target_changes_nothing(book, period, value):
    stages = frozenset({"primary", "junior"})
    targets = tuple(dataclasses.replace(target, stages=target.stages or stages) for target in book.targets)
    book = dataclasses.replace(book, targets=targets)
    same(measure(with_senior_school(book, value), period), measure(book, period))


def with_senior_school(book: Book, value: float) -> Book:
    opened = quarter("2010Q3")
    senior = Unit("SENIOR", About.SCHOOL, opened, None, (Facts(opened, frozenset({"senior"}), "public"),))
    values = np.concatenate([np.full_like(book.values[:1], value), book.values])
    return dataclasses.replace(book, units=(senior, *book.units), values=values)


@given(books(), periods)
def test_ratio_lies_between_the_least_and_the_greatest_of_its_schools(book, period):
    rows = measure(book, period)
    for target in book.targets:
        parts = [row for row in rows if row.target == target.code and row.scope != DISTRICT]
        parts = [row for row in parts if row.denominator is not None]
        (whole,) = [row for row in rows if row.target == target.code and row.scope == DISTRICT]
        if target.measure is Measure.RATIO and parts and all(row.denominator for row in parts):
            known = [row.value for row in parts]
            assert min(known) - 1e-9 <= whole.value <= max(known) + 1e-9
