"""Where bulletins stand: in the list, and on the desk of whom they wait for."""

import pytest

from reports.actions import send_back, word
from tests import factories
from tests.bulletins import issued, sent
from tests.reports.pages import text_of, url

DESK = "/desk/"
SIGN, MEND = "2025年上半年通报等您签发", "局领导退回了2025年上半年通报："


@pytest.fixture
def desk(client_of):
    return lambda user: text_of(client_of(user).get(DESK))


@pytest.fixture
def listed(client_of):
    return lambda user: text_of(client_of(user).get(url("bulletins"))).split("2025年上半年通报")[1].split("通报")[0]


def test_a_draft_waits_for_nobody(drafted, desk, listed, officer, director):
    assert SIGN not in desk(director)
    assert "◆ 草稿" in listed(officer)


def test_what_was_sent_waits_for_a_director_who_may_sign_it(drafted, desk, listed, officer, director, district):
    sender = factories.make_director(district)
    sent(drafted, by=sender)
    assert [SIGN in desk(one) for one in (director, sender, officer)] == [True, False, False]
    assert "▲ 送签中" in listed(officer)


def test_what_was_sent_back_waits_for_the_bureau_with_the_reason(drafted, desk, listed, officer, director):
    send_back(sent(drafted), by=director, reason="第二部分太长")
    assert f"{MEND} 第二部分太长" in desk(officer)
    assert "■ 被退回" in listed(officer)
    sent(drafted)
    assert MEND not in desk(officer)


def test_nothing_of_another_districts(drafted, desk, plan, other_district):
    sent(drafted)
    factories.make_adoption(plan, other_district)
    assert SIGN not in desk(factories.make_director(other_district))


def test_a_correction_on_its_way_is_told_to_the_bureau_alone(drafted, desk, listed, officer, director, leader):
    issued(drafted, by=director)
    word(drafted, "summary", "更正如下。", seen=0, by=officer)
    sent(drafted)
    assert "是更正：数据更正" in desk(director)
    assert "● 已发布 ▲ 送签中" in listed(officer).replace("  ", " ")
    assert "● 已发布" in listed(leader)
    assert "送签中" not in listed(leader)
