"""How long a session lasts."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schools import sessions


@pytest.fixture
def browser(clerk, client_of, adoption):
    return client_of(clerk)


@pytest.fixture
def hours_later(monkeypatch):
    """``hours_later(x)``: the clock of sessions shows so many hours more than now."""
    now = time.time()

    def turn(hours):
        monkeypatch.setattr(sessions.time, "time", lambda: now + hours * 3600)

    return turn


def test_half_an_hour_without_a_request_ends_it(browser, hours_later):
    hours_later(0.49)
    assert browser.get("/fill/").status_code == 200
    hours_later(0.98)
    assert browser.get("/fill/").status_code == 200
    hours_later(1.49)
    assert browser.get("/fill/").url == "/login/?next=/fill/"
    assert "_auth_user_id" not in browser.session


def test_twelve_hours_end_it_however_busy(browser, hours_later):
    for hours in range(1, 48):
        hours_later(hours / 4)
        assert browser.get("/fill/").status_code == 200
    hours_later(12)
    assert browser.get("/fill/").status_code == 302


def test_htmx_of_an_ended_session_is_told(browser, hours_later):
    hours_later(0.6)
    response = browser.post("/fill/pri-01/2025Q2/entry/X/", headers={"HX-Request": "true"})
    assert response.status_code == 401


def test_a_form_of_an_ended_session_leads_back_to_its_page(browser, hours_later):
    hours_later(0.6)
    response = browser.post("/fill/pri-01/2025Q2/submit/", {"next": "/fill/pri-01/2025Q2/"})
    assert response.url == "/login/?next=/fill/pri-01/2025Q2/"


def test_it_is_written_at_most_once_a_minute(browser, hours_later):
    for seconds, writes in [(59, 0), (61, 1), (100, 0)]:
        hours_later(seconds / 3600)
        with CaptureQueriesContext(connection) as queries:
            browser.get("/messages/")
        assert sum("UPDATE" in query["sql"] for query in queries) == writes


def test_a_session_without_its_times_is_ended(browser):
    session = browser.session
    del session[sessions.SEEN]
    session.save()
    assert browser.get("/fill/").status_code == 302
