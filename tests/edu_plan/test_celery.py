"""What is due regularly, by beat or by an only worker's timer."""

from types import SimpleNamespace

import pytest
from celery import signals
from django.conf import settings

from base import jobs, pulse
from edu_plan import celery


@pytest.fixture
def timed(monkeypatch, db):
    """What a worker that takes up its work asks its timer for: seconds by task."""

    def take_up(has_folder_queue):
        asked = {}

        def call_repeatedly(seconds, work, args):
            if work is pulse.beat:
                assert args == (pulse.WORKER,)
                return
            assert work is celery.in_timer
            asked[args[0].name] = seconds

        monkeypatch.setattr(celery, "has_folder_queue", lambda: has_folder_queue)
        monkeypatch.setattr(jobs, "sweep", lambda: None)
        celery.app.loader.import_default_modules()  # as a worker does
        celery.take_up_work(SimpleNamespace(timer=SimpleNamespace(call_repeatedly=call_repeatedly)))
        return asked

    return take_up


def test_an_only_workers_timer_stands_in_for_beat(timed):
    asked = timed(has_folder_queue=True)
    assert set(asked) == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert (asked["base.sweep"], asked["base.mail"], asked["submissions.remind"]) == (15, 3600, 60)


def test_with_beat_there_is_no_timer(timed):
    assert timed(has_folder_queue=False) == {}


def test_beat_reminds_from_half_past_eight_on_in_china():
    schedule = settings.CELERY_BEAT_SCHEDULE["remind"]["schedule"]
    assert (min(schedule.hour), schedule.minute, settings.CELERY_TIMEZONE) == (8, {30}, "Asia/Shanghai")


def test_work_in_the_timer_that_fails_is_logged_and_ends_nothing(caplog):
    def break_down():
        raise ZeroDivisionError

    break_down.name = "test.break"
    celery.in_timer(break_down)
    assert "test.break failed" in caplog.text


def test_beat_leaves_a_sign_of_life_with_each_sweep_that_it_sends(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    signals.before_task_publish.send(sender="base.run")
    assert not pulse.lives(pulse.BEAT)
    signals.before_task_publish.send(sender="base.sweep")
    assert pulse.lives(pulse.BEAT)
