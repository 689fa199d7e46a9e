"""Jobs: started once, claimed once, taken over when left lying, and every end written down."""

import datetime
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from base import audit, jobs
from base.models import Job, JobState
from tests import factories
from tests.worker import ROOT, running_worker, wait_for, wait_until_ended


@pytest.fixture(autouse=True)
def woken(monkeypatch, request) -> list[int]:
    """The jobs for which a worker was woken; with the mark ``worker`` one really is."""
    ids: list[int] = []
    if not request.node.get_closest_marker("worker"):
        monkeypatch.setattr(jobs.run, "delay", ids.append)
    return ids


def make_job(**columns) -> Job:
    columns = {"kind": "test.steps", "key": "a", "created_at": timezone.now()} | columns
    return Job.objects.create(**columns)


def start_steps(path, steps=3, **args) -> Job:
    return jobs.start("test.steps", key="steps", args={"path": str(path), "steps": steps, **args}, by=None)


def reread(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


class TestStart:
    def test_wakes_a_worker_on_commit(self, db, woken, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            job = start_steps("unused")
            assert woken == []
        assert woken == [job.pk]
        assert job.state == JobState.QUEUED

    def test_joins_the_active_job_of_the_key(self, db):
        assert start_steps("unused") == start_steps("unused")
        assert Job.objects.count() == 1

    def test_joins_the_one_that_came_first_in_a_race(self, db, monkeypatch):
        first = start_steps("unused")
        answers = iter([Job.objects.none(), Job.objects.active()])
        monkeypatch.setattr(type(Job.objects), "active", lambda self: next(answers))
        assert start_steps("unused") == first

    def test_makes_another_after_the_end(self, db):
        first = make_job(key="steps", state=JobState.DONE, finished_at=timezone.now())
        assert start_steps("unused") != first

    def test_unknown_kind_is_refused(self, db):
        with pytest.raises(jobs.UnknownKindError, match="nothing"):
            jobs.start("nothing", key="x", by=None)

    def test_nothing_remains_of_a_transaction_rolled_back(self, db, woken):
        with transaction.atomic():
            start_steps("unused")
            transaction.set_rollback(True)
        assert not Job.objects.exists()
        assert woken == []

    def test_a_broker_that_is_away_leaves_the_row(self, db, monkeypatch, django_capture_on_commit_callbacks, caplog):
        def refuse(job_id):
            raise ConnectionError("no broker")

        monkeypatch.setattr(jobs.run, "delay", refuse)
        with django_capture_on_commit_callbacks(execute=True):
            job = start_steps("unused")
        assert reread(job).state == JobState.QUEUED
        assert f"No worker could be woken for job {job.pk}" in caplog.text

    def test_a_broker_that_says_nothing_keeps_nobody_waiting(self, tmp_path):
        """It takes connections and never answers: without patience of its own this waits for ever."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            given = {"REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}/0", "DATA_DIR": str(tmp_path)}
            code = "import django; django.setup(); from base import jobs; jobs.wake(1)"
            ended = subprocess.run(
                [sys.executable, "-c", code],
                cwd=ROOT,
                env=os.environ | {"DJANGO_SETTINGS_MODULE": "edu_plan.settings", "DEBUG": "1"} | given,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        assert (ended.returncode, "No worker could be woken for job 1" in ended.stderr) == (0, True)


class TestRun:
    def test_does_the_work_and_says_so(self, db, tmp_path):
        job = start_steps(tmp_path / "steps")
        jobs.run(job.pk)
        job = reread(job)
        assert (tmp_path / "steps").read_text() == "0\n1\n2\n"
        assert (job.state, job.done, job.total, job.attempts) == (JobState.DONE, 3, 3, 1)
        assert job.finished_at is not None
        assert job.percent == 100

    def test_twice_does_it_once(self, db, tmp_path):
        job = start_steps(tmp_path / "steps")
        jobs.run(job.pk)
        jobs.run(job.pk)
        assert (tmp_path / "steps").read_text() == "0\n1\n2\n"
        assert reread(job).attempts == 1

    def test_a_job_that_is_gone_is_nothing(self, db):
        jobs.run(12345)

    def test_a_failure_shows_its_own_message(self, db):
        job = make_job(kind="test.refuse")
        jobs.run(job.pk)
        assert (reread(job).state, reread(job).error) == (JobState.FAILED, "没有可测算的数据。")

    def test_a_validation_error_shows_its_messages(self, db):
        job = make_job(kind="test.invalid")
        jobs.run(job.pk)
        assert (reread(job).state, reread(job).error) == (JobState.FAILED, "甲不对；乙不对")

    def test_an_unforeseen_error_is_logged_and_shown_in_general_words(self, db, caplog):
        job = make_job(kind="test.break")
        jobs.run(job.pk)
        job = reread(job)
        assert (job.state, job.error, job.done, job.total) == (JobState.FAILED, jobs.BROKEN, 1, 4)
        assert "ZeroDivisionError: boom" in caplog.text

    def test_a_busy_database_puts_it_back(self, db):
        job = make_job(kind="test.locked")
        jobs.run(job.pk)
        assert (reread(job).state, reread(job).attempts) == (JobState.QUEUED, 1)

    def test_interrupted_too_often_it_ends(self, db):
        job = make_job(kind="test.locked", attempts=jobs.MAX_ATTEMPTS)
        jobs.run(job.pk)
        assert (reread(job).state, reread(job).error) == (JobState.FAILED, jobs.INTERRUPTED)


class TestClaim:
    def test_one_of_two_gets_it(self, db):
        job = make_job()
        assert jobs.claim(job.pk) == job
        assert jobs.claim(job.pk) is None

    def test_a_silent_one_is_taken_over_and_its_worker_stops(self, db, settings):
        job = make_job()
        first = jobs.Report(jobs.claim(job.pk))
        first(1, 2, "一")
        Job.objects.update(heartbeat_at=timezone.now() - datetime.timedelta(seconds=settings.JOB_STALE_AFTER + 1))
        second = jobs.claim(job.pk)
        assert second.attempts == 2
        with pytest.raises(jobs.SupersededError):
            first(2, 2, "二")
        jobs.Report(second)(1, 2, "二")

    def test_one_that_reports_is_left_alone(self, db):
        job = make_job()
        Job.objects.update(state=JobState.RUNNING, heartbeat_at=timezone.now() - datetime.timedelta(hours=1))
        report = jobs.Report(reread(job))
        report(1, 2, "一")
        assert jobs.claim(job.pk) is None

    def test_the_pinned_day_does_not_matter(self, db, today):
        job = make_job()
        jobs.claim(job.pk)
        assert jobs.claim(job.pk) is None


class TestRetry:
    @pytest.fixture
    def failed(self, db):
        return make_job(kind="test.refuse", state=JobState.FAILED, error="x", finished_at=timezone.now(), district_id=7)

    def test_begins_it_again_and_says_who_did(self, failed):
        user = factories.make_user()
        again = jobs.retry(failed, by=user)
        assert (again.state, again.kind, again.key, again.district_id) == (JobState.QUEUED, "test.refuse", "a", 7)
        (row,) = audit.history(again)
        assert (row.verb, row.by, row.before, row.district_id) == ("retried", user, str(failed.pk), 7)
        assert reread(failed).state == JobState.FAILED

    def test_once(self, failed):
        jobs.run(jobs.retry(failed, by=factories.make_user()).pk)
        with pytest.raises(jobs.JobError):
            jobs.retry(failed, by=factories.make_user())
        assert Job.objects.count() == 2

    @pytest.mark.parametrize("state", [JobState.QUEUED, JobState.DONE])
    def test_nothing_that_did_not_fail(self, db, state):
        job = make_job(state=state, finished_at=timezone.now() if state == JobState.DONE else None)
        with pytest.raises(jobs.JobError):
            jobs.retry(job, by=factories.make_user())

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_begins_it(self, failed):
        users, answers = [factories.make_user(), factories.make_user()], []

        def press(user):
            try:
                answers.append(jobs.retry(failed, by=user))
            except jobs.JobError as refused:
                answers.append(refused)
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=(user,)) for user in users]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(type(one).__name__ for one in answers) == ["Job", "JobError"]


class TestDistrict:
    def test_is_the_persons_or_the_one_given(self, db, district, other_district):
        clerk = factories.make_user(district=district)
        assert jobs.start("test.refuse", key="a", by=clerk).district_id == district.pk
        assert (
            jobs.start("test.refuse", key="b", by=clerk, district_id=other_district.pk).district_id == other_district.pk
        )
        assert jobs.start("test.refuse", key="c", by=None).district_id is None


class TestSweep:
    def test_wakes_what_waits_and_what_was_left_lying(self, db, woken):
        now = timezone.now()
        waiting = make_job(key="a")
        alive = make_job(key="b", state=JobState.RUNNING, heartbeat_at=now)
        left = make_job(key="c", state=JobState.RUNNING, heartbeat_at=now - datetime.timedelta(days=1))
        make_job(key="d", state=JobState.DONE, finished_at=now)
        jobs.sweep()
        assert woken == [waiting.pk, left.pk]
        jobs.forget_heartbeats()
        woken.clear()
        jobs.sweep()
        assert woken == [waiting.pk, alive.pk, left.pk]

    def test_a_busy_worker_leaves_it_for_later(self, db, woken, monkeypatch):
        make_job()
        monkeypatch.setattr(jobs, "_running", {7})
        jobs.sweep()
        assert woken == []


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
class TestWorker:
    def test_does_a_job_that_a_person_started(self, worker, tmp_path):
        job = jobs.start(
            "test.steps", key="k", args={"path": str(tmp_path / "out"), "steps": 2}, by=factories.make_user()
        )
        assert wait_until_ended(job).state == JobState.DONE
        assert (tmp_path / "out").read_text() == "0\n1\n"

    def test_killed_in_the_middle_the_next_one_takes_over(self, tmp_path):
        job = start_steps(tmp_path / "out", steps=4, pause=0.5)
        # On Redis nobody knows that the first worker is dead until its heartbeat is old.
        patience = {"JOB_STALE_AFTER": "2"} if settings.REDIS_URL else {}
        with running_worker(tmp_path / "first.log", **patience) as first:
            wait_for(lambda: reread(job).done >= 1, what="the second step")
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        assert reread(job).state == JobState.RUNNING
        if settings.REDIS_URL:
            Job.objects.update(heartbeat_at=timezone.now() - datetime.timedelta(seconds=10))
        with running_worker(tmp_path / "second.log", **patience):
            job = wait_until_ended(job)
        assert (job.state, job.attempts) == (JobState.DONE, 2)
        assert (tmp_path / "out").read_text().endswith("0\n1\n2\n3\n")

    def test_a_message_that_was_lost_is_made_up_for(self, tmp_path):
        job = make_job(args={"path": str(tmp_path / "out"), "steps": 1})
        with running_worker(tmp_path / "worker.log"):
            assert wait_until_ended(job).state == JobState.DONE

    @pytest.mark.skipif(bool(settings.REDIS_URL), reason="with Redis there may be many, and beat sweeps")
    def test_without_redis_it_sweeps_by_itself_and_is_the_only_one(self, worker, tmp_path):
        first = start_steps(tmp_path / "out", steps=1)
        wait_until_ended(first)
        with running_worker(tmp_path / "second.log") as second:
            assert second.wait(30) != 0
        assert "只能有一个" in (tmp_path / "second.log").read_text()
        lost = make_job(args={"path": str(tmp_path / "out"), "steps": 1})
        assert wait_until_ended(lost).state == JobState.DONE
