"""An evening on which everything fails once: what a person did is kept, what was begun is finished, and once."""

import urllib.request
from urllib.error import HTTPError

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from base.models import Job, JobState
from reports.models import Bulletin, Measurement, Result
from submissions.models import Entry
from tests.journey import form
from tests.journey.test_main_journey import SCREENED, open_bulletin
from tests.worker import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PERIOD = "2025H1"


def test_nothing_is_lost_and_nothing_done_twice(demo, rehearsal, own_redis, live_server, signed_in, page_errors):
    principal, office = signed_in("x001-principal"), signed_in("office-1")
    principal.get_by_role("link", name="开始填报").click()

    own_redis.fall_silent()
    save(principal, SCREENED, "999")
    own_redis.stop()
    save(principal, SCREENED, "1000")
    draft(office)
    assert state_of_the_draft() == JobState.QUEUED
    assert answer(f"{live_server.url}/readyz")[0] == 503
    assert answer(f"{live_server.url}/healthz")[0] == 200

    own_redis.start()  # empty: nothing is left of any message
    wait_for(lambda: state_of_the_draft() == JobState.RUNNING, seconds=120, what="the job that nobody was told of")
    rehearsal.kill("worker")
    assert state_of_the_draft() == JobState.RUNNING
    rehearsal.begin(rehearsal.services["worker"])
    wait_for(lambda: state_of_the_draft() == JobState.DONE, seconds=180, what="the end of what a dead worker began")
    assert_drafted_once()

    cut_every_connection()
    save(principal, SCREENED, "1001")
    office.reload()
    expect(office.get_by_role("article")).to_contain_text("草稿")
    wait_for(lambda: answer(f"{live_server.url}/readyz")[0] == 200, seconds=60, what="readiness")
    page_errors.clear()  # of servers that were away


def save(page: Page, name: str, value: str) -> None:
    """What the page says is saved stands in the database."""
    entries = Entry.objects.filter(unit__code="X001", quarter="2025Q2", element__name=name, value=int(value))
    form.enter(page, name, value)
    wait_for(entries.exists, seconds=60, what=f"{value} in the database")
    form.expect_saved(page, name)


def draft(office: Page) -> None:
    open_bulletin(office)
    office.once("dialog", lambda dialog: dialog.accept())
    office.get_by_role("button", name="生成通报").click()
    expect(office.get_by_role("progressbar")).to_be_visible()


def state_of_the_draft() -> str:
    return Job.objects.get(kind="bulletin", key__contains=PERIOD).state


def assert_drafted_once() -> None:
    assert Job.objects.get(kind="bulletin", key__contains=PERIOD).attempts == 2
    assert Bulletin.objects.filter(period=PERIOD).count() == 1
    (measured,) = Measurement.objects.of_bulletins().filter(period=PERIOD)
    results = list(Result.objects.filter(measurement=measured).values_list("target", "unit"))
    assert len(results) == len(set(results)) > 0


def cut_every_connection() -> None:
    """As a restart of PostgreSQL does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as response:  # noqa: S310
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
