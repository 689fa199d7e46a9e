"""Live results: measured after approvals, by a job, beside what bulletins are made from; who may see them."""

import datetime
import os
import signal

import pytest
from django.conf import settings
from django.utils import timezone

from base import clock, jobs
from base.models import AuditRow, Job, JobState
from base.quarters import Period
from reports import live
from reports.actions import draft
from reports.jobs import bring_up_what_is_behind
from reports.measuring import measure
from reports.models import Bulletin, Measurement, Result
from targets.models import Element
from tests import factories
from tests.bulletins import sent
from tests.reports.pages import text_of, url
from tests.reports.small import HALF, report
from tests.reports.world import make_world
from tests.worker import running_worker, wait_for, wait_until_ended

DAY = datetime.date(2025, 7, 3)
NOON = 12


@pytest.fixture(autouse=True)
def morning(request, monkeypatch):
    """Of 3 July 2025, and no worker is woken; unless a test has one."""
    if "transactional_db" in request.fixturenames:
        yield
        return
    monkeypatch.setattr(jobs.run, "delay", lambda job_id: None)
    with clock.pinned(DAY, NOON - 3):
        yield


def asked(hour=NOON, day=DAY):
    """The job that is under way when beat has asked at that hour."""
    with clock.pinned(day, hour):
        bring_up_what_is_behind()
    return Job.objects.active().filter(kind=live.KIND).first()


def done(hour=NOON, day=DAY):
    """What beat asked for then has been done."""
    job = asked(hour, day)
    with clock.pinned(day, hour):
        jobs.run(job.pk)
    return Measurement.objects.live()


def live_value(period=HALF):
    found = Result.objects.filter(measurement__is_live=True, measurement__period=period, target__code="TRAINING")
    return found.of_district().get().value


class TestMeasuring:
    def test_of_the_half_year_with_its_schools_and_of_each_quarter_without(self, adoption, rate):
        made = done()
        assert [str(one.period) for one in made if one.results.of_units().exists()] == ["2025H1"]
        assert {str(one.period) for one in made} == {
            "2025H1",
            *(str(q) for q in adoption.plan.quarters if q <= HALF.last),
        }
        assert live_value() == live_value(Period.parse("2025Q2")) == pytest.approx(100 * 130 / 140)

    def test_the_same_rows_as_a_bulletins_measurement(self, adoption, rate):
        done()
        official = measure(adoption, HALF, by=None)
        assert live.live_of(adoption, HALF).checksum == official.checksum

    def test_nothing_is_asked_for_until_something_is_approved(self, adoption, rate, kindergarten):
        done()
        assert asked(NOON + 1) is None
        with clock.pinned(DAY, NOON + 2):
            report(rate, kindergarten, 0, 60)
        assert asked(NOON + 3) is not None

    def test_a_value_that_is_not_approved_is_nothing_new(self, adoption, rate, kindergarten):
        done()
        with clock.pinned(DAY, NOON + 1):
            factories.make_entry(rate.definitions.get().elements[0], kindergarten, HALF.last, 5, state="submitted")
        assert asked(NOON + 2) is None

    def test_asked_every_minute_it_is_begun_once(self, adoption, rate):
        assert asked() == asked() == asked(NOON + 1)

    def test_what_was_done_leaves_no_row_behind(self, adoption, rate, kindergarten):
        done()
        with clock.pinned(DAY, NOON + 1):
            report(rate, kindergarten, 0, 60)
        done(NOON + 2)
        assert Job.objects.filter(kind=live.KIND).count() == 1
        assert Measurement.objects.live().filter(period=HALF).count() == 1
        assert live_value() == pytest.approx(100 * 130 / 200)

    def test_a_quarter_that_nothing_came_for_is_left(self, adoption, rate, kindergarten):
        done()
        with clock.pinned(DAY, NOON + 1):
            report(rate, kindergarten, 0, 60)
        made = done(NOON + 2)
        again = {
            str(one.period)
            for one in made
            if one.measured_at.astimezone().hour != made[0].measured_at.astimezone().hour
        }
        assert again == {"2025Q2", "2025H1"}

    def test_no_audit_row(self, adoption, rate):
        done()
        assert not AuditRow.objects.filter(verb="measured").exists()


