"""A school's own sheet."""

from reports.health import BACK, FRONT, MIDDLE, health_of
from reports.measuring import measure
from tests.reports.pages import text_of, url
from tests.reports.small import HALF


def seen(definition):
    return None


def lines_of(measurement, unit, **rights):
    unit = measurement.adoption.district.units.with_facts().get(pk=unit.pk)
    return {line.reading.code: line for line in health_of(measurement, unit, **{"seen": seen} | rights).lines}


def test_a_band_among_schools_of_its_kind_and_never_of_a_sensitive_target(today, adoption, primaries, school):
    measured = measure(adoption, HALF, by=None)
    bands = [lines_of(measured, unit)["TRAINING"].band for unit in (*primaries, school)]
    assert bands == [BACK, BACK, MIDDLE, MIDDLE, MIDDLE, MIDDLE, FRONT, FRONT]  # the last two are equal
    assert lines_of(measured, school)["EXAMS"].band == ""


def test_a_small_kind_has_no_bands(measured, school, junior_school):
    assert lines_of(measured, junior_school)["TRAINING"].band == ""


def test_what_the_reader_may_not_see_is_not_there(measured, school):
    hidden = lines_of(measured, school, seen=lambda definition: set() if definition.sensitive else None)
    assert list(hidden) == ["TRAINING"]
    own = lines_of(measured, school, seen=lambda definition: {school.pk})
    assert list(own) == ["TRAINING", "EXAMS"]


def test_the_page_says_what_is_missing_in_heads(measured, school, client_of, principal, leader):
    page = text_of(client_of(principal).get(url("health", school.code)))
    assert "2 项目标与本校有关" in page
    assert "还差 8 人" in page.replace("\xa0", " ").replace("&nbsp;", " ")
    assert "EXAMS率" in page
    assert "EXAMS率" not in text_of(client_of(leader).get(url("health", school.code)))


def test_before_anything_is_measured_it_says_what_to_wait_for(today, adoption, school, client_of, principal):
    assert "还没有任何一期测算结果" in text_of(client_of(principal).get(url("health", school.code)))


def test_queries_are_the_same_for_many_schools(
    today, adoption, primaries, school, client_of, principal, django_assert_max_num_queries
):
    measure(adoption, HALF, by=None)
    client = client_of(principal)
    with django_assert_max_num_queries(20):
        assert client.get(url("health", school.code)).status_code == 200
