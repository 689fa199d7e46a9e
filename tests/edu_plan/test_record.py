"""What reading leaves in the audit log."""

import pytest

from base import audit, jobs, origin
from base.models import AuditRow, Job
from tests import factories
from tests.edu_plan.world import NOW, element, make_elements, make_entries, make_evidence, make_promise

BROWSER = {"user-agent": "Mozilla/5.0 (test)"}


def told() -> list[tuple[str, str, str]]:
    return list(AuditRow.objects.values_list("verb", "after", "why"))


def test_every_row_says_where_it_comes_from(clerk, client):
    clerk.set_password("right-1234567")
    clerk.save()
    client.post("/login/", {"username": clerk.username, "password": "right-1234567"}, headers=BROWSER)
    row = AuditRow.objects.get()
    assert (row.origin, row.agent, row.district_id) == ("127.0.0.1", BROWSER["user-agent"], clerk.district_id)


def test_an_origin_longer_than_its_column_is_cut(clerk):
    with origin.coming_from("x" * 99, "y" * 999):
        row = audit.record(clerk, "changed", by=None)
    assert (len(row.origin), len(row.agent)) == (60, 200)
    assert audit.record(clerk, "changed", by=None).origin == ""


def test_a_job_says_that_it_was_one(db, monkeypatch):
    monkeypatch.setitem(jobs._kinds, "test.tell", lambda report: audit.record(None, "x", by=None))
    jobs.run(jobs.start("test.tell", key="a", by=None).pk)
    assert Job.objects.get().state == "done"
    assert AuditRow.objects.get().origin == "后台任务 test.tell"


@pytest.mark.parametrize(("url", "status"), [("/desk/", 403), ("/fill/pri-99/2025Q2/", 404)])
def test_a_refusal_is_written_down(adoption, today, clerk, client_of, url, status):
    assert client_of(clerk).get(url).status_code == status
    assert told() == [("denied", f"GET {url}", str(status))]
    assert AuditRow.objects.get().by == clerk


def test_no_row_holds_the_key_of_an_invitation(clerk, administrator):
    """One is refused unread while it still opens the door: here for want of a CSRF token."""
    from django.test import Client

    token, browser = factories.make_invitation(clerk), Client(enforce_csrf_checks=True)
    browser.force_login(administrator)
    assert browser.post(f"/welcome/{token}/").status_code == 403
    assert told()[-1] == ("denied", "POST /welcome/…/", "403")


def test_a_slip_and_a_visitor_leave_nothing(clerk, client_of, client):
    assert client_of(clerk).get("/no/such/page/").status_code == 404
    assert client.get("/desk/").status_code == 302
    assert told() == []


@pytest.fixture
def files(adoption, today, school, clerk) -> list[str]:
    """Addresses of files, and of the sheet to sign."""
    make_elements()
    make_promise(adoption, "TARGET", "PRI_PUPILS")
    make_entries(school, clerk)
    proof = make_evidence(school, "PRI_PUPILS", 1)
    return [f"/fill/pri-01/{NOW}/workbook.xlsx", f"/evidence/{proof['evidence']}/{proof['name']}"]


def test_every_file_that_is_taken_away_is_written_down(files, clerk, client_of):
    client = client_of(clerk)
    for url in files:
        response = client.get(url)
        assert (response.status_code, bool(response.getvalue())) == (200, True)
    form, proof = files  # a file's name may tell what only few may see: its number says which it is
    assert told() == [("exported", form, ""), ("exported", f"{proof.rpartition('/')[0]}/…", "")]
    assert element("PRI_PUPILS").entries.count() == 2


def test_a_page_is_no_export(adoption, today, clerk, client_of):
    assert client_of(clerk).get("/fill/").status_code == 200
    assert told() == []