class TestWhatComesMeanwhile:
    def test_approved_while_it_runs_it_is_measured_by_the_next(self, adoption, rate, kindergarten, monkeypatch):
        """After everything was read: the job's own measurement can't know it."""
        original = live.measure_live

        def measured(*args, **kwargs):
            found = original(*args, **kwargs)
            report(rate, kindergarten, 0, 60) if kwargs["with_schools"] else None
            return found

        job = asked()
        with monkeypatch.context() as patch, clock.pinned(DAY, NOON):
            patch.setattr(live, "measure_live", measured)
            jobs.run(job.pk)
        assert live_value() == pytest.approx(100 * 130 / 140)
        done(NOON + 1)
        assert live_value() == pytest.approx(100 * 130 / 200)
        assert asked(NOON + 2) is None

    def test_written_before_and_seen_after_it_is_measured_too(self, adoption, rate, kindergarten):
        """Its transaction ended while the job ran: its moment is before the measurement's."""
        done()
        with clock.pinned(DAY, NOON - 1):
            report(rate, kindergarten, 0, 60)
        Measurement.objects.update(measured_at=clock_at(NOON - 1) + datetime.timedelta(seconds=90))
        assert asked(NOON) is not None
        done(NOON)
        assert live_value() == pytest.approx(100 * 130 / 200)
        assert asked(NOON + 1) is None


def clock_at(hour):
    with clock.pinned(DAY, hour):
        return clock.now()


class TestWhichPeriod:
    @pytest.mark.parametrize(
        ("day", "period"),
        [
            ((2023, 1, 1), None),
            ((2025, 4, 2), "2025Q1"),
            ((2025, 7, 3), "2025H1"),
            ((2025, 9, 1), "2025H1"),
            ((2025, 10, 2), "2025Q3"),
            ((2026, 1, 2), "2025H2"),
            ((2026, 8, 1), "2025H2"),
        ],
    )
    def test_that_whose_form_is_open_or_was_last(self, adoption, day, period):
        with clock.pinned(datetime.date(*day)):
            found = live.period_now(adoption)
        assert (found and str(found)) == period

    def test_a_half_year_that_is_over_goes_and_its_quarters_lose_their_schools(self, adoption, rate):
        done()
        made = done(day=datetime.date(2025, 10, 2))
        assert [str(one.period) for one in made if one.period.length == 2] == []
        assert {str(one.period) for one in made if one.results.of_units().exists()} == {"2025Q3"}
        done(day=datetime.date(2026, 1, 2))
        with_schools = {str(one.period) for one in Measurement.objects.live() if one.results.of_units().exists()}
        assert with_schools == {"2025H2"}


class TestBesideBulletins:
    def test_a_draft_and_what_it_was_made_from_stay_as_they_are(self, drafted, measured, rate, kindergarten, officer):
        before = (drafted.content, measured.checksum, list(measured.results.order_by("pk").values()))
        report(rate, kindergarten, 0, 60)
        done(NOON)
        measured.refresh_from_db()
        now = Bulletin.objects.get()
        assert (now.content, measured.checksum, list(measured.results.order_by("pk").values())) == before
        assert live.live_of(measured.adoption, HALF).checksum != measured.checksum

    def test_no_draft_becomes_stale_by_it(self, drafted, officer):
        done()
        assert sent(drafted).is_in_review

    def test_a_bulletin_is_compared_with_bulletins(self, adoption, rate, officer):
        done()
        content = draft(measure(adoption, HALF, by=officer), by=officer).content
        assert [row["label"] for row in content["charts"]["history"]["rows"]] == ["2025上"]


class TestPages:
    @pytest.fixture
    def published_and_live(self, published, rate, kindergarten):
        """A bulletin says 92.9 %; since then 0 of 60 have come."""
        report(rate, kindergarten, 0, 60)
        done()

    def test_the_published_ones_are_shown_unless_live_ones_are_asked_for(self, published_and_live, client_of, leader):
        client = client_of(leader)
        usual, now = (
            client.get(url("target", "TRAINING"), {"period": "2025H1"} | more) for more in ({}, {"live": "1"})
        )
        assert "92.9%" in text_of(usual)
        assert "完成值 65.0%" in text_of(now)
        assert "实时（未发布）" in text_of(now)

    @pytest.mark.parametrize("name", ["overview", "wall"])
    def test_every_page_of_the_plan_has_them(self, published_and_live, client_of, leader, name):
        response = client_of(leader).get(url(name), {"period": "2025H1", "live": "1"})
        assert response.context["measurement"].is_live
        assert "65.0%" in text_of(response)
        assert "period=2025H1&amp;live=1" in response.content.decode()

    def test_without_a_period_the_newest_published_one_is_shown(self, published_and_live, adoption, client_of, leader):
        measure(adoption, Period.parse("2025H2"), by=None)
        shown = client_of(leader).get(url("overview")).context["measurement"]
        assert (str(shown.period), shown.is_live) == ("2025H1", False)

    def test_the_one_that_can_be_chosen_is_that_of_now(self, published_and_live, client_of, leader):
        offered = client_of(leader).get(url("overview")).context["measurements"]
        assert [(str(one.period), one.is_live) for one in offered] == [("2025H1", True), ("2025H1", False)]

    def test_a_school_is_not_shown_them(self, published_and_live, client_of, clerk):
        client = client_of(clerk)
        assert "实时" not in text_of(client.get(url("overview")))
        assert client.get(url("overview"), {"period": "2025H1", "live": "1"}).status_code == 400
        assert client.get(url("how", "TRAINING", HALF), {"live": "1"}).status_code == 404
        assert client.get(url("how_unit", "TRAINING", HALF, "pri-01"), {"live": "1"}).status_code == 404
        assert client.get(url("how_unit", "TRAINING", HALF, "pri-01")).status_code == 200

    def test_how_a_live_figure_came_about(self, published_and_live, client_of, leader):
        client = client_of(leader)
        assert "130 ÷ 200 × 100 = 65.0%" in text_of(client.get(url("how", "TRAINING", HALF), {"live": "1"}))
        assert "130 ÷ 140 × 100 = 92.9%" in text_of(client.get(url("how", "TRAINING", HALF)))
        assert client.get(url("how_unit", "TRAINING", HALF, "kg-01"), {"live": "1"}).status_code == 200

    def test_of_another_period_than_now_there_are_none(self, published_and_live, client_of, leader):
        assert client_of(leader).get(url("overview"), {"period": "2025Q2", "live": "1"}).status_code == 400


