"""Homes, the links on top, and the progress of a job."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from base import clock, outbox
from base.models import Level
from tests import factories


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
            "/people/",
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
        assert [link.label for link in links] == ["我的填报", "工作台", "体检单", "方案", "通报", "考核", "搜索"]
        assert [link.is_current for link in links] == [False] * 7


class TestMessages:
    URL = "/messages/"

    def test_shows_ones_own_newest_first(self, officer, clerk, client_of):
        for to, subject in [(officer, "旧的"), (officer, "新的"), (clerk, "别人的")]:
            factories.make_message(to, subject=subject)
        page = client_of(officer).get(self.URL).content.decode()
        assert re.findall("<h2>(.*?)</h2>", page) == ["新的", "旧的"]

    def test_tells_how_urgent_by_word_and_shape(self, officer, client_of):
        for level in Level.values:
            factories.make_message(officer, level=level)
        page = client_of(officer).get(self.URL).content.decode()
        found = re.findall('class="badge is-([a-z_]+)"><i aria-hidden="true">(.)</i>(.*?)</span>', page)
        assert found == [
            ("behind", "■", "红色警告"),
            ("at_risk", "◆", "橙色警告"),
            ("achieved", "●", "蓝色催办"),
            ("idle", "○", "通知"),
        ]

    def test_the_body_is_text(self, officer, client_of):
        factories.make_message(officer, body="<script>\n第二行")
        assert "<p>&lt;script&gt;<br>第二行</p>" in client_of(officer).get(self.URL).content.decode()

    def test_reading_one_marks_it(self, officer, client_of):
        first, second = (factories.make_message(officer, url="/desk/") for _ in range(2))
        assert client_of(officer).post(f"{self.URL}{first.pk}/read/").url == self.URL
        assert list(outbox.unread(officer)) == [second]

    def test_opening_one_marks_it_and_goes_there(self, officer, client_of):
        told = factories.make_message(officer, url="/desk/")
        assert client_of(officer).post(f"{self.URL}{told.pk}/read/", {"open": "1"}).url == "/desk/"
        assert not outbox.unread(officer).exists()

    def test_reading_all_leaves_other_peoples_alone(self, officer, clerk, client_of):
        for to in (officer, officer, clerk):
            factories.make_message(to)
        client_of(officer).post(f"{self.URL}read/")
        assert (outbox.unread(officer).count(), outbox.unread(clerk).count()) == (0, 1)

    def test_without_any_says_what_will_come(self, officer, client_of):
        page = client_of(officer).get(self.URL).content.decode()
        assert "还没有消息" in page
        assert "全部标为已读" not in page

    @pytest.mark.parametrize("count", [1, 30])
    def test_costs_the_same_for_many(self, officer, client_of, count, django_assert_num_queries):
        for _ in range(count):
            factories.make_message(officer)
        client = client_of(officer)
        with django_assert_num_queries(7):  # session, user; number, page; unread; posts, plan
            page = client.get(self.URL).content.decode()
        assert page.count("<h2>") == min(count, 20)

    @pytest.mark.parametrize("page", ["0", "x", "9" * 30])
    def test_of_no_page_is_a_bad_request(self, officer, client_of, page):
        assert client_of(officer).get(self.URL, {"page": page}).status_code == 400


class TestUnread:
    """The number beside one's name: one query a page, none where no header is shown."""

    def test_is_shown_on_every_page(self, officer, client_of):
        for _ in range(3):
            factories.make_message(officer)
        factories.make_message(officer, read_at=clock.now())
        assert '<b><span class="sr">未读</span>3</b>' in client_of(officer).get("/styleguide/").content.decode()

    def test_costs_a_page_one_query_and_a_partial_none(self, job, officer, client_of):
        factories.make_message(officer)
        client, url = client_of(officer), reverse("job", args=[job.pk])
        counted = []
        for headers in ({}, {"HX-Request": "true"}):
            with CaptureQueriesContext(connection) as queries:
                client.get(url, headers=headers)
            counted.append(sum("base_message" in query["sql"] for query in queries))
        assert counted == [1, 0]

    def test_is_not_shown_to_a_visitor(self, client, db):
        assert "/messages/" not in client.get("/login/").content.decode()


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
