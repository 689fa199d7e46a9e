import datetime

import numpy as np
import pytest

from base.quarters import Period, Quarter
from reports.book import book_of
from targets.core.measure import measure
from targets.core.model import Facts
from tests import factories

HALF = Period.parse("2024H2")


@pytest.fixture
def pupils(adoption, plan):
    """The element of the plan's only target, a count of stock."""
    element = factories.make_element("PUPILS")
    target = factories.make_target(factories.make_task(factories.make_action(plan)))
    factories.make_goal(factories.make_definition(target, numerator=[element]), 10)
    return element


def test_values_stand_at_their_unit_element_and_quarter(adoption, pupils, school, junior_school):
    factories.make_entry(pupils, school, Quarter.parse("2021Q3"), 7)
    factories.make_entry(pupils, junior_school, Quarter.parse("2024Q4"), 9)
    book = book_of(adoption, HALF)
    assert (book.first_quarter, book.values.shape) == (Quarter.parse("2021Q3"), (2, 1, 14))
    places = [unit.code for unit in book.units]
    assert book.values[places.index("pri-01"), 0, 0] == 7
    assert book.values[places.index("jun-01"), 0, 13] == 9
    assert np.isnan(book.values).sum() == 2 * 14 - 2


def test_of_what_is_older_than_two_years_before_the_plan_the_latest_stock_comes(adoption, plan, pupils, school):
    born = factories.make_element("BORN", period_kind="flow")
    factories.make_goal(factories.make_definition(factories.make_target(plan.tasks.get(), "B"), numerator=[born]), 10)
    for number, quarter in enumerate(("2015Q2", "2018Q3", "2020Q4"), 1):
        for element in (pupils, born):
            factories.make_entry(element, school, Quarter.parse(quarter), number)
    book = book_of(adoption, HALF)
    assert (book.first_quarter, book.values[~np.isnan(book.values)].tolist()) == (Quarter.parse("2020Q4"), [3])
    result = measure(book, HALF)[0]
    assert (result.target, result.value, result.units_carried) == ("TARGET", 3, 1)
    factories.make_entry(pupils, school, Quarter.parse("2021Q2"), 4)
    assert np.nanmin(book_of(adoption, HALF).values) == 4


def test_only_approved_values_of_the_district_up_to_the_period(adoption, pupils, school, other_school):
    factories.make_entry(pupils, school, Quarter.parse("2024Q3"), 5, state="submitted")
    factories.make_entry(pupils, school, Quarter.parse("2025Q1"), 6)
    factories.make_entry(pupils, other_school, Quarter.parse("2024Q3"), 8)
    assert np.isnan(book_of(adoption, HALF).values).all()


def test_a_value_under_correction_counts_as_it_was_approved(adoption, pupils, school):
    entry = factories.make_entry(pupils, school, Quarter.parse("2024Q3"), 5)
    entry.value, entry.state = 50, "draft"
    entry.save()
    assert np.nanmax(book_of(adoption, HALF).values) == 5


def test_units_carry_their_dated_facts(adoption, pupils, district):
    unit = factories.make_unit(district, "kg", stages=["kindergarten"], ownership="private")
    factories.make_facts(unit, datetime.date(2024, 9, 1), name="新名", stages=["kindergarten"], ownership="public")
    unit.closed = datetime.date(2025, 8, 31)
    unit.save()
    (made,) = book_of(adoption, HALF).units
    assert (made.opened, made.closed) == (Quarter.parse("2010Q3"), Quarter.parse("2025Q3"))
    kindergarten = frozenset(["kindergarten"])
    assert made.facts == (
        Facts(Quarter.parse("2010Q3"), kindergarten, "private"),
        Facts(Quarter.parse("2024Q3"), kindergarten, "public"),
    )


def test_the_definition_in_force_in_the_last_quarter_is_used(adoption, pupils, plan):
    target = plan.targets.get()
    later = factories.make_definition(target, numerator=[pupils], version=2, since=Quarter.parse("2025Q1"), decimals=3)
    factories.make_goal(later, 99)
    assert [one.decimals for one in book_of(adoption, HALF).targets] == [0]
    assert [one.decimals for one in book_of(adoption, Period.parse("2025H1")).targets] == [3]


def test_the_districts_baseline_comes_along(adoption, pupils, plan, sections):
    factories.make_adopted_target(
        adoption,
        plan.targets.get(),
        sections["basic"],
        baseline_value="52.3",
        baseline_date=datetime.date(2022, 12, 31),
        baseline_source="统计年报",
    )
    (target,) = book_of(adoption, HALF).targets
    assert (target.baseline_value, target.baseline_at) == (52.3, Quarter.parse("2022Q4"))


def test_a_book_takes_the_same_few_queries_whatever_its_size(world, django_assert_num_queries):
    with django_assert_num_queries(8):
        book = book_of(world, Period.parse("2025H1"))
    assert len(book.targets) > 85
