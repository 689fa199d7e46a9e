import datetime

from django.utils import timezone

from base import clock

DAY = datetime.date(2024, 2, 29)


def test_today_follows_the_setting(settings):
    settings.PLAN_TODAY = DAY
    assert clock.today() == DAY


def test_time_of_day_goes_on_while_the_day_is_pinned(settings):
    settings.PLAN_TODAY = DAY
    assert abs(clock.now().replace(tzinfo=None) - timezone.localtime().replace(2024, 2, 29, tzinfo=None)) < (
        datetime.timedelta(seconds=5)
    )


def test_pinned_moment_holds_inside_and_ends_outside(settings):
    settings.PLAN_TODAY = None
    with clock.pinned(DAY, hour=16):
        assert clock.now().isoformat() == "2024-02-29T16:00:00+08:00"
    assert clock.today() == timezone.localdate()


def test_instant_ignores_the_pinned_day(settings):
    settings.PLAN_TODAY = DAY
    assert clock.instant().year > 2024
