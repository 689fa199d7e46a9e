"""The daily round: once a day and district, whoever asks and however often."""

import datetime

import pytest
from django.core.management import call_command

from base import clock, jobs
from base.models import Job, JobState, Message
from submissions import actions
from submissions.jobs import remind_everywhere
from tests import factories

DUE = datetime.date(2025, 7, 5)


@pytest.fixture
def owing(form, clerk, enter):
    """One clerk of one school has not begun; no section has anything left to do."""
    enter("CAMERAS", 5, state="submitted")
    clerk.set_password("x")
    clerk.save()
    return clerk


def test_starts_a_job_for_each_district_with_a_plan(adoption, other_district):
    with clock.pinned(DUE):
        remind_everywhere()
        remind_everywhere()
    assert list(Job.objects.values_list("kind", "key")) == [("remind", "remind:kfq:2025-07-05")]


def test_waits_for_its_hour(adoption):
    with clock.pinned(DUE, hour=8):
        remind_everywhere()
    assert not Job.objects.exists()


def test_a_day_that_is_done_is_not_begun_again(owing):
    with clock.pinned(DUE):
        remind_everywhere()
        jobs.run(Job.objects.get().pk)
        remind_everywhere()
    assert Job.objects.get().state == JobState.DONE
    assert [message.to for message in Message.objects.all()] == [owing]


def test_the_job_runs_twice_and_tells_once(owing):
    with clock.pinned(DUE):
        remind_everywhere()
        job = Job.objects.get()
        jobs.run(job.pk)
        Job.objects.update(state=JobState.QUEUED, finished_at=None)  # as if its worker had died
        jobs.run(job.pk)
    assert Job.objects.get().attempts == 2
    assert Message.objects.count() == 1


def test_the_command_does_the_same_and_says_so(owing, form, capsys):
    factories.make_unit(form.district, "pri-02", "第二小学")
    with clock.pinned(DUE):
        call_command("remind")
        call_command("remind", district="kfq")
    assert capsys.readouterr().out.splitlines() == [
        "开发区：催报 1 个单位，发出消息 1 条。",
        "没有可用账号：第二小学",
        "开发区：催报 0 个单位，发出消息 0 条。",
        "没有可用账号：第二小学",
    ]


def test_the_job_gives_up_lapsed_corrections(owing, form, quarter, officer, enter):
    entry = enter("TEACHERS", 1, state="approved")
    correction = actions.ask_correction(form, quarter, ["TEACHERS"], "写错", by=owing)
    actions.grant(correction, DUE - datetime.timedelta(days=1), by=officer)
    with clock.pinned(DUE):
        remind_everywhere()
        jobs.run(Job.objects.get().pk)
    entry.refresh_from_db()
    assert entry.state == "approved"


def test_a_failing_correction_keeps_nobody_from_being_reminded_and_is_tried_again_later(owing, monkeypatch):
    monkeypatch.setattr("submissions.jobs.end_lapsed", lambda district: 1 / 0)
    with clock.pinned(DUE, hour=9):
        remind_everywhere()
        jobs.run(Job.objects.get().pk)
        remind_everywhere()  # a minute later
        assert [job.state for job in Job.objects.all()] == [JobState.FAILED]
        assert Message.objects.count() == 1
    with clock.pinned(DUE, hour=10):
        remind_everywhere()
    assert sorted(job.state for job in Job.objects.all()) == [JobState.FAILED, JobState.QUEUED]
