"""A target's charts by school: none of a sensitive target, and of few schools no distribution."""

import pytest

from reports.measuring import measure
from tests.reports.pages import url
from tests.reports.small import HALF


@pytest.fixture
def page_of(today, adoption, primaries, client_of):
    measure(adoption, HALF, by=None)
    return lambda who, code: client_of(who).get(url("target", code)).context["page"]


def test_distribution_shows_kinds_of_five_schools_and_more(page_of, leader):
    strip = page_of(leader, "TRAINING").strip

    assert strip.figure["layout"]["yaxis"]["ticktext"] == ["小学 8 所"]
    assert strip.note == "一点一校，形状和颜色为状态。不足 5 所的不画：初中。"
    assert sorted(x for trace in strip.figure["data"] for x in trace["x"]) == [0, 12.5, 25, 37.5, 50, 62.5, 75, 75]


def test_a_school_sees_no_distribution(page_of, principal):
    assert page_of(principal, "TRAINING").strip is None


def test_no_chart_by_school_of_a_sensitive_target_even_for_who_may_see_it(page_of, researcher):
    page = page_of(researcher, "EXAMS")

    assert len(page.schools) == 9
    assert (page.strip, page.gaps, page.pareto) == (None, None, None)
