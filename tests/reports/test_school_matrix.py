"""学校×指标: every school on each target that holds for it."""

import pytest

from reports import school_matrix as module
from reports.measuring import measure
from reports.school_matrix import actions_of, rated_definitions, school_matrix
from tests import factories
from tests.reports.pages import text_of, url
from tests.reports.small import HALF, make_rate, report

QUERIES = 11  # of the page, with session and user


@pytest.fixture
def many(today, adoption, primaries, sections, school):
    """Two rates of eight primary schools and a junior one, and a rate that holds for the district alone."""
    other = make_rate(adoption, sections["basic"], "READING", elements="A B", stages=["primary"])
    report(other, school, 10, 10)
    make_rate(adoption, sections["basic"], "WHOLE", elements="C D", goal_scope="district")
    return measure(adoption, HALF, by=None)


def matrix_of(measurement, stage="", at=1):
    definitions = rated_definitions(measurement)
    (action,) = actions_of(definitions)
    return school_matrix(measurement, definitions, action, stage, at)


def test_a_cell_a_school_and_target_that_holds_for_it_and_none_of_sensitive_ones(many, school):
    found = matrix_of(many)
    cells = {
        (unit.code, one.target.code): found.cells.get((unit.pk, one.target_id))
        for unit in found.page
        for one in found.definitions
    }

    assert [one.target.code for one in found.definitions] == ["TRAINING", "READING"]
    assert cells[school.code, "TRAINING"].value == "75.0%"
    assert cells[school.code, "READING"].status == "achieved"
    assert cells["jun-01", "READING"] is None


def test_the_worst_schools_come_first(many, school):
    codes = [unit.code for unit in matrix_of(many).page]

    assert len(codes) == 9
    assert codes.index("more-0") < codes.index(school.code) < codes.index("jun-01")


def test_a_stage_leaves_its_schools(many):
    assert [unit.code for unit in matrix_of(many, stage="junior").page] == ["jun-01"]


def test_rows_are_paged_and_lead_to_the_sheets(many, client_of, leader, monkeypatch):
    monkeypatch.setattr(module, "ROWS", 4)

    last = client_of(leader).get(url("schools"), {"page": 3, "stage": ""})

    assert [link for _, link, _ in last.context["matrix"].chart.linked_rows] == [
        f"{url('health', 'jun-01')}?period=2025H1"
    ]
    assert "第 3 页，共 3 页（9 条）" in text_of(last)
    assert "EXAMS率" not in text_of(last)


def test_queries_are_as_many_for_more_schools(many, adoption, rate, client_of, leader, django_assert_num_queries):
    client = client_of(leader)
    client.get(url("schools"))
    with django_assert_num_queries(QUERIES):
        client.get(url("schools"))
    for n in range(30):
        report(rate, factories.make_unit(adoption.district, f"new-{n}", f"另校{n}", stages=["primary"]), n, 40)
    measure(adoption, HALF, by=None)
    with django_assert_num_queries(QUERIES):
        assert len(client.get(url("schools")).context["matrix"].page) == 39


@pytest.mark.parametrize("asked", [{"action": "99"}, {"stage": "x"}, {"page": "0"}, {"period": "2020H1"}])
def test_what_no_page_offers_is_refused(many, client_of, leader, asked):
    assert client_of(leader).get(url("schools"), asked).status_code == 400


def test_says_what_to_wait_for(today, adoption, client_of, leader):
    assert "还没有任何一期分校测算结果" in text_of(client_of(leader).get(url("schools")))
