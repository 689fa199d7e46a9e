"""Quarters and periods (measurement.md §1)."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.quarters import Period, Quarter

quarters = st.integers(1990 * 4, 2100 * 4).map(Quarter)


def test_quarter_reads_what_it_writes():
    quarter = Quarter.parse("2024Q3")
    assert (quarter, str(quarter), repr(quarter)) == (Quarter.of(2024, 3), "2024Q3", "Quarter(2024Q3)")


def test_quarter_is_read_with_blanks_around_it():
    assert Quarter.parse(" 2024Q3 ") == Quarter.of(2024, 3)


@pytest.mark.parametrize(
    "text", ["", "2024", "2024Q0", "2024Q5", "2024q3", "24Q3", "2024H1", "2024Q33", "２０２４Q3", "0000Q1", "9999Q4"]
)
def test_quarter_refuses_other_words(text):
    with pytest.raises(ValueError, match="不是季度"):
        Quarter.parse(text)


@pytest.mark.parametrize(
    ("day", "text"),
    [("2024-01-01", "2024Q1"), ("2024-03-31", "2024Q1"), ("2024-04-01", "2024Q2"), ("2024-12-31", "2024Q4")],
)
def test_quarter_containing_a_day(day, text):
    assert str(Quarter.containing(datetime.date.fromisoformat(day))) == text


def test_quarter_knows_its_days_and_its_name():
    quarter = Quarter.parse("2024Q1")
    assert (quarter.year, quarter.number, quarter.label) == (2024, 1, "2024年第一季度")
    assert (quarter.start, quarter.end) == (datetime.date(2024, 1, 1), datetime.date(2024, 3, 31))
    assert Quarter.parse("2024Q4").end == datetime.date(2024, 12, 31)


def test_quarters_add_and_subtract():
    quarter = Quarter.parse("2024Q3")
    assert (quarter + 2, quarter - 3) == (Quarter.parse("2025Q1"), Quarter.parse("2023Q4"))
    assert quarter - Quarter.parse("2023Q1") == 6
    assert isinstance(quarter - 3, Quarter)
    assert not isinstance(quarter - quarter, Quarter)


@given(quarters)
def test_every_day_of_a_quarter_lies_in_it_and_the_next_begins_after(quarter):
    assert Quarter.containing(quarter.start) == Quarter.containing(quarter.end) == quarter
    assert quarter.end + datetime.timedelta(days=1) == (quarter + 1).start
    assert Quarter.parse(str(quarter)) == quarter


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("2024Q3", "2024Q3", "2024Q3", "2024年第三季度"),
        ("2024H1", "2024Q1", "2024Q2", "2024年上半年"),
        ("2024H2", "2024Q3", "2024Q4", "2024年下半年"),
        ("2024", "2024Q1", "2024Q4", "2024年"),
    ],
)
def test_period_is_a_quarter_a_half_year_or_a_year(text, first, last, label):
    period = Period.parse(text)
    assert (period.first, period.last) == (Quarter.parse(first), Quarter.parse(last))
    assert (str(period), period.label) == (text, label)


@pytest.mark.parametrize("text", ["", "2024H3", "2024H", "2024Q5", "24H1", "2024h1", "2024-H1", "0000", "9999H2"])
def test_period_refuses_other_words(text):
    with pytest.raises(ValueError, match="不是期间"):
        Period.parse(text)


def test_period_holds_its_quarters_alone():
    period = Period.parse("2024H2")
    held = [str(q) for q in (Quarter.parse("2024Q1") + n for n in range(6)) if q in period]
    assert held == ["2024Q3", "2024Q4"]
    assert "2024Q3" not in period


@pytest.mark.parametrize(
    ("text", "steps", "moved"), [("2024H2", 1, "2025H1"), ("2024", -1, "2023"), ("2024Q1", -2, "2023Q3")]
)
def test_period_moves_by_its_own_length(text, steps, moved):
    assert str(Period.parse(text).moved(steps)) == moved


def test_half_year_of_a_quarter():
    halves = [str(Period.half_year_of(Quarter.of(2024, number))) for number in (1, 2, 3, 4)]
    assert halves == ["2024H1", "2024H1", "2024H2", "2024H2"]
