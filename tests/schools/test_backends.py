"""Demo accounts work where a demo is meant to be, and nowhere else."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from tests import factories

PASSWORD = "Yanshi-2025"


@pytest.fixture
def demo(district, settings):
    """A demo district with one account, in an installation for work."""
    district.is_demo = True
    district.save()
    settings.DEMO = False
    return factories.make_user("admin", password=PASSWORD, district=district)


def sign_in(client):
    return client.post("/login/", {"username": "admin", "password": PASSWORD})


def warnings():
    found = run_checks(databases=["default"], include_deployment_checks=False)
    return [warning.msg for warning in found if warning.id == "schools.W001"]


def test_a_demo_account_works_in_a_demo_alone(demo, client, settings):
    assert sign_in(client).status_code == 200
    settings.DEMO = True
    assert sign_in(client).status_code == 302


def test_a_session_of_it_ends_with_the_demo(demo, client, settings):
    settings.DEMO = True
    sign_in(client)
    assert client.get("/account/").status_code == 200
    settings.DEMO = False
    assert client.get("/account/").url == "/login/?next=/account/"


def test_an_account_for_work_works_beside_it(demo, client, other_district):
    factories.make_user("wang", password=PASSWORD, district=other_district)
    client.post("/login/", {"username": "wang", "password": PASSWORD})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("command", ["seed_demo", "demo_accounts"])
def test_the_commands_want_a_demo(settings, db, command):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command(command)


def test_the_check_tells_of_them(demo, settings):
    assert warnings() == ["数据库里有 1 个演示账号。没有 DEMO=1 时它们不能登录；正式使用请换一个空的数据库。"]
    settings.DEMO = True
    assert warnings() == []


def test_the_check_is_silent_before_there_are_tables(settings, db, monkeypatch):
    settings.DEMO = False
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert warnings() == []
