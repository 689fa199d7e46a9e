"""Homes, the links on top, and the progress of a job."""

import pytest
from django.urls import reverse

from base import clock
from base.models import Job, JobState
from tests import factories


@pytest.fixture
def job(officer) -> Job:
    return Job.objects.create(kind="test.steps", key="a", by=officer, created_at=clock.now())


def finish(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=clock.now())


class TestHome:
    def test_leads_each_to_her_work(
        self, adoption, client_of, clerk, principal, officer, director, leader, administrator
    ):
        people = [clerk, principal, officer, director, leader, administrator]
        assert [client_of(person).get("/").url for person in people] == [
            "/fill/",
            "/fill/",
            "/desk/",
            "/desk/",
            "/plan/plan-2023-2025/",
            "/admin/",
        ]

    def test_without_a_post_says_whom_to_ask(self, db, client_of):
        response = client_of(factories.make_user()).get("/")
        assert response.status_code == 200
        assert "您的账号还没有任职" in response.content.decode()

    def test_a_leader_of_a_district_without_a_plan_is_told(self, leader, client_of):
        assert client_of(leader).get("/").status_code == 200

    def test_links_on_top_follow_the_posts(self, adoption, client_of, officer, school):
        factories.make_post("clerk", school.district, unit=school, user=officer)
        links = client_of(officer).get("/styleguide/").context["nav"]
        assert [link.label for link in links] == ["我的填报", "工作台", "方案", "通报"]
        assert [link.is_current for link in links] == [False] * 4


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


class TestAdminDoor:
    """The admin site has no login page of its own."""

    def test_a_visitor_comes_in_by_the_one_login(self, db, client):
        response = client.get("/admin/", follow=True)
        assert response.redirect_chain == [("/admin/login/?next=/admin/", 302), ("/login/?next=/admin/", 302)]

    def test_nobody_signs_in_there(self, administrator, client):
        administrator.set_password("right-1234567")
        administrator.save()
        response = client.post("/admin/login/", {"username": administrator.username, "password": "right-1234567"})
        assert response.url == "/login/?next=/"

    def test_who_is_no_administrator_is_refused(self, officer, client_of):
        response = client_of(officer).get("/admin/", follow=True)
        assert response.status_code == 403
        assert "只有系统管理员可以进入。" in response.content.decode()

    def test_an_administrator_is_let_through(self, administrator, client_of):
        client = client_of(administrator)
        assert client.get("/admin/login/?next=/admin/schools/unit/").url == "/admin/schools/unit/"
        assert client.get("/admin/login/?next=https://example.com/").url == "/admin/"


@pytest.mark.parametrize(("path", "status"), [("/nothing/", 404), ("/jobs/99/", 404)])
def test_error_pages_are_ours(officer, client_of, path, status):
    response = client_of(officer).get(path)
    assert response.status_code == status
    assert "没有找到这一页" in response.content.decode()


def test_pages_carry_the_policy(officer, client_of):
    policy = client_of(officer).get("/styleguide/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
