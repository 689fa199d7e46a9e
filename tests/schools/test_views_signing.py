"""Signing in and out; the first password."""

import datetime

import pytest

from base import clock
from base.models import AuditRow
from schools import actions
from tests import factories

PASSWORD = "yinghua-2025-kaifaqu"
TWICE = {"new_password1": PASSWORD, "new_password2": PASSWORD}


def test_sign_in_leads_home_and_is_audited(db, client):
    user = factories.make_user("wang", password="right-1234567")
    response = client.post("/login/", {"username": "wang", "password": "right-1234567"})
    assert (response.status_code, response.url) == (302, "/")
    assert list(AuditRow.objects.values_list("verb", "by")) == [("login", user.pk)]


def test_a_wrong_password_is_refused_in_chinese(db, client):
    factories.make_user("wang", password="right-1234567")
    response = client.post("/login/", {"username": "wang", "password": "wrong"})
    assert response.status_code == 200
    assert "请输入一个正确的" in response.content.decode()
    assert [row.verb for row in AuditRow.objects.all()] == ["login_failed"]


@pytest.mark.parametrize(
    "address", ["foo", "schools:people", "https://example.com/", "//example.com", "/\\example.com"]
)
def test_she_is_led_nowhere_but_to_an_address_of_ours(db, client, address):
    factories.make_user("wang", password="right-1234567")
    response = client.post("/login/", {"username": "wang", "password": "right-1234567", "next": address})
    assert (response.status_code, response.url) == (302, "/")


def test_a_visitor_is_led_to_the_login_and_back(db, client):
    assert client.get("/").url == "/login/?next=/"


def test_sign_out_wants_a_post(clerk, client_of):
    client = client_of(clerk)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").url == "/login/"
    assert client.get("/").status_code == 302


def test_a_disabled_account_is_out_at_its_next_request(clerk, client_of, administrator, adoption, client):
    browser = client_of(clerk)
    assert browser.get("/fill/").status_code == 200
    actions.disable(clerk, reason="调离", by=administrator)
    assert browser.get("/fill/").url == "/login/?next=/fill/"


def test_a_disabled_account_does_not_sign_in(db, client):
    factories.make_user("wang", password=PASSWORD, is_active=False)
    assert client.post("/login/", {"username": "wang", "password": PASSWORD}).status_code == 200
    assert "_auth_user_id" not in client.session


class TestWelcome:
    @pytest.fixture
    def welcome(self, clerk):
        return f"/welcome/{factories.make_invitation(clerk)}/"

    def test_says_who_she_is_and_writes_nothing(self, client, clerk, welcome):
        response = client.get(welcome)
        page = response.content.decode()
        assert [words in page for words in (clerk.name, "第一小学 填报员", clerk.username)] == [True] * 3
        assert "no-store" in response.headers["Cache-Control"]
        assert not AuditRow.objects.exists()

    def test_sets_the_password_signs_in_and_leads_home(self, client, clerk, welcome):
        assert client.post(welcome, TWICE).url == "/"
        assert client.get("/account/").status_code == 200
        clerk.refresh_from_db()
        assert (clerk.check_password(PASSWORD), client.session["_auth_user_id"]) == (True, str(clerk.pk))
        assert [row.verb for row in AuditRow.objects.all()] == ["password_set", "login"]

    def test_of_another_takes_the_place_of_who_is_signed_in(self, client_of, officer, clerk, welcome):
        browser = client_of(officer)
        browser.post(welcome, TWICE)
        assert browser.session["_auth_user_id"] == str(clerk.pk)

    @pytest.mark.parametrize(
        ("first", "second", "why"),
        [
            (PASSWORD, PASSWORD + "x", "不一致"),
            ("short", "short", "至少"),
            ("1234567890", "1234567890", "常见"),
            ("", "", "必填"),
        ],
    )
    def test_refuses_a_password_at_its_field(self, client, clerk, welcome, first, second, why):
        response = client.post(welcome, {"new_password1": first, "new_password2": second})
        assert (response.status_code, why in response.content.decode()) == (422, True)
        clerk.refresh_from_db()
        assert not clerk.has_usable_password()

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("state", ["used", "void", "expired", "disabled", "unknown"])
    def test_by_a_link_that_does_not_work_is_told_why(self, client, clerk, method, state):
        now, words = clock.now(), {"used": "用过", "void": "作废", "expired": "过期", "disabled": "停用"}
        fields = {
            "used": {"used_at": now},
            "void": {"voided_at": now},
            "expired": {"expires_at": now - datetime.timedelta(seconds=1)},
        }
        token = factories.make_invitation(clerk, **fields.get(state, {})) if state != "unknown" else "nothing"
        if state == "disabled":
            type(clerk).objects.update(is_active=False)
        response = getattr(client, method)(f"/welcome/{token}/", TWICE)
        assert (response.status_code, words.get(state, "没有这份邀请") in response.content.decode()) == (410, True)
        clerk.refresh_from_db()
        assert not clerk.has_usable_password()
