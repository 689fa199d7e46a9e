import datetime
import re

import pytest

from base.models import AuditRow
from tasks.models import Adoption, QuarterDates
from tests import factories

CALENDAR = "/desk/calendar/"


def text_of(response):
    return response.content.decode()


def agreed(response):
    """What the page asks to be said yes to."""
    return re.findall(r'name="agreed" value="([^"]+)"', text_of(response))


@pytest.fixture
def client(form, quarter, director, client_of):
    return client_of(director)


@pytest.fixture
def place(adoption):
    return f"{CALENDAR}{adoption.pk}/2025Q2/"


def dates(opens="2025-06-20", due="2025-07-08", closes="2025-07-12", reason="端午放假", **more):
    return {"opens": opens, "due": due, "closes": closes, "reason": reason} | more


def test_calendar_lists_the_quarters_with_what_was_moved_and_why(client, adoption, place, director):
    client.post(place, dates())
    page = text_of(client.get(CALENDAR))
    for words in ("20 日开放", "2025年第四季度", "7月12日", "端午放假", f"{director}，2025年7月3日", "还剩 5 天"):
        assert words in page
    assert page.index("2025年第四季度") < page.index("2023年第一季度")


def test_calendar_offers_a_change_to_those_who_may(form, today, client_of, officer, director, administrator):
    offers = ["改规则" in text_of(client_of(user).get(CALENDAR)) for user in (officer, director, administrator)]
    assert offers == [False, True, True]


def test_calendar_without_a_plan(district, client_of, director):
    assert "还没有采用行动方案" in text_of(client_of(director).get(CALENDAR))


def test_calendar_takes_the_same_queries_for_any_number_of_quarters(
    client, adoption, quarter, django_assert_num_queries
):
    for moved in (1, 9):
        for n in range(moved):
            QuarterDates.objects.filter(quarter=quarter - n).delete()
            factories.make_quarter_dates(adoption, quarter - n)
        with django_assert_num_queries(9):
            client.get(CALENDAR)


def test_dates_that_harm_nobody_are_saved_at_once(client, place, director):
    assert client.post(place, dates()).url == CALENDAR
    assert QuarterDates.objects.get().due == datetime.date(2025, 7, 8)
    assert AuditRow.objects.get(verb="moved").by == director


@pytest.mark.parametrize(
    ("quarter_given", "given", "told"),
    [
        ("2025Q2", {"due": "2025-07-01", "closes": "2025-07-02"}, "填报立即关闭：现有 1 所学校没有提交，其中 1 所填了"),
        ("2025Q2", {"opens": "2025-07-05"}, "到7月5日才开放"),
        ("2025Q2", {"due": "2025-07-02"}, "过了截止日期：现有 1 所学校没有提交"),
        ("2025Q1", {"opens": "2025-03-20", "due": "2025-07-08"}, "已于4月9日关闭，保存后重新开放"),
        ("2025Q3", {"opens": "2025-09-01", "due": "2025-10-08", "closes": "2025-10-09"}, ""),
        ("2025Q1", {"opens": "2025-03-20", "due": "2025-04-08", "closes": "2025-04-09"}, "重新计算"),
    ],
)
def test_dates_that_concern_people_now_want_a_yes(client, place, enter, quarter_given, given, told):
    enter("TEACHERS", 1)
    place = place.replace("2025Q2", quarter_given)
    response = client.post(place, dates(**given))
    assert told in text_of(response)
    assert QuarterDates.objects.count() == (0 if told else 1)
    if told:
        assert response.status_code == 422
        assert client.post(place, dates(**given, agreed=agreed(response)[0])).status_code == 302
        assert QuarterDates.objects.get().reason == "端午放假"


def test_a_yes_to_something_else_is_none(client, place):
    assert client.post(place, dates(closes="2025-07-02", due="2025-07-01", agreed="好")).status_code == 422


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"due": "2025-07-13"}, "依次不早于前一个"),
        ({"opens": "2025-05-31"}, "开放日期应在"),
        ({"reason": ""}, "必填"),
        ({"closes": "x"}, "日期"),
    ],
)
def test_dates_that_cannot_be_are_refused_at_their_fields(client, place, given, why):
    response = client.post(place, dates(**given))
    assert (response.status_code, why in text_of(response)) == (422, True)
    assert not QuarterDates.objects.exists()


def test_quarter_outside_the_plan_is_not_found(client, place):
    assert client.get(place.replace("2025Q2", "2026Q1")).status_code == 404


def test_follow_rule_asks_where_it_concerns_people(client, adoption, quarter, place):
    late = [datetime.date(2025, 7, day) for day in (10, 12, 13)]
    factories.make_quarter_dates(adoption, quarter, **dict(zip(("opens", "due", "closes"), late, strict=True)))
    response = client.post(f"{place}by-rule/")
    assert "立即开放填报" in text_of(response)
    assert client.post(f"{place}by-rule/", {"agreed": agreed(response)[0]}).url == CALENDAR
    assert not QuarterDates.objects.exists()


def test_rule_is_changed_from_the_next_quarter_on(client, adoption):
    rule = f"{CALENDAR}{adoption.pk}/rule/"
    assert client.post(rule, {"opens_day": 25, "due_day": 6, "closes_day": 10}).url == CALENDAR
    after = Adoption.objects.get()
    assert (after.opens_day, after.due_day, after.closes_day) == (25, 6, 10)
    assert after.due(after.plan.last_quarter - 2) == datetime.date(2025, 7, 5)


def test_rule_that_opens_the_next_quarter_now_wants_a_yes(client, adoption, settings):
    settings.PLAN_TODAY = datetime.date(2025, 9, 16)
    rule, days = f"{CALENDAR}{adoption.pk}/rule/", {"opens_day": 15, "due_day": 5, "closes_day": 9}
    response = client.post(rule, days)
    assert agreed(response) == ["保存后2025年第三季度立即开放填报。"]
    assert client.post(rule, days | {"agreed": agreed(response)[0]}).status_code == 302


def test_rule_out_of_order_is_refused(client, adoption):
    response = client.post(f"{CALENDAR}{adoption.pk}/rule/", {"opens_day": 20, "due_day": 9, "closes_day": 5})
    assert (response.status_code, "关闭日不早于截止日" in text_of(response)) == (422, True)
    assert Adoption.objects.get().due_day == 5


def test_administrator_finds_the_calendar_in_her_navigation(client_of, administrator):
    assert f'href="{CALENDAR}"' in text_of(client_of(administrator).get(CALENDAR))
