"""Who failed to sign in too often is kept out, by account and by address."""

import datetime
import re

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db.models import F
from django.test import Client

from base import audit
from schools import locks
from tests import factories

PASSWORD, WRONG = "Lanse-Dengta-77", "Lanse-Dengta-78"


@pytest.fixture
def user(db):
    return factories.make_user("wang", "王敏", password=PASSWORD)


def attempt(username="wang", password=WRONG, address="10.1.1.1"):
    return Client().post("/login/", {"username": username, "password": password}, REMOTE_ADDR=address)


def fail(times, username="wang", **where):
    return [attempt(username, **where).status_code for _ in range(times)]


def minutes_pass(minutes):
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - datetime.timedelta(minutes=minutes))


class TestAccount:
    def test_is_locked_at_the_fifth_failure_from_wherever(self, user):
        assert [fail(1, address=f"10.1.1.{number}") for number in range(5)] == [[200]] * 4 + [[429]]
        assert attempt(password=PASSWORD, address="10.9.9.9").status_code == 429

    def test_opens_after_ten_minutes_however_often_it_was_tried_meanwhile(self, user):
        fail(5)
        minutes_pass(9.9)
        assert fail(3) == [429, 429, 429]
        assert attempt(password=PASSWORD).status_code == 429
        minutes_pass(0.2)
        assert attempt(password=PASSWORD).status_code == 302

    def test_stays_locked_for_ten_minutes_from_the_last_failure(self, user):
        fail(1, address="10.1.1.2")
        minutes_pass(9)
        fail(4)
        minutes_pass(9.9)
        assert attempt(password=PASSWORD).status_code == 429

    def test_a_success_takes_its_failures_back(self, user):
        fail(4)
        assert attempt(password=PASSWORD).status_code == 302
        assert fail(4) == [200] * 4

    def test_the_page_says_until_when_in_chinese(self, user):
        fail(4)
        response = attempt()
        assert (response.status_code, "用这个登录名请在" in response.text) == (429, True)
        assert 590 < int(response.headers["Retry-After"]) <= 600

    def test_who_is_signed_in_goes_on(self, user, client_of):
        browser = client_of(user)
        fail(5)
        assert browser.get("/account/").status_code == 200


class TestAddress:
    """Sixty clerks may sit behind one."""

    def test_is_locked_at_its_own_limit_whatever_accounts_were_tried(self, user, settings):
        tries = [attempt(f"nobody-{number}").status_code for number in range(settings.LOCK_ADDRESS_AFTER)]
        assert tries == [200] * (len(tries) - 1) + [429]
        response = attempt(password=PASSWORD)
        assert (response.status_code, "从您所在的网络请在" in response.text) == (429, True)
        assert attempt(password=PASSWORD, address="10.1.1.2").status_code == 302

    def test_an_office_that_mistypes_and_then_succeeds_is_not(self, db):
        for number in range(60):
            factories.make_user(f"clerk-{number}", password=PASSWORD)
            assert fail(1, f"clerk-{number}") == [200]
            assert attempt(f"clerk-{number}", PASSWORD).status_code == 302

    def test_a_success_takes_back_no_one_elses_failures(self, user):
        for number in range(19):
            fail(1, f"nobody-{number}")
        assert attempt(password=PASSWORD).status_code == 302
        assert fail(1, "nobody-19") == [429]


class TestNothingIsGivenAway:
    """Whether an account exists, is disabled, or waits for its first password."""

    @pytest.fixture
    def accounts(self, user):
        factories.make_user("gone", password=PASSWORD, is_active=False)
        factories.make_user("invited")
        return ["wang", "gone", "invited", "nobody"]

    def test_all_are_answered_alike(self, accounts):
        answers = {
            tuple(told(attempt(name, address=f"10.1.1.{number}"), name) for _ in range(6))
            for number, name in enumerate(accounts)
        }
        assert len(answers) == 1

    def test_all_cost_one_run_of_the_hasher(self, accounts, monkeypatch):
        runs, encode = [], MD5PasswordHasher.encode
        monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: runs.append(1) or encode(*args))
        costs = []
        for name in accounts:
            runs.clear()
            attempt(name)
            costs.append(len(runs))
        assert costs == [1] * len(accounts)

    def test_a_disabled_account_with_the_right_password_is_as_unknown(self, accounts):
        assert told(attempt("gone", PASSWORD), "gone") == told(attempt("nobody", PASSWORD), "nobody")


def told(response, name):
    """Status and page, without what is drawn anew for each, the minute, and the name that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|\d\d:\d\d', "", response.text)
    return response.status_code, page.replace(name, "")


class TestUnlock:
    @pytest.fixture
    def browser(self, administrator, client_of):
        return client_of(administrator)

    def test_an_administrator_sees_the_lock_and_opens_it(self, browser, administrator, clerk):
        fail(5, clerk.username)
        assert "登录锁定" in browser.get("/people/").text
        page = f"/people/{clerk.pk}/"
        assert "前不能登录" in browser.get(page).text
        assert browser.post(f"{page}unlock/").url == page
        assert "前不能登录" not in browser.get(page).text
        assert fail(1, clerk.username) == [200]
        assert [row.verb for row in audit.history(clerk) if row.by == administrator] == ["unlocked"]

    def test_an_address_is_opened_as_well(self, browser, administrator, settings):
        settings.LOCK_ADDRESS_AFTER = 2
        for number in range(2):
            attempt(f"nobody-{number}")
        assert "地址 10.1.1.1 登录失败太多" in browser.get("/people/").text
        assert browser.post("/people/addresses/unlock/", {"address": "10.1.1.1"}).url == "/people/"
        assert locks.locked_addresses() == []
        assert [row.after for row in audit.history(administrator)] == ["10.1.1.1"]

    def test_an_address_that_is_open_is_told_so(self, browser, administrator):
        fail(1)
        assert "没有锁定" in browser.post("/people/addresses/unlock/", {"address": "10.1.1.1"}, follow=True).text
        assert AccessAttempt.objects.exists()
        assert not audit.history(administrator).exists()
        assert browser.post("/people/addresses/unlock/", {"address": "x"}).status_code == 400


def test_no_password_is_kept_with_a_failure(user):
    fail(2)
    kept = AccessAttempt.objects.get()
    assert WRONG not in str(vars(kept))
