"""方案全景: every target at once."""

import pytest

from reports.measuring import measure
from tests.reports.pages import text_of, url
from tests.reports.small import HALF, make_rate, report


@pytest.fixture
def more(today, adoption, rate, sections, kindergarten):
    """A rate of kindergartens beside the one of all schools."""
    target = make_rate(adoption, sections["research"], "KG", elements="A B", stages=["kindergarten"])
    report(target, kindergarten, 10, 10)
    return measure(adoption, HALF, by=None)


def names(client, **asked):
    wall = client.get(url("wall"), asked).context["wall"]
    return [one.code for block in wall.blocks for row in block.rows for one in row.readings]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["TRAINING", "KG"]),
        ({"section": "教研室"}, ["KG"]),
        ({"stage": "kindergarten"}, ["TRAINING", "KG"]),
        ({"stage": "senior"}, ["TRAINING"]),
        ({"status": "achieved"}, ["KG"]),
        ({"year": "2025"}, ["TRAINING", "KG"]),
        ({"section": "教研室", "status": "at_risk"}, []),
    ],
)
def test_filters_leave_what_is_asked_for(more, client_of, leader, asked, found):
    assert names(client_of(leader), **asked) == found


def test_says_value_and_status_in_words(more, client_of, leader):
    page = text_of(client_of(leader).get(url("wall")))
    assert "TRAINING率" in page
    assert "已达成 100.0%" in page
    assert "没有符合条件的目标" in text_of(
        client_of(leader).get(url("wall"), {"section": "教研室", "status": "at_risk"})
    )


@pytest.mark.parametrize("asked", [{"section": "没有"}, {"year": "1999"}, {"year": "x"}, {"status": "red"}])
def test_what_no_page_offers_is_refused(more, client_of, leader, asked):
    assert client_of(leader).get(url("wall"), asked).status_code == 400


def test_before_anything_is_measured(today, adoption, client_of, leader):
    assert "还没有任何一期测算结果" in text_of(client_of(leader).get(url("wall")))
