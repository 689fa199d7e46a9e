"""Drafts by the calendar: on the day, made up for later, never over what people did, once."""

import datetime
import os
import signal

import pytest
from django.conf import settings
from django.utils import timezone

from base import clock, jobs
from base.models import Job, JobState, Message
from reports import actions
from reports.actions import draft, start_bulletin
from reports.jobs import draft_what_is_due
from reports.measuring import measure
from reports.models import Bulletin, Measurement
from tests import bulletins
from tests.reports.small import HALF
from tests.reports.world import make_world
from tests.worker import running_worker, wait_for, wait_until_ended

TENTH, ELEVENTH = datetime.date(2025, 7, 10), datetime.date(2025, 7, 11)


@pytest.fixture(autouse=True)
def quiet(request, monkeypatch):
    """No worker is woken, unless a test has one."""
    if "transactional_db" not in request.fixturenames:
        monkeypatch.setattr(jobs.run, "delay", lambda job_id: None)


def asked(day, hour=10):
    """The jobs there are when beat has asked then."""
    with clock.pinned(day, hour):
        draft_what_is_due()
    return [(job.args["period"], job.by, job.state) for job in Job.objects.filter(kind=actions.KIND)]


DUE = [("2025H1", None, JobState.QUEUED)]


@pytest.mark.parametrize(
    ("day", "hour", "period"),
    [
        ((2025, 7, 9), 23, None),
        ((2025, 7, 10), 5, None),
        ((2025, 7, 10), 6, "2025H1"),
        ((2025, 8, 20), 10, "2025H1"),  # the beat was down for weeks
        ((2025, 12, 31), 10, "2025H1"),
        ((2026, 1, 9), 10, None),
        ((2026, 1, 10), 10, "2025H2"),
        ((2026, 7, 10), 10, None),  # the plan has ended
        ((2023, 1, 10), 10, None),  # it had not begun
        ((2023, 7, 10), 10, "2023H1"),
    ],
)
def test_the_half_year_that_ended_is_due_from_its_tenth_on(adoption, day, hour, period):
    assert [one[0] for one in asked(datetime.date(*day), hour)] == ([period] if period else [])


def test_not_before_its_quarter_opened(adoption):
    dates = {"due": datetime.date(2025, 8, 5), "closes": datetime.date(2025, 8, 9), "reason": "汛期"}
    adoption.dates.create(quarter=HALF.last, opens=datetime.date(2025, 7, 20), **dates)
    assert asked(TENTH) == []
    assert asked(datetime.date(2025, 7, 20)) == DUE


def test_asked_every_minute_it_is_begun_once(adoption):
    assert asked(TENTH) == asked(TENTH) == asked(ELEVENTH) == DUE


def test_done_it_is_drafted_by_nobody_and_left(adoption, rate):
    asked(TENTH)
    with clock.pinned(TENTH):
        jobs.run(Job.objects.get().pk)
    bulletin = Bulletin.objects.get()
    assert (bulletin.period, bulletin.drafted_by, bulletin.content["tally"]["total"]) == (HALF, None, 1)
    assert asked(TENTH) == asked(ELEVENTH) == [("2025H1", None, JobState.DONE)]


def test_sections_are_told_of_what_nobody_asked_for(adoption, rate, officer, director, clerk):
    measured = measure(adoption, HALF, by=None)
    draft(measured, by=officer)
    assert Message.objects.count() == 0
    draft(measured, by=None)
    (told,) = Message.objects.all()
    assert (told.to, told.subject) == (officer, "2025年上半年通报已到期自动起草，请核对")


def test_a_start_by_hand_joins_it_and_is_joined(adoption, officer):
    asked(TENTH)
    with clock.pinned(TENTH):
        assert start_bulletin(adoption, HALF, by=officer).by is None
    assert len(Job.objects.filter(kind=actions.KIND)) == 1
    Job.objects.all().delete()
    with clock.pinned(TENTH):
        start_bulletin(adoption, HALF, by=officer)
    assert asked(TENTH) == [("2025H1", officer, JobState.QUEUED)]


def test_one_that_failed_is_tried_again_but_not_at_once(adoption):
    asked(TENTH)
    with clock.pinned(TENTH):
        Job.objects.update(state=JobState.FAILED, finished_at=clock.now(), error="磁盘已满")
    assert len(asked(TENTH)) == 1
    assert [state for *_, state in asked(TENTH, 11)] == [JobState.QUEUED, JobState.FAILED]


def drafted_on(day, adoption, officer):
    with clock.pinned(day):
        return draft(measure(adoption, HALF, by=officer), by=officer)


@pytest.mark.parametrize("day", [TENTH, ELEVENTH])
def test_a_draft_made_by_hand_since_is_left(adoption, rate, officer, day):
    drafted_on(day, adoption, officer)
    assert asked(datetime.date(2025, 7, 12)) == []


def test_an_earlier_draft_that_nobody_touched_is_made_anew(adoption, rate, officer):
    drafted_on(datetime.date(2025, 7, 3), adoption, officer)
    assert asked(TENTH) == DUE


def worded(bulletin, officer, director):
    actions.word(bulletin, "problems", "另文通报。", seen=0, by=officer)


def headed(bulletin, officer, director):
    actions.set_head(bulletin, seen=0, by=officer, title="通报", number="", addressees="", dated=None)


def in_review(bulletin, officer, director):
    bulletins.sent(bulletin)


def sent_back(bulletin, officer, director):
    actions.send_back(bulletins.sent(bulletin), by=director, reason="再核一核")


def issued(bulletin, officer, director):
    bulletins.issued(bulletin, by=director)


@pytest.mark.parametrize("work", [worded, headed, in_review, sent_back, issued])
def test_what_somebody_has_worked_on_is_never_drafted_anew(adoption, rate, officer, director, work):
    with clock.pinned(datetime.date(2025, 7, 3)):
        work(drafted_on(datetime.date(2025, 7, 3), adoption, officer), officer, director)
    assert asked(TENTH) == []


@pytest.mark.django_db(transaction=True)
def test_killed_while_it_drafts_the_next_worker_goes_on_and_nothing_is_doubled(transactional_db, tmp_path, monkeypatch):
    """kill -9 in the middle of the half-years that are measured for it, of the real plan, which takes its time."""
    monkeypatch.setattr(settings, "PLAN_TODAY", TENTH)
    make_world()
    draft_what_is_due_at_noon()
    job = Job.objects.get()
    with running_worker(tmp_path / "first.log", JOB_STALE_AFTER="2") as first:
        wait_for(lambda: Job.objects.get(pk=job.pk).done >= 2, what="the third step")
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    killed = Job.objects.get(pk=job.pk)
    assert (killed.state, Bulletin.objects.exists()) == (JobState.RUNNING, False)
    Job.objects.update(heartbeat_at=timezone.now() - datetime.timedelta(seconds=10))
    draft_what_is_due_at_noon()  # beat asks meanwhile
    with running_worker(tmp_path / "second.log", JOB_STALE_AFTER="2"):
        ended = wait_until_ended(job)
    assert (ended.state, ended.attempts) == (JobState.DONE, 2)
    assert Job.objects.filter(kind=actions.KIND).count() == Bulletin.objects.count() == 1
    periods = list(Measurement.objects.of_bulletins().values_list("period", flat=True))
    assert len(periods) == len(set(periods)) == 5


def draft_what_is_due_at_noon():
    with clock.pinned(TENTH, 12):
        draft_what_is_due()
