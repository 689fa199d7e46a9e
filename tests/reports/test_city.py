"""市级: districts side by side, as each published."""

import pytest

from base.quarters import Period
from reports.actions import draft
from reports.measuring import measure
from reports.models import Result
from submissions.models import Entry
from tests import factories
from tests.bulletins import issued
from tests.reports.pages import text_of, url
from tests.reports.small import HALF


@pytest.fixture
def second(adoption, rate, secret):
    """A district that shares the plan, with nothing reported and nothing published."""
    district = factories.make_district("two", "第二区")
    section = factories.make_section(district, "basic")
    factories.make_bureau(district)
    factories.make_unit(district, "two-01", "第二区小学")
    other = factories.make_adoption(adoption.plan, district)
    for target in (rate, secret):
        factories.make_adopted_target(other, target, section)
    return other


def conclude(adoption):
    director = factories.make_director(adoption.district)
    return issued(draft(measure(adoption, HALF, by=None), by=None), by=director)


@pytest.fixture
def reader(adoption, second):
    return factories.make_city_reader(adoption.district, second.district)


def cells(client):
    city = client.get(url_of_city()).context["city"]
    return [
        (line.name, [cell and (cell["value"], cell["status"]) for cell in line.cells])
        for _, lines in city.blocks
        for line in lines
    ]


def url_of_city():
    return "/city/plan-2023-2025/"


def test_districts_stand_side_by_side_as_they_published(published, second, reader, client_of):
    conclude(second)
    assert cells(client_of(reader)) == [
        ("TRAINING率", [("92.9%", "at_risk"), ("—", "no_data")]),
        ("EXAMS率", [("92.9%", "at_risk"), ("—", "no_data")]),
    ]
    page = text_of(client_of(reader).get(url_of_city()))
    assert "开发区 偏慢 2 2 项 4 / 4" in page
    assert "第二区 缺数据 2 2 项 0 / 2" in page


def test_what_was_measured_since_is_not_shown(published, reader, client_of):
    Result.objects.filter(measurement__adoption=published.bulletin.adoption).update(value=1, status="behind")
    assert cells(client_of(reader))[0] == ("TRAINING率", [("92.9%", "at_risk"), None])


def test_the_newest_edition_counts(published, adoption, reader, client_of):
    Entry.objects.filter(element__code="TRAINED", value=30).update(value=36, approved_value=36)
    again = draft(measure(adoption, HALF, by=None), by=None)
    issued(again, by=factories.make_director(adoption.district))
    assert cells(client_of(reader))[0] == ("TRAINING率", [("97.1%", "achieved"), None])


def test_it_is_for_the_city_alone(published, second, client_of, leader):
    assert client_of(leader).get(url_of_city()).status_code == 403


def test_a_district_without_a_bulletin_says_so(published, second, reader, client_of):
    draft(measure(second, HALF, by=None), by=None)
    assert "还没有发布通报的：第二区。" in text_of(client_of(reader).get(url_of_city()))


def test_no_school_is_named(published, reader, client_of, school):
    assert school.name not in client_of(reader).get(url_of_city()).content.decode()


def test_another_citys_district_is_not_there(published, second, client_of):
    conclude(second)
    stranger = factories.make_city_reader(second.district)
    assert cells(client_of(stranger))[0] == ("TRAINING率", [("—", "no_data")])
    elsewhere = factories.make_city_reader(factories.make_district("far", "远区"))
    assert client_of(elsewhere).get(url_of_city()).status_code == 404


@pytest.mark.parametrize("name", ["overview", "wall", "clauses", "compare", "bulletins"])
def test_she_sees_no_district_from_within(published, reader, client_of, name):
    assert client_of(reader).get(url(name)).status_code == 403
    assert client_of(reader).get(url("slides", HALF)).status_code == 403


def test_her_home_is_the_citys_page(published, reader, client_of):
    assert client_of(reader).get("/").url == url_of_city()


def test_only_half_years_that_somebody_published(published, reader, client_of):
    client = client_of(reader)
    assert client.get(url_of_city(), {"period": str(HALF)}).status_code == 200
    assert client.get(url_of_city(), {"period": str(Period.parse("2024H2"))}).status_code == 400


def test_before_anybody_published(second, reader, client_of):
    assert "各区县都还没有发布通报" in text_of(client_of(reader).get(url_of_city()))
