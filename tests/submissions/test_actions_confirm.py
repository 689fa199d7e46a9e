"""无变化 and 零报告: one click for all blank figures of a kind."""

import datetime

import pytest

from base import audit
from base.quarters import Quarter
from submissions import actions
from submissions.models import Entry
from submissions.sheets import school_sheet
from targets.models import Element
from tests import factories

BEFORE = Quarter.of(2025, 1)


@pytest.fixture
def ask(adoption, school):
    """``ask("A", last=3, period_kind="flow")``: an element that the school reported ``last`` quarter (None: never)."""

    def make(code: str, last: int | None = None, **fields) -> Element:
        element = factories.make_element(code, **fields)
        if last is not None:
            factories.make_entry(element, school, BEFORE, last)
        return element

    return make


def stored() -> dict[str, int]:
    entries = Entry.objects.for_quarter(BEFORE + 1).select_related("element")
    return {entry.element.code: entry.value for entry in entries}


def test_unchanged_takes_the_last_values_of_stocks_of_every_type(ask, school, quarter, clerk):
    day = datetime.date(2024, 9, 1).toordinal()
    ask("COUNT", 3), ask("FLAG", 0, value_type="boolean", lower=None), ask("DAY", day, value_type="date", lower=None)
    ask("NEW"), ask("FLOW", 3, period_kind="flow"), ask("VERDICT", 2, value_type="verdict", lower=None)
    saved = actions.confirm_unchanged(school, quarter, by=clerk)
    assert stored() == {"COUNT": 3, "FLAG": 0, "DAY": day}
    assert saved.confirmed == ["COUNT", "DAY", "FLAG"]
    entry = Entry.objects.get(element__code="COUNT", quarter=quarter)
    assert [(row.verb, row.after, row.why, row.by) for row in audit.history(entry)] == [
        ("created", "3", "无变化", clerk)
    ]
    assert (entry.state, entry.note) == ("draft", "")


def test_zero_report_fills_numbers_of_the_period_that_may_be_zero(ask, school, quarter, clerk):
    for code, fields in {
        "CASES": {},
        "HOURS": {"value_type": "decimal"},
        "HELD": {"value_type": "boolean", "lower": None},
        "RANK": {"lower": 1},
    }.items():
        ask(code, period_kind="flow", **fields)
    ask("STOCK", 3)
    saved = actions.report_zero(school, quarter, by=clerk)
    assert (stored(), saved.confirmed) == ({"CASES": 0, "HOURS": 0}, ["CASES", "HOURS"])
    assert audit.history(Entry.objects.get(element__code="CASES")).get().why == "零报告"


def test_what_is_there_or_typed_stays(ask, school, quarter, clerk):
    for code in ("THERE", "LOCKED", "TYPED", "EMPTIED", "NOTED"):
        ask(code, 3)
    entries = {
        code: factories.make_entry(Element.objects.get(code=code), school, quarter, 5, state=state, by=clerk)
        for code, state in {"THERE": "draft", "LOCKED": "submitted", "EMPTIED": "draft"}.items()
    }
    typed = {"TYPED": ("4", 0), "EMPTIED": ("", entries["EMPTIED"].version), "NOTED": (" ", 0, "同上季")}
    saved = actions.confirm_unchanged(school, quarter, typed, by=clerk)
    assert stored() == {"THERE": 5, "LOCKED": 5, "TYPED": 4, "EMPTIED": None, "NOTED": 3}
    assert (saved.confirmed, saved.is_complete) == (["NOTED"], True)
    assert Entry.objects.get(element__code="NOTED", quarter=quarter).note == "同上季"


def test_a_last_value_that_is_refused_by_now_is_reported(ask, school, quarter, clerk):
    ask("SHRUNK", 30, upper=20), ask("FINE", 3)
    saved = actions.confirm_unchanged(school, quarter, by=clerk)
    assert (stored(), saved.confirmed) == ({"FINE": 3}, ["FINE"])
    assert saved.problems == {"SHRUNK": "不能大于 20人。"}


@pytest.mark.parametrize("count", [5, 40])
def test_confirming_is_one_bulk_write(ask, school, quarter, clerk, count, django_assert_num_queries):
    for number in range(count):
        ask(f"E{number}", number)
    with django_assert_num_queries(13):
        saved = actions.confirm_unchanged(school, quarter, by=clerk)
    assert len(saved.confirmed) == count
    assert school_sheet(school, quarter).unchanged == []
