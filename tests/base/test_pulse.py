"""Signs of life of processes on any machine."""

import os

import pytest

from base import pulse


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "files" / "pulse"


def grow_older(folder, name, seconds):
    (path,) = folder.glob(f"{name}-*")
    os.utime(path, (path.stat().st_mtime - seconds,) * 2)


def test_none_before_the_first_one():
    assert (pulse.age("beat"), pulse.lives("beat")) == (None, False)


def test_the_newest_of_all_machines_counts(folder, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "one")
    pulse.beat("worker")
    grow_older(folder, "worker", 1000)
    assert (round(pulse.age("worker")), pulse.lives("worker"), pulse.lives("beat")) == (1000, False, False)
    monkeypatch.setattr("socket.gethostname", lambda: "two")
    pulse.beat("worker")
    assert pulse.lives("worker")


def test_machines_that_are_gone_are_forgotten(folder):
    pulse.beat("beat")
    pulse.forget()
    assert len(list(folder.iterdir())) == 1
    grow_older(folder, "beat", pulse.FORGOTTEN_AFTER + 1)
    pulse.forget()
    assert list(folder.iterdir()) == []
