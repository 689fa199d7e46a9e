"""The pages of jobs."""

import pytest
from django.urls import reverse

from base import clock
from base import jobs as running
from base.models import AuditRow, Job, JobState
from schools.models import User
from tests import factories


def finish(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=clock.now())


class TestJob:
    def test_without_javascript_the_page_refreshes_itself_until_the_end(self, job, officer, client_of):
        client, url = client_of(officer), reverse("job", args=[job.pk])
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in client.get(url).content.decode()
        finish(job)
        assert 'http-equiv="refresh"' not in client.get(url).content.decode()

    def test_htmx_gets_the_partial_that_the_page_contains(self, job, officer, client_of):
        client, url = client_of(officer), reverse("job", args=[job.pk])
        partial = client.get(url, headers={"HX-Request": "true"})
        assert "HX-Request" in partial.headers["Vary"]
        assert "<html" not in partial.content.decode()
        assert partial.content.decode().strip() in client.get(url).content.decode()

    def test_the_partial_asks_again_while_the_job_is_active(self, job, officer, client_of):
        client, url = client_of(officer), reverse("job", args=[job.pk])
        assert "hx-get" in client.get(url, headers={"HX-Request": "true"}).content.decode()
        finish(job)
        assert "hx-get" not in client.get(url, headers={"HX-Request": "true"}).content.decode()

    def test_next_is_kept_and_led_to(self, job, officer, client_of):
        finish(job)
        page = client_of(officer).get(reverse("job", args=[job.pk]), {"next": "/plan/a/?b=1&c=2"}).content.decode()
        assert 'href="/plan/a/?b=1&amp;c=2"' in page

    def test_next_outside_is_refused(self, job, officer, client_of):
        for outside in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
            assert client_of(officer).get(reverse("job", args=[job.pk]), {"next": outside}).status_code == 400

    def test_failure_says_why(self, job, officer, client_of):
        Job.objects.update(state=JobState.FAILED, finished_at=clock.now(), error="没有可测算的数据。")
        assert "没有可测算的数据。" in client_of(officer).get(reverse("job", args=[job.pk])).content.decode()


@pytest.fixture
def failed(district, other_district) -> Job:
    """Of the district; another stands in the other district, and one in none."""
    for number, place in enumerate((other_district.pk, None)):
        make_failed(f"other-{number}", place)
    return make_failed("ours", district.pk)


def make_failed(key: str, district_id: int | None) -> Job:
    said = {"state": JobState.FAILED, "error": f"原因 {key}", "finished_at": clock.now()}
    return Job.objects.create(kind="remind", key=key, created_at=clock.now(), district_id=district_id, **said)


class TestJobs:
    def test_an_administrator_reads_those_of_her_district_with_the_reason(self, failed, administrator, client_of):
        response = client_of(administrator).get("/jobs/")
        assert [job.pk for job in response.context["page"]] == [failed.pk]
        assert "原因 ours" in response.text
        assert "催报提醒" in response.text

    def test_a_superuser_reads_all(self, failed, client_of):
        response = client_of(User.objects.create_superuser("root")).get("/jobs/")
        assert len(response.context["page"]) == 3

    def test_filters_by_state(self, failed, job, district, administrator, client_of):
        Job.objects.filter(pk=job.pk).update(district_id=district.pk)
        client = client_of(administrator)
        found = {state: len(client.get("/jobs/", {"state": state}).context["page"]) for state in ("", "queued", "done")}
        assert found == {"": 2, "queued": 1, "done": 0}
        assert client.get("/jobs/", {"state": "x"}).status_code == 400

    @pytest.mark.parametrize("count", [1, 30])
    def test_takes_the_same_queries_for_one_and_for_many(
        self, count, district, administrator, client_of, django_assert_num_queries
    ):
        for number in range(count):
            job = make_failed(str(number), district.pk)
            Job.objects.filter(pk=job.pk).update(by=factories.make_user())
        client = client_of(administrator)
        client.get("/jobs/")
        with django_assert_num_queries(7):
            client.get("/jobs/")


def test_every_kind_has_a_name_that_people_understand():
    running.label_of("")  # all rooms register what they have
    assert [kind for kind, label in running._labels.items() if label.isascii() and not kind.startswith("test.")] == []


class TestRetry:
    def test_begins_a_failed_job_again_once(self, failed, administrator, client_of):
        client, url = client_of(administrator), reverse("retry_job", args=[failed.pk])
        assert "已重新开始" in client.post(url, follow=True).text
        again = Job.objects.get(key="ours", state=JobState.QUEUED)
        Job.objects.filter(pk=again.pk).update(state=JobState.DONE, finished_at=clock.now())
        assert "或已经重新开始" in client.post(url, follow=True).text
        assert "已重新办理" in client.get("/jobs/").text
        assert Job.objects.filter(key="ours").count() == 2
        assert AuditRow.objects.filter(verb="retried", by=administrator, subject_id=again.pk).count() == 1

    def test_an_auditor_reads_it_by_name(self, failed, administrator, auditor, client_of):
        client_of(administrator).post(reverse("retry_job", args=[failed.pk]))
        page = client_of(auditor).get("/audit/", {"verb": "retried"}).text
        assert "重试任务" in page
        assert "后台任务" in page
