"""How often somebody may do what is costly."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as RedisDown

from edu_plan import limits

pytestmark = pytest.mark.security
CODE = "/check-code/"


@pytest.fixture(autouse=True)
def counted(settings, tmp_path):
    """Twice a minute, counted from nothing."""
    settings.RATELIMIT_ENABLE = True
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "2/m")
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path}}


def asked(client, url, times=3, **options):
    return [client.get(url, **options).status_code for _ in range(times)]


def test_who_asks_too_often_waits(adoption, today, clerk, client_of):
    client = client_of(clerk)
    assert asked(client, CODE) == [200, 200, 429]
    response = client.get(CODE)
    assert 0 < int(response["Retry-After"]) <= 60
    assert f"请在 {response['Retry-After']} 秒后再试" in response.text


def test_htmx_is_told_in_a_line(adoption, today, clerk, client_of):
    client = client_of(clerk)
    asked(client, CODE)
    response = client.get(CODE, headers={"HX-Request": "true"})
    assert (response.status_code, response["Content-Type"]) == (429, "text/plain; charset=utf-8")
    assert response.text.startswith("操作太频繁")


def test_people_behind_one_address_do_not_share(adoption, today, clerk, principal, client_of):
    assert asked(client_of(clerk), CODE) == asked(client_of(principal), CODE) == [200, 200, 429]


def test_one_account_is_not_tried_from_many_addresses(settings, db, client):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login": "99/m"}
    tried = [
        client.post("/login/", {"username": name, "password": "x"}, REMOTE_ADDR=f"10.0.0.{number}").status_code
        for number, name in enumerate(["li", "Li ", "li", "wang"])
    ]
    assert tried == [200, 200, 429, 200]


def test_one_address_does_not_try_many_accounts(db, client):
    tried = [client.post("/login/", {"username": f"a{number}", "password": "x"}).status_code for number in range(3)]
    assert tried == [200, 200, 429]


def test_an_address_is_what_our_own_proxy_heard(settings, db, client):
    settings.PROXIES = 1
    for number in range(3):
        heard = f"9.9.9.{number}, 10.0.0.1"  # the first is what the client claims
        status = client.post("/welcome/x/", {}, headers={"X-Forwarded-For": heard}).status_code
    assert status == 429
    assert client.post("/welcome/x/", {}, headers={"X-Forwarded-For": "10.0.0.2"}).status_code == 410


@pytest.mark.parametrize("heard", ["", "nobody", "unknown, <b>"])
def test_what_is_no_address_changes_nothing(settings, db, client, heard):
    settings.PROXIES = 1
    assert client.post("/welcome/x/", {}, headers={"X-Forwarded-For": heard}).status_code == 410


def test_counting_asks_no_database(adoption, today, clerk, client_of, settings):
    client, queries = client_of(clerk), []
    for settings.RATELIMIT_ENABLE in (False, True):
        with CaptureQueriesContext(connection) as captured:
            client.get(CODE)
        queries.append(len(captured))
    assert queries[0] == queries[1]


def test_without_redis_nobody_is_kept_out(adoption, today, clerk, client_of, monkeypatch, caplog):
    monkeypatch.setattr(limits, "get_usage", lambda *_, **__: (_ for _ in ()).throw(RedisDown()))
    assert asked(client_of(clerk), CODE) == [200, 200, 200]
    assert "requests are not counted" in caplog.text


def test_ordinary_pages_are_not_counted(adoption, today, clerk, client_of):
    assert asked(client_of(clerk), "/fill/") == [200, 200, 200]
