"""How much the pages read that a leader opens: the same number of queries in a small district and in a large one, and
few."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.quarters import Period
from reports import live
from reports.actions import compute, draft
from reports.measuring import measure
from reports.models import Bulletin
from tests import factories
from tests.bulletins import issued
from tests.reports.assessments import Q4, make_schools_to_assess, school

MOST = 12
PLAN = "/plan/plan-2023-2025"
PAGES = [
    "/search/?q=a",
    f"{PLAN}/",
    f"{PLAN}/?period=2025H2&live=1",
    f"{PLAN}/wall/",
    f"{PLAN}/targets/TRAINING/?period=2025H2&live=1",
    f"{PLAN}/clauses/",
    f"{PLAN}/compare/",
    f"{PLAN}/targets/TRAINING/",
    f"{PLAN}/targets/EXAM/",
    f"{PLAN}/schools/",
    f"{PLAN}/schools/P1/",
    f"{PLAN}/bulletins/",
    f"{PLAN}/bulletins/2025H2/",
    f"{PLAN}/bulletins/2025H2/slides/",
    f"{PLAN}/assessment/",
    f"{PLAN}/assessment/2025/",
    "/messages/",
]


def test_a_leaders_pages_take_few_queries_however_many_schools(db, settings, tmp_path, client_of):
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)
    adoption = make_schools_to_assess(tmp_path)
    leader = client_of(factories.make_leader(adoption.district))
    conclude(adoption)
    few = {page: queries(leader, page) for page in PAGES}
    grow(adoption, 30)
    conclude(adoption)
    assert {page: queries(leader, page) for page in PAGES} == few
    assert {page: n for page, n in few.items() if n > MOST} == {}


def conclude(adoption):
    """Measured, published and assessed; then one more value is approved, which the edition's page says."""
    officer = factories.make_officer(adoption.district.sections.get())
    director = factories.make_director(adoption.district)
    issued(draft(measure(adoption, Period.half_year_of(Q4), by=officer), by=officer), by=director)
    compute(adoption, 2025, by=None)
    live.bring_up(adoption, lambda *said: None)
    for unit in adoption.district.units.schools():
        unit.entries.update(approved_at=Bulletin.objects.get().editions.first().published_at + datetime.timedelta(1))


def grow(adoption, schools):
    for number in range(schools):
        school(adoption, f"M{number}", {"TRAINED": 50 + number, "TEACHERS": 100, "READERS": 9, "PUPILS": 90})


def queries(client, page):
    with CaptureQueriesContext(connection) as asked:
        response = client.get(page)
    assert response.status_code == 200
    return len(asked)


def test_a_sheet_takes_as_many_queries_for_one_line_as_for_many(db, settings, tmp_path, client_of):
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)
    adoption = make_schools_to_assess(tmp_path)
    leader = client_of(factories.make_leader(adoption.district))
    compute(adoption, 2025, by=None)
    one, two = (f"{PLAN}/assessment/2025/schools/{code}/" for code in ("J1", "N1"))
    assert queries(leader, one) == queries(leader, two) == 24