class TestTrend:
    """Of the target's page: 40 of 40 in 2025Q1; 130 of 140 in 2025Q2, by the bulletin, and 130 of 200 by now."""

    @pytest.fixture
    def trend_for(self, rate, school, published, kindergarten, client_of):
        for element in rate.definitions.get().elements:
            factories.make_entry(element, school, HALF.first, 40)
        report(rate, kindergarten, 0, 60)
        done()

        def seen_by(user, **asked):
            page = client_of(user).get(url("target", "TRAINING"), asked).context["page"]
            axis, (line, *_) = page.trend.figure["layout"]["xaxis"], page.trend.figure["data"][::-1]
            values = zip(axis["ticktext"], line["y"], strict=True)
            return {label: round(value, 1) for label, value in values if value is not None}

        return seen_by

    def test_is_by_quarter_and_what_a_bulletin_told_stays_what_it_told(self, trend_for, leader):
        assert trend_for(leader) == {"25年1季": 100.0, "25年2季": 92.9}
        assert trend_for(leader, period="2025H1", live="1") == {"25年1季": 100.0, "25年2季": 65.0}

    def test_is_by_half_year_for_those_who_see_bulletins_alone(self, trend_for, clerk):
        assert trend_for(clerk) == {"2025上": 92.9}

    def test_is_by_half_year_of_what_is_asked_twice_a_year(self, trend_for, rate, leader):
        Element.objects.filter(code="TRAINED").update(asked_in=("Q2", "Q4"))
        assert trend_for(leader) == {"2025上": 92.9}

    def test_says_which(self, trend_for, client_of, leader, clerk):
        assert "各季完成值" in text_of(client_of(leader).get(url("target", "TRAINING")))
        assert "各半年完成值" in text_of(client_of(clerk).get(url("target", "TRAINING")))


@pytest.mark.django_db(transaction=True)
def test_killed_while_it_measures_the_next_worker_goes_on_and_nothing_is_doubled(
    transactional_db, tmp_path, monkeypatch
):
    monkeypatch.setattr(settings, "PLAN_TODAY", DAY)
    adoption = make_world()
    job = asked()
    with running_worker(tmp_path / "first.log", JOB_STALE_AFTER="2") as first:
        wait_for(lambda: Job.objects.get(pk=job.pk).done >= 2, what="the third period")
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    assert Measurement.objects.live().exists()
    Job.objects.update(heartbeat_at=timezone.now() - datetime.timedelta(seconds=10))
    with running_worker(tmp_path / "second.log", JOB_STALE_AFTER="2"):
        ended = wait_until_ended(job)
    assert (ended.state, ended.attempts) == (JobState.DONE, 2)
    periods = list(Measurement.objects.live().values_list("period", flat=True))
    assert len(periods) == len(set(periods)) == len(live.periods_kept(adoption)) == 11
    assert live.live_of(adoption, HALF).checksum == measure(adoption, HALF, by=None).checksum


@pytest.mark.django_db(transaction=True)
def test_a_workers_timer_or_beat_needs_nobody(transactional_db, tmp_path, monkeypatch):
    """Without anybody asking: approved, and after a while there."""
    if settings.REDIS_URL:
        pytest.skip("with Redis it is beat that asks")
    monkeypatch.setattr(settings, "PLAN_TODAY", DAY)
    make_world()
    with running_worker(tmp_path / "worker.log", LIVE_EVERY="0.5"):
        wait_for(lambda: Measurement.objects.live().filter(period=HALF).exists(), what="a live measurement")
