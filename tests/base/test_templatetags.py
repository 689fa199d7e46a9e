"""Numbers, days and statuses as pages write them."""

import datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone

from base.quarters import Period, Quarter
from base.templatetags import numbers, quarters
from base.templatetags.status import STATES, STATUSES, in_words
from reports.models import Status
from submissions.models import EntryState


def rendered(text, **context):
    return Template("{% load status %}" + text).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1236, None, "1,236"),
        (1236.5, None, "1,236.5"),
        (94.95, 1, "95.0"),
        (0.125, 2, "0.13"),
        (Decimal("12.340000"), None, "12.34"),
        (-0.04, 1, "0.0"),
        (-1234.5, 0, "-1,235"),
        (0, None, "0"),
        (None, 1, "—"),
        (float("nan"), 1, "—"),
    ],
)
def test_number(value, decimals, text):
    assert numbers.number(value, decimals) == text


@pytest.mark.parametrize(
    ("text", "unit", "shown"), [("18.6", "%", "18.6%"), ("37", "人", "37\u00a0人"), ("3", "", "3"), ("—", "人", "—")]
)
def test_unit(text, unit, shown):
    assert numbers.unit(text, unit) == shown


def test_quarters_and_days_in_words(today):
    assert quarters.label(Quarter.of(2024, 3)) == "2024年第三季度"
    assert quarters.label(Period.parse("2024H2")) == "2024年下半年"
    assert quarters.day(today) == "2025年7月3日"
    assert quarters.short_day(today) == "7月3日"
    days = [datetime.date(2025, 12, 31), datetime.date(2024, 2, 29), datetime.date(2024, 9, 20)]
    assert [quarters.deadline(day) for day in days] == ["2025年底", "2024年2月底", "2024年9月20日"]
    assert [quarters.end_of(Quarter.of(2025, n)) for n in (2, 4)] == ["2025年6月底", "2025年底"]
    assert [quarters.label(None), quarters.day(None), quarters.end_of(None)] == ["", "", ""]


def test_moment_is_in_local_time():
    when = datetime.datetime(2025, 7, 2, 23, 5, tzinfo=datetime.UTC)

    assert quarters.moment(when) == "2025年7月3日 07:05"
    assert quarters.day(when) == "2025年7月3日"
    assert quarters.moment(timezone.localtime(when)) == "2025年7月3日 07:05"


def test_every_status_has_its_mark():
    assert {code: mark.label for code, mark in STATUSES.items()} == dict(Status.choices)


def test_every_state_of_an_entry_has_its_mark():
    assert {code: STATES[code].label for code in EntryState.values} == dict(EntryState.choices)


def test_status_is_a_colour_a_word_and_a_shape():
    assert rendered("{% status 'overdue' %}") == (
        '<span class="status is-behind"><i aria-hidden="true">■</i>逾期未达</span>'
    )
    assert rendered("{% state 'returned' %}") == (
        '<span class="badge is-behind"><i aria-hidden="true">■</i>已退回</span>'
    )


def test_distribution_lists_what_occurs_in_order():
    counts = {"behind": 2, "achieved": 5, "on_track": 0}

    assert in_words(counts) == "已达成 5、滞后 2"
    shown = rendered("{% distribution counts key=True %}", counts=counts)
    assert 'aria-label="已达成 5、滞后 2"' in shown
    assert shown.index("flex:5") < shown.index("flex:2")
    assert "正常推进" not in shown


def test_distribution_of_nothing_says_so():
    assert in_words({}) == "没有目标"
