"""Signing in and out."""

from base.models import AuditRow
from tests import factories


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
    assert not AuditRow.objects.exists()


def test_a_visitor_is_led_to_the_login_and_back(db, client):
    assert client.get("/").url == "/login/?next=/"


def test_sign_out_wants_a_post(clerk, client_of):
    client = client_of(clerk)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").url == "/login/"
    assert client.get("/").status_code == 302
