"""The calendar's own actions; what a plan file does is tests/targets/test_load_plan.py's."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from base.models import AuditRow
from base.quarters import Quarter
from tasks import actions
from tasks.models import Adoption, QuarterDates
from tests import factories

QUARTER = Quarter.of(2025, 2)


def day(month, number):
    return datetime.date(2025, month, number)


@pytest.fixture
def move(adoption, director, today):
    def to(quarter=QUARTER, **other):
        wanted = {"opens": day(6, 20), "due": day(7, 8), "closes": day(7, 12), "reason": "端午"} | other
        return actions.set_quarter_dates(adoption, quarter, **wanted, by=director)

    return to


def dates_now(quarter=QUARTER):
    return Adoption.objects.get().dates_of(quarter)


def test_set_quarter_dates_holds_for_that_quarter(move, director):
    move()
    assert (dates_now().due, dates_now(QUARTER + 1).due) == (day(7, 8), day(10, 5))
    row = AuditRow.objects.get()
    assert (row.verb, row.by, row.why) == ("moved", director, "端午")
    assert (row.before, row.after) == (
        "2025Q2 2025-06-20–2025-07-05–2025-07-09",
        "2025Q2 2025-06-20–2025-07-08–2025-07-12",
    )


def test_set_quarter_dates_again_changes_them(move):
    move()
    move(due=day(7, 9), reason="再顺延")
    assert list(QuarterDates.objects.values_list("due", "reason")) == [(day(7, 9), "再顺延")]


@pytest.mark.parametrize(
    ("wrong", "where", "why"),
    [
        ({"opens": day(5, 31)}, "opens", "2025-06-01 至 2025-07-31"),
        ({"opens": day(8, 1), "due": day(8, 2), "closes": day(8, 2)}, "opens", "之间"),
        ({"due": day(6, 30)}, "due", "季度结束"),
        ({"closes": datetime.date(2026, 7, 2)}, "closes", "一年"),
        ({"due": day(7, 13)}, "__all__", "依次不早于前一个"),
        ({"reason": "  "}, "reason", ""),
    ],
)
def test_set_quarter_dates_that_cannot_be(move, wrong, where, why):
    with pytest.raises(ValidationError) as raised:
        move(**wrong)
    assert why in "".join(raised.value.message_dict[where])
    assert not QuarterDates.objects.exists()


def test_set_quarter_dates_outside_the_plan(move):
    with pytest.raises(ValidationError, match="不在方案的期限内"):
        move(Quarter.of(2026, 1))


def test_follow_rule_takes_the_dates_away_once(move, adoption, director):
    move()
    for _ in range(2):
        actions.follow_rule(adoption, QUARTER, by=director)
    assert dates_now().due == day(7, 5)
    assert list(AuditRow.objects.values_list("verb", flat=True)) == ["moved", "unmoved"]


def test_set_rule_holds_from_the_next_quarter_to_open(move, adoption, director):
    moved = move(QUARTER - 1, opens=day(3, 20), due=day(4, 7), closes=day(4, 9)).due
    actions.set_rule(adoption, opens_day=18, due_day=3, closes_day=6, by=director)
    dues = [dates_now(quarter).due for quarter in (QUARTER - 2, QUARTER - 1, QUARTER, QUARTER + 1)]
    assert dues == [day(1, 5), moved, day(7, 5), day(10, 3)]
    assert AuditRow.objects.filter(verb="changed").count() == 1


def test_set_rule_to_what_it_is_changes_nothing(adoption, director, today):
    actions.set_rule(adoption, opens_day=20, due_day=5, closes_day=9, by=director)
    assert (AuditRow.objects.count(), QuarterDates.objects.count()) == (0, 0)


def test_set_rule_out_of_order_changes_nothing(adoption, director, today):
    with pytest.raises(ValidationError, match="关闭日不早于截止日"):
        actions.set_rule(adoption, opens_day=20, due_day=9, closes_day=5, by=director)
    assert QuarterDates.objects.count() == 0


def test_a_district_is_moved_alone(move, plan, other_district):
    move()
    theirs = factories.make_adoption(plan, other_district)
    assert theirs.dates_of(QUARTER).due == day(7, 5)
