"""我的账号: the own password, sessions."""

import pytest
from django.test import Client

from base import audit
from schools import credentials
from tests import factories

OLD, NEW = "Lanse-Dengta-77", "Hupan-Yanzi-31"


@pytest.fixture
def user(clerk, adoption):
    credentials.choose_password(clerk, OLD, by=clerk)
    return clerk


@pytest.fixture
def browser(user):
    return signed_in(user)


def signed_in(user, password=OLD):
    client = Client()
    client.post("/login/", {"username": user.username, "password": password})
    assert "_auth_user_id" in client.session
    return client


def change(browser, old=OLD, new=NEW, again=NEW, query=""):
    return browser.post(f"/password/{query}", {"old_password": old, "new_password1": new, "new_password2": again})


class TestPassword:
    def test_is_changed_audited_and_ends_the_other_sessions(self, browser, user):
        other = signed_in(user)
        assert change(browser).url == "/account/"
        assert browser.get("/fill/").status_code == 200
        assert other.get("/fill/").url == "/login/?next=/fill/"
        user.refresh_from_db()
        assert user.check_password(NEW)
        assert [row.verb for row in audit.history(user)][-1] == "password_set"

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"old": "wrong"}, "现在的密码不对"),
            ({"again": NEW + "x"}, "不一致"),
            ({"new": OLD, "again": OLD}, "最近 5 次"),
            ({"new": "short", "again": "short"}, "至少 10"),
        ],
    )
    def test_is_refused_at_its_field(self, browser, user, fields, why):
        response = change(browser, **fields)
        assert (response.status_code, why in response.text) == (422, True)
        user.refresh_from_db()
        assert user.check_password(OLD)

    def test_leads_back_but_not_away(self, browser):
        assert change(browser, query="?next=/fill/").url == "/fill/"
        assert change(browser, NEW, OLD + "x", OLD + "x", query="?next=https://example.com/").url == "/account/"
        assert change(browser, OLD + "x", OLD + "y", OLD + "y", query="?next=foo").url == "/account/"


class TestForced:
    @pytest.fixture(autouse=True)
    def set_by_another(self, settings, browser, user):
        settings.DEMO = False
        user.set_password(OLD)
        user.save()

    @pytest.fixture
    def browser(self, user):
        return signed_in(user)

    def test_every_page_leads_there_and_the_change_leads_back(self, user):
        browser = signed_in(user)
        for address in ("/fill/", "/messages/?page=1", "/admin/"):
            response = browser.get(address)
            assert response.status_code == 302
            assert response.url.startswith("/password/?next=%2F")
        page = browser.get(browser.get("/messages/?page=1").url)
        assert "别人设的" in page.text
        assert change(browser, query="?next=%2Fmessages%2F%3Fpage%3D1").url == "/messages/?page=1"
        assert browser.get("/fill/").status_code == 200

    def test_a_form_that_was_sent_leads_back_to_its_page(self, user):
        browser = signed_in(user)
        response = browser.post("/fill/pri-01/2025Q2/submit/", {"next": "/fill/pri-01/2025Q2/"})
        assert response.url == "/password/?next=%2Ffill%2Fpri-01%2F2025Q2%2F"

    def test_htmx_is_refused(self, user):
        response = signed_in(user).post("/fill/pri-01/2025Q2/entry/X/", headers={"HX-Request": "true"})
        assert (response.status_code, response.content) == (403, b"")

    def test_leaving_is_free(self, user):
        assert signed_in(user).post("/logout/").url == "/login/"


class TestSessions:
    def test_all_others_end_with_one_click(self, browser, user):
        other = signed_in(user)
        assert browser.post("/account/others/end/").url == "/account/"
        assert browser.get("/fill/").status_code == 200
        assert other.get("/fill/").url == "/login/?next=/fill/"
        assert [row.verb for row in audit.history(user)][-1] == "sessions_ended"

    def test_another_persons_go_on(self, browser, principal, client_of):
        theirs = client_of(principal)
        browser.post("/account/others/end/")
        assert theirs.get("/fill/").status_code == 200

    def test_the_page_says_how_long_a_session_lasts(self, browser):
        page = browser.get("/account/").text
        assert "30 分钟没有操作" in page
        assert "12 小时" in page


def test_the_admin_sites_own_change_leads_here(administrator, client_of):
    assert client_of(administrator).get("/admin/password_change/").url == "/password/"


def test_a_made_up_administrator_of_a_demo_is_not_asked(settings, db):
    user = factories.make_user("demo", password=OLD)
    assert signed_in(user).get("/account/").status_code == 200
