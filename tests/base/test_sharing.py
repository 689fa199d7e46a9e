import pytest

from base import jobs, sharing
from base.models import Job, JobState
from base.sharing import Share, follow, together

done: list[int] = []


@pytest.fixture(autouse=True)
def kinds(db, monkeypatch):
    """A job ``whole`` of three shares of two steps; the share of number 13 fails."""
    done.clear()
    monkeypatch.setattr(jobs, "_kinds", {})
    monkeypatch.setattr(jobs, "_labels", {})
    monkeypatch.setattr(sharing, "POLL", 0.01)

    @jobs.job("part")
    def part(report, *, number):
        if number == 13:
            raise jobs.JobError("不吉利")
        for step in range(2):
            report(step, 2, "…")
        done.append(number)

    @jobs.job("whole")
    def whole(report, *, numbers):
        together(report, "part", [Share({"number": number}, 2) for number in numbers], "{done}/{total}")


def start(*numbers):
    return jobs.start("whole", key="whole", args={"numbers": numbers}, by=None)


def test_one_worker_does_all_shares_and_tells_how_far_they_are():
    told = []
    job = follow(start(1, 2, 3).pk, told.append)
    assert (job.state, job.done, job.total, sorted(done)) == (JobState.DONE, 6, 6, [1, 2, 3])
    assert told == ["0/6", "2/6", "4/6", "6/6"]


def test_what_others_have_done_is_not_done_again():
    job = jobs.claim(start(1, 2, 3).pk)
    jobs.start("part", key=f"part:{job.pk}:1", args={"number": 2}, by=None)
    jobs.run(Job.objects.get(kind="part").pk)
    jobs.execute(job)
    assert sorted(done) == [1, 2, 3]


def test_a_whole_taken_over_begins_no_share_anew():
    first = start(1, 2)
    jobs.run(first.pk)
    Job.objects.filter(pk=first.pk).update(state=JobState.QUEUED, finished_at=None)
    jobs.run(first.pk)
    assert sorted(done) == [1, 2]


def test_a_failed_share_fails_the_whole_after_the_others():
    job = follow(start(1, 13, 2).pk, lambda saying: None)
    assert (job.state, job.error, sorted(done)) == (JobState.FAILED, "1 份没有完成：不吉利", [1, 2])
