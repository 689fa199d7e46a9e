"""What of an assessment waits for whom, and where she is told."""

import datetime

import pytest

from base import clock
from reports.actions import compute, confirm_occurrence, object_to, show
from reports.assessment.waiting import waiting_for
from schools.models import Role, Unit
from tests import factories
from tests.reports.assessments import make_schools_to_assess, told
from tests.reports.pages import text_of

pytestmark = pytest.mark.django_db
YEAR, TODAY, UNTIL = 2025, datetime.date(2026, 1, 16), datetime.date(2026, 1, 23)


@pytest.fixture
def adoption(settings, tmp_path):
    settings.PLAN_TODAY = TODAY
    return make_schools_to_assess(tmp_path)


@pytest.fixture
def officer(adoption):
    return factories.make_officer(adoption.district.sections.get())


@pytest.fixture
def other(adoption):
    return factories.make_officer(adoption.district.sections.get())


@pytest.fixture
def director(adoption):
    return factories.make_director(adoption.district)


@pytest.fixture
def veto(adoption, officer):
    return told(adoption, "accident", by=officer)


@pytest.fixture
def shown(adoption, officer):
    return show(compute(adoption, YEAR, by=officer), until=UNTIL, lists_all=False, by=officer)


def said_to(user):
    return [one.text for one in waiting_for(list(user.posts.select_related("unit", "section", "district")))]


def test_an_occurrence_waits_for_everybody_but_who_told_it(veto, officer, other, director):
    said = ["2025年度考核有 1 项加分、扣分或否决等核准。"]
    assert (said_to(officer), said_to(other), said_to(director)) == ([], said, said)
    confirm_occurrence(veto, by=other)
    assert said_to(director) == []


def test_objections_and_the_signature_wait_for_who_did_not_compute(shown, settings, officer, other, director):
    p1 = Unit.objects.get(code="P1")
    principal = p1.posts.get(role=Role.PRINCIPAL).user
    assert said_to(principal) == ["2025年度考核结果正在公示，2026年1月23日前（含当天）可以提出异议。"]
    objection = object_to(shown, p1, reason="漏算", by=principal)
    settings.PLAN_TODAY = UNTIL + datetime.timedelta(days=1)
    said = ["2025年度考核有 1 件异议等答复。"]
    assert (said_to(officer), said_to(other), said_to(director)) == ([], said, said)
    objection.decided_at, objection.decided_by, objection.upheld, objection.answer = clock.now(), other, False, "否"
    objection.save()
    assert (said_to(other), said_to(principal)) == ([], [])
    assert said_to(director) == ["2025年度考核结果等您签发。"]


def test_the_desk_and_the_schools_page_say_it(client_of, shown, veto, other):
    assert "等核准" in text_of(client_of(other).get("/desk/"))
    principal = Unit.objects.get(code="P1").posts.get(role=Role.PRINCIPAL).user
    assert "正在公示" in text_of(client_of(principal).get("/fill/"))
