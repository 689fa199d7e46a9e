import datetime

import pytest
from django.contrib import admin

from base.quarters import Quarter
from submissions import actions, calendar
from tests import factories

QUARTER = Quarter.of(2025, 2)


@pytest.mark.parametrize(
    ("day", "phase", "is_open", "remaining"),
    [
        ((2025, 6, 19), "not_yet", False, "6月20日开放"),
        ((2025, 6, 20), "open", True, "还剩 15 天"),
        ((2025, 7, 3), "open", True, "还剩 2 天"),
        ((2025, 7, 5), "open", True, "今天截止"),
        ((2025, 7, 6), "overdue", True, "已逾期 1 天，7月9日关闭"),
        ((2025, 7, 9), "overdue", True, "已逾期 4 天，7月9日关闭"),
        ((2025, 7, 10), "closed", False, "已于7月9日关闭"),
    ],
)
def test_window_of_each_day(adoption, school, day, phase, is_open, remaining):
    window = calendar.window_of(adoption, school, QUARTER, datetime.date(*day))
    assert (window.phase, window.is_open, window.remaining) == (phase, is_open, remaining)
    assert bool(window.why_closed) is not is_open


def test_window_closed_says_since_when_and_who_reopens(adoption, school, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    window = calendar.window_of(adoption, school, QUARTER)
    for words in ("2025年第二季度", "7月5日截止", "7月9日之后", "同意延期", "申请更正", "局领导或系统管理员调整"):
        assert words in window.why_closed
    with pytest.raises(calendar.Closed, match="7月9日"):
        window.require_entering()
    window.require_reviewing()


def test_window_of_a_quarter_to_come_can_be_neither_entered_nor_reviewed(adoption, school, today):
    window = calendar.window_of(adoption, school, QUARTER + 1)
    for check in (window.require_entering, window.require_reviewing):
        with pytest.raises(calendar.Closed, match="9月20日开放"):
            check()


def test_window_outside_the_plan(adoption, school, today):
    assert "期限" in calendar.window_of(adoption, school, Quarter.of(2022, 4)).why_closed
    assert "期限" in calendar.window_of(None, school, QUARTER).why_closed


def test_window_of_a_school_that_was_not_open(adoption, district, today):
    closed = factories.make_unit(district, closed=datetime.date(2025, 5, 1))
    assert "没有开办" in calendar.window_of(adoption, closed, QUARTER).why_closed
    assert calendar.window_of(adoption, closed, QUARTER - 1).phase == "closed"


def test_window_follows_the_adoptions_calendar(plan, district, school):
    adoption = factories.make_adoption(plan, district, opens_day=25, due_day=10, closes_day=15)
    window = calendar.window_of(adoption, school, QUARTER, datetime.date(2025, 7, 12))
    assert (window.opens.day, window.due.day, window.closes.day, window.phase) == (25, 10, 15, "overdue")


def test_opened_quarters_newest_first(adoption, today):
    opened = calendar.opened_quarters([adoption])
    assert (opened[0], opened[-1], len(opened)) == (QUARTER, Quarter.of(2023, 1), 10)


def test_adoption_in_the_newest_plan_that_runs(adoption, district):
    newer = factories.make_plan("plan-2", start=datetime.date(2025, 4, 1), end=datetime.date(2028, 12, 31))
    factories.make_adoption(newer, district)
    adoptions = calendar.adoptions_of(district)
    assert [calendar.adoption_in(adoptions, quarter).plan for quarter in (QUARTER - 1, QUARTER)] == [
        adoption.plan,
        newer,
    ]
    assert calendar.adoption_in(adoptions, Quarter.of(2030, 1)) is None


def test_history_wants_a_quarter_that_has_begun(settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 1)
    calendar.require_history(Quarter.of(2025, 3))
    with pytest.raises(calendar.Closed, match="2025年第四季度还没有开始"):
        calendar.require_history(Quarter.of(2025, 4))


@pytest.mark.parametrize("days", [{"opens": (7, 1)}, {"due": (7, 1), "closes": (7, 2)}])
def test_every_write_asks_the_calendar(days, form, enter, quarter, sections, adoption, clerk, principal, officer):
    """The quarter opens or closes otherwise than by the rule, and every way in follows."""
    dates = {name: datetime.date(2025, *day) for name, day in days.items()}
    factories.make_quarter_dates(adoption, quarter, **dates)
    is_open = "opens" in days
    enter("TEACHERS", 1)
    writes = [
        lambda: actions.save_values(form, quarter, {"TEACHERS": ("2", 1)}, by=clerk),
        lambda: actions.save_grid(sections["safety"], quarter, {"pri-01.CAMERAS": ("2", 0)}, by=officer),
        lambda: actions.submit(form, quarter, by=principal),
        lambda: actions.submit_grid(sections["safety"], quarter, by=officer),
    ]
    closed = 0
    for write in writes:
        try:
            write()
        except calendar.Closed:
            closed += 1
        except actions.Incomplete:
            pass
    assert closed == (0 if is_open else len(writes))


def test_no_entry_is_written_in_the_admin_site():
    here = [model for model in admin.site._registry if model._meta.app_label == "submissions"]
    assert here == []
