"""What an edition does not know yet."""

import datetime

import pytest

from base import clock
from reports.models import Edition
from reports.rules import Naming
from reports.since import MOST, since_of
from submissions import actions
from submissions.models import Entry
from tests import factories
from tests.reports.pages import text_of, url
from tests.reports.small import HALF, NOW

ALL = Naming(set(), True, set())
LATER = datetime.date(2025, 7, 20)


@pytest.fixture
def corrected(published, school, clerk, principal, officer):
    """第一小学 has corrected its trained teachers since."""
    with clock.pinned(datetime.date(2025, 7, 10)):
        asked = actions.ask_correction(school, NOW, ["TRAINED"], "漏了两人", by=principal)
        actions.grant(asked, LATER, by=officer)
        entry = Entry.objects.get(unit=school, element__code="TRAINED")
        actions.save_values(school, NOW, {"TRAINED": ("32", entry.version)}, by=clerk)
        actions.submit(school, NOW, by=principal)
        actions.approve(Entry.objects.filter(pk=entry.pk).select_related("element"), by=officer)
    return published


@pytest.fixture
def secret_too(corrected, school, secret):
    """An exam figure of it has been approved since."""
    Entry.objects.filter(unit=school, element__code="PASSED").update(
        approved_at=clock.now() + datetime.timedelta(days=7)
    )


def test_since_of_an_edition_that_is_up_to_date(published, adoption):
    assert since_of(published, adoption, ALL).count == 0


def test_since_names_what_was_corrected(corrected, adoption):
    since = since_of(corrected, adoption, ALL)
    [figure] = since.figures
    assert (since.count, since.corrected) == (1, 1)
    assert (figure.name, figure.quarter, figure.units, figure.unnamed) == ("TRAINED人数", NOW, ["第一小学"], 0)


def test_since_counts_only_what_the_period_and_the_plan_read(published, adoption, school, today):
    later = {"approved_at": clock.now() + datetime.timedelta(days=7)}
    trained = Entry.objects.filter(element__code="TRAINED").first().element
    factories.make_entry(trained, school, HALF.last + 1, 1, **later)
    factories.make_entry(factories.make_element("UNUSED"), school, NOW, 1, **later)
    assert since_of(published, adoption, ALL).count == 0
    factories.make_entry(trained, school, HALF.first - 1, 1, **later)
    since = since_of(published, adoption, ALL)
    assert (since.count, since.corrected) == (1, 0)


def test_since_lists_the_first_and_counts_the_rest(published, adoption, district):
    later = {"approved_at": clock.now() + datetime.timedelta(days=7)}
    element = Entry.objects.filter(element__code="TRAINED").first().element
    for _ in range(MOST + 3):
        factories.make_entry(element, factories.make_unit(district), NOW, 1, **later)
    [figure] = since_of(published, adoption, ALL).figures
    assert (figure.count, len(figure.units), figure.unnamed) == (MOST + 3, MOST, 3)


def test_edition_stays_and_says_what_is_newer(corrected, client_of, leader):
    said = text_of(client_of(leader).get(url("bulletin", HALF)))
    assert "本版发布之后，又有 1 项数值核定或更正 （其中更正 1 项）" in said
    assert "TRAINED人数（2025年第二季度）：第一小学，更正 1 项" in said
    assert corrected.checksum in said
    assert Edition.objects.get().content == corrected.content


def test_edition_that_is_up_to_date_says_nothing(published, client_of, leader):
    assert "本版发布之后" not in text_of(client_of(leader).get(url("bulletin", HALF)))


def test_school_reads_the_name_of_no_other(corrected, client_of, principal, junior_school):
    other = factories.make_principal(junior_school)
    said = [text_of(client_of(user).get(url("bulletin", HALF))) for user in (principal, other)]
    assert ["TRAINED人数（2025年第二季度）：第一小学" in one for one in said] == [True, False]
    assert "TRAINED人数（2025年第二季度）：1 个单位" in said[1]


def test_exam_figures_name_schools_only_to_those_with_the_right(
    secret_too, client_of, leader, officer, researcher, principal
):
    readers = (leader, officer, researcher, principal)
    said = [text_of(client_of(user).get(url("bulletin", HALF))) for user in readers]
    assert ["PASSED人数（2025年第二季度）：第一小学" in one for one in said] == [False, False, True, True]


@pytest.mark.parametrize("schools", [1, 30])
def test_since_takes_the_same_queries_for_any_number_of_values(
    published, adoption, district, schools, django_assert_num_queries
):
    later = {"approved_at": clock.now() + datetime.timedelta(days=7)}
    element = Entry.objects.filter(element__code="TRAINED").first().element
    for _ in range(schools):
        factories.make_entry(element, factories.make_unit(district), NOW, 1, **later)
    with django_assert_num_queries(3):  # values, units, facts
        since_of(published, adoption, ALL)
