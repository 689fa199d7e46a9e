import datetime

import pytest
from django.core.exceptions import ValidationError

from base import clock
from base.models import AuditRow
from submissions import actions, calendar
from submissions.asking import Asking
from submissions.models import Extension
from submissions.sheets import school_sheet, section_sheet
from submissions.states import standings
from tests import factories

UNTIL = datetime.date(2025, 7, 12)


def day(number, month=7):
    return datetime.date(2025, month, number)


@pytest.fixture
def extend(form, quarter, officer):
    def give(until=UNTIL, reason="台风停课", *, quarter=quarter, **more):
        return actions.extend(form, quarter, until, reason, by=officer, **more)

    return give


def window(unit, quarter):
    return Asking(unit.district).window(unit, quarter)


def test_extend_moves_due_and_closing_of_this_school_alone(extend, form, quarter, junior_school, officer):
    given = extend()
    assert (given.until, given.reason, given.given_by) == (UNTIL, "台风停课", officer)
    assert (window(form, quarter).due, window(form, quarter).closes) == (UNTIL, UNTIL)
    assert (window(junior_school, quarter).due, window(junior_school, quarter).closes) == (day(5), day(9))
    assert window(form, quarter).extension == "已同意延期至7月12日（台风停课）"
    assert list(AuditRow.objects.values_list("verb", "after", "why")) == [("extended", "2025-07-12", "台风停课")]


def test_extension_short_of_the_closing_moves_the_due_date_alone(extend, form, quarter):
    extend(day(7))
    assert (window(form, quarter).due, window(form, quarter).closes) == (day(7), day(9))


def test_extension_that_the_calendar_overtook_says_nothing(extend, form, quarter, adoption):
    extend(day(7))
    factories.make_quarter_dates(adoption, quarter, due=day(8))
    assert (window(form, quarter).due, window(form, quarter).extension) == (day(8), "")


@pytest.mark.parametrize(("number", "phase"), [(9, "open"), (12, "open"), (13, "closed")])
def test_extension_opens_a_closed_quarter_for_this_school(extend, form, quarter, clerk, number, phase):
    with clock.pinned(day(11)):
        extend()
    with clock.pinned(day(number)):
        assert window(form, quarter).phase == phase
        if phase == "closed":
            with pytest.raises(calendar.Closed, match="已同意延期至7月12日（台风停课），也已到期"):
                actions.save_values(form, quarter, {"TEACHERS": ("1", 0)}, by=clerk)
        else:
            assert actions.save_values(form, quarter, {"TEACHERS": ("1", 0)}, by=clerk).saved == ["TEACHERS"]


@pytest.mark.parametrize(
    ("until", "reason", "why"),
    [
        (day(5), "停课", "全区7月5日截止"),
        (day(4, 9), "停课", "今天至9月3日"),
        (UNTIL, "  ", "须写明原因"),
        (UNTIL, "长" * 201, "最多 200 字"),
    ],
)
def test_extend_that_cannot_be(extend, until, reason, why):
    with pytest.raises(ValidationError, match=why):
        extend(until, reason)
    assert not Extension.objects.exists()


def test_extend_into_the_past_is_refused(extend):
    with clock.pinned(day(11)), pytest.raises(ValidationError, match="今天至"):
        extend(day(10))


def test_extend_before_the_quarter_opens_is_refused(extend, quarter):
    with pytest.raises(calendar.Closed, match="还没有开始"):
        extend(day(20, 10), quarter=quarter + 1)


def test_extend_where_nothing_is_asked_is_refused(form, district, quarter, officer):
    closed = factories.make_unit(district, "pri-09", "旧学校", closed=day(1, 5))
    with pytest.raises(ValidationError, match="旧学校2025年第二季度没有需要填报的项目"):
        actions.extend(closed, quarter, UNTIL, "停课", by=officer)


def test_extend_again_changes_it(extend):
    extend()
    extend(day(20), "再延", seen=UNTIL)
    assert list(Extension.objects.values_list("until", "reason")) == [(day(20), "再延")]
    assert AuditRow.objects.filter(verb="extended", before="2025-07-12", after="2025-07-20").count() == 1


def test_extend_over_what_a_colleague_gave_is_refused(extend):
    extend()
    with pytest.raises(ValidationError, match="同事已同意延期至7月12日"):
        extend(day(20))


def test_end_before_the_due_date_takes_it_away(extend, form, quarter, officer):
    extend()
    for _ in range(2):
        actions.end_extension(form, quarter, by=officer)
    assert not Extension.objects.exists()
    assert AuditRow.objects.filter(verb="ended", before="2025-07-12", after="").count() == 1


def test_end_after_the_due_date_makes_today_the_last_day(extend, form, quarter, officer):
    extend()
    with clock.pinned(day(10)):
        for _ in range(2):
            actions.end_extension(form, quarter, by=officer)
        assert window(form, quarter).phase == "open"
    assert Extension.objects.get().until == day(10)
    assert AuditRow.objects.filter(verb="ended").count() == 1


def test_timeliness_follows_the_extension(extend, enter, form, quarter, principal):
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1)

    def standing():
        return standings(Asking(form.district), [form], [quarter])[form.pk, quarter]

    with clock.pinned(day(8)):
        assert standing().is_late
        extend()
        assert not standing().is_late
        actions.submit(form, quarter, by=principal)
        assert not standing().was_late
        Extension.objects.all().delete()
        assert standing().was_late


def test_extension_of_a_schools_form_opens_nothing_in_a_sections_grid(extend, form, quarter, sections, settings):
    extend()
    settings.PLAN_TODAY = datetime.date(2025, 7, 11)
    assert school_sheet(form, quarter).is_editable
    assert not section_sheet(sections["safety"], quarter).is_editable
