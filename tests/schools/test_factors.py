"""The second factor: enrolling, signing in with it, recovery codes, a lost phone."""

import base64
import re
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from base import audit
from schools import credentials, factors
from schools.models import Role
from tests import factories

PASSWORD = "Lanse-Dengta-77"
WRONG_CODE = "000000"


class Phone:
    """What an app makes of the key that stands on the page; each code is of a later time, for none is taken twice."""

    def __init__(self, page):
        text = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
        self.key = base64.b32decode(text + "=" * (-len(text) % 8))
        self.ahead = 0

    @property
    def code(self):
        totp = TOTP(self.key)
        totp.time = time.time() + self.ahead
        self.ahead = 30
        return f"{totp.token():06d}"


@pytest.fixture(autouse=True)
def never_wait(settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = settings.OTP_STATIC_THROTTLE_FACTOR = 0


@pytest.fixture
def user(officer, adoption):
    credentials.choose_password(officer, PASSWORD, by=officer)
    return officer


def sign_in(user, client=None, address="/login/"):
    client = client or Client()
    client.response = client.post(address, {"username": user.username, "password": PASSWORD})
    return client


def enrol(browser, query=""):
    """The phone, and the page with the recovery codes."""
    page = browser.get(f"/account/factor/{query}").text
    phone, key = Phone(page), re.search(r'name="key" value="([^"]+)"', page)[1]
    return phone, browser.post(f"/account/factor/{query}", {"key": key, "code": phone.code})


def codes_on(response):
    return re.findall(r"^(?:<pre.*>)?([a-z2-7]{5}-[a-z2-7]{5})$", response.text, re.MULTILINE)


@pytest.fixture
def enrolled(user):
    """Her phone and her recovery codes."""
    phone, response = enrol(sign_in(user))
    return phone, codes_on(response)


def is_in(client):
    return "_auth_user_id" in client.session


class TestEnrolling:
    def test_shows_key_and_picture_and_writes_nothing(self, user):
        page = sign_in(user).get("/account/factor/").text
        assert 'src="data:image/svg+xml' in page
        assert Phone(page).key
        assert not TOTPDevice.objects.exists()

    def test_by_a_code_tells_ten_recovery_codes_once(self, user):
        browser = sign_in(user)
        _, response = enrol(browser)
        assert (response.status_code, len(set(codes_on(response)))) == (200, 10)
        assert "no-store" in response.headers["Cache-Control"]
        page = browser.get("/account/").text
        assert "恢复码还剩 10 个" in page
        assert not any(code in page for code in codes_on(response))
        assert [row.verb for row in audit.history(user)][-1] == "factor_enrolled"

    def test_by_a_wrong_code_is_refused_and_the_picture_stays(self, user):
        browser = sign_in(user)
        page = browser.get("/account/factor/").text
        key = re.search(r'name="key" value="([^"]+)"', page)[1]
        response = browser.post("/account/factor/", {"key": key, "code": WRONG_CODE})
        assert (response.status_code, "验证码不对" in response.text) == (422, True)
        assert Phone(response.text).key == Phone(page).key
        assert not TOTPDevice.objects.exists()

    def test_of_anothers_or_an_old_page_shows_a_new_picture(self, user, principal):
        theirs = factors.offer(principal)
        phone = Phone(f'<code class="secret">{factors.text_of(factors.offered(principal, theirs))}</code>')
        response = sign_in(user).post("/account/factor/", {"key": theirs, "code": phone.code})
        assert (response.status_code, "页面已过期" in response.text) == (422, True)
        assert not TOTPDevice.objects.exists()

    def test_ends_her_other_sessions(self, user):
        other, browser = sign_in(user), sign_in(user)
        enrol(browser)
        assert browser.get("/account/").status_code == 200
        assert other.get("/account/").status_code == 302

    def test_a_new_phone_wants_the_password_and_takes_the_place_of_the_old(self, user, enrolled):
        old, codes = enrolled
        browser = signed_in_twice(user, old.code)
        page = browser.get("/account/factor/").text
        phone, key = Phone(page), re.search(r'name="key" value="([^"]+)"', page)[1]
        sent = {"key": key, "code": phone.code, "old_password": "Wrong-Dengta-77"}
        assert "现在的密码不对" in browser.post("/account/factor/", sent).text
        phone.ahead = 0
        assert (
            browser.post("/account/factor/", sent | {"code": phone.code, "old_password": PASSWORD}).status_code == 200
        )
        assert TOTPDevice.objects.count() == 1
        assert not is_in(signed_in_twice(user, codes[0]))
        assert is_in(signed_in_twice(user, phone.code))


def signed_in_twice(user, code):
    browser = sign_in(user)
    browser.response = browser.post(browser.response.url, {"code": code})
    return browser


class TestSecondStep:
    def test_the_password_alone_lets_nobody_in(self, user, enrolled):
        browser = sign_in(user, address="/login/?next=/desk/")
        assert browser.response.url == "/login/code/?next=%2Fdesk%2F"
        assert not is_in(browser)
        assert browser.get("/desk/").url == "/login/?next=/desk/"

    def test_a_code_does_and_leads_on(self, user, enrolled):
        phone, _ = enrolled
        browser = sign_in(user, address="/login/?next=/desk/")
        assert browser.post("/login/code/?next=/desk/", {"code": phone.code}).url == "/desk/"
        assert browser.get("/desk/").status_code == 200

    def test_a_code_works_once(self, user, enrolled):
        phone, _ = enrolled
        code = phone.code
        assert is_in(signed_in_twice(user, code))
        browser = signed_in_twice(user, code)
        assert (browser.response.status_code, is_in(browser)) == (422, False)

    def test_a_recovery_code_works_once_and_is_audited(self, user, enrolled):
        _, codes = enrolled
        assert is_in(signed_in_twice(user, codes[3].upper()))
        assert "recovery_code_used" in [row.verb for row in audit.history(user)]
        assert not is_in(signed_in_twice(user, codes[3]))
        assert factors.codes_left(user) == 9

    def test_without_the_password_before_it_leads_to_the_login(self, user, enrolled, client):
        phone, _ = enrolled
        assert client.post("/login/code/", {"code": phone.code}).url == "/login/?next="
        assert not is_in(client)

    def test_the_password_is_good_for_five_minutes(self, user, enrolled, monkeypatch):
        phone, _ = enrolled
        browser, now, code = sign_in(user), time.time(), phone.code
        monkeypatch.setattr("schools.views.signing.time.time", lambda: now + 301)
        assert browser.post("/login/code/", {"code": code}).url.startswith("/login/")

    def test_wrong_codes_lock_like_wrong_passwords(self, user, enrolled):
        phone, _ = enrolled
        browser = sign_in(user)
        tries = [browser.post("/login/code/", {"code": WRONG_CODE}).status_code for _ in range(5)]
        assert tries == [422] * 4 + [429]
        assert browser.post("/login/code/", {"code": phone.code}).status_code == 429
        assert sign_in(user).response.status_code == 429
        assert not is_in(browser)

    def test_the_password_again_takes_no_failure_back(self, user, enrolled):
        for expected in [422] * 4 + [429]:
            assert signed_in_twice(user, WRONG_CODE).response.status_code == expected

    def test_waits_after_a_wrong_code(self, user, enrolled, settings):
        settings.OTP_TOTP_THROTTLE_FACTOR = 10
        phone, _ = enrolled
        signed_in_twice(user, WRONG_CODE)
        assert not is_in(signed_in_twice(user, phone.code))

    def test_a_new_password_meanwhile_stops_before_it(self, user, enrolled):
        phone, _ = enrolled
        browser = sign_in(user)
        credentials.choose_password(user, "Hupan-Yanzi-31", by=user)
        assert browser.post("/login/code/", {"code": phone.code}).url == "/login/?next="

    def test_a_disabled_account_stops_before_it(self, user, enrolled):
        phone, _ = enrolled
        browser = sign_in(user)
        type(user).objects.update(is_active=False)
        assert browser.post("/login/code/", {"code": phone.code}).url == "/login/?next="

    def test_a_link_for_a_forgotten_password_asks_for_it_as_well(self, user, enrolled):
        new, browser = "Hupan-Yanzi-31", Client()
        welcome = f"/welcome/{factories.make_invitation(user)}/"
        response = browser.post(welcome, {"new_password1": new, "new_password2": new})
        assert (response.url, is_in(browser)) == ("/login/code/?next=%2F", False)
        assert browser.post(response.url, {"code": enrolled[0].code}).url == "/"


class TestRequired:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.REQUIRE_SECOND_FACTOR = True

    def test_who_must_is_led_to_it_from_every_page_and_back(self, user):
        browser = sign_in(user)
        assert browser.get("/desk/?quarter=2025Q2").url == "/account/factor/?next=%2Fdesk%2F%3Fquarter%3D2025Q2"
        assert browser.post("/messages/read/").url == "/account/factor/?next=%2F"
        assert browser.get("/desk/", headers={"HX-Request": "true"}).status_code == 403
        _, response = enrol(browser, "?next=%2Fdesk%2F")
        assert 'href="/desk/"' in response.text
        assert browser.get("/desk/").status_code == 200

    def test_who_need_not_is_not(self, clerk, principal, leader, client_of, adoption):
        for person in (clerk, principal, leader):
            assert client_of(person).get("/messages/").status_code == 200

    def test_who_gets_such_a_post_is_at_once(self, clerk, client_of, adoption, sections):
        browser = client_of(clerk)
        assert browser.get("/messages/").status_code == 200
        factories.make_officer(sections["basic"], user=clerk)
        assert browser.get("/messages/").status_code == 302

    def test_of_whom(self, officer, director, administrator, auditor, client_of):
        assert {Role.OFFICER, Role.DIRECTOR, Role.ADMINISTRATOR} < set(factors.WANTED_OF)
        for person in (officer, director, administrator, auditor):
            assert client_of(person).get("/messages/").url.startswith("/account/factor/")

    def test_costs_no_query(self, user, enrolled, clerk, client_of, settings):
        browsers = [(client_of(clerk), "/fill/"), (signed_in_twice(user, enrolled[0].code), "/desk/")]
        counts = {}
        for is_strict in (False, True, False):
            settings.REQUIRE_SECOND_FACTOR, settings.DEMO = is_strict, not is_strict
            for browser, address in browsers:
                with CaptureQueriesContext(connection) as queries:
                    assert browser.get(address).status_code == 200
                counts[address, is_strict] = len(queries)
        assert counts["/fill/", True] == counts["/fill/", False]
        assert counts["/desk/", True] == counts["/desk/", False]

    def test_a_new_password_comes_first(self, user, settings):
        settings.DEMO = False
        user.set_password(PASSWORD)
        user.save()
        assert sign_in(user).get("/desk/").url.startswith("/password/")


class TestReset:
    @pytest.fixture
    def browser(self, administrator, client_of):
        return client_of(administrator)

    def test_by_an_administrator_with_a_reason(self, browser, user, enrolled):
        theirs = signed_in_twice(user, enrolled[0].code)
        page = f"/people/{user.pk}/"
        assert "已绑定" in browser.get(page).text
        response = browser.post(f"{page}factor/reset/", {"reason": " "})
        assert (response.status_code, "重置须写明原因" in response.text) == (422, True)
        assert browser.post(f"{page}factor/reset/", {"reason": "手机丢了"}).url == page
        row = audit.history(user).last()
        assert (row.verb, row.why) == ("factor_reset", "手机丢了")
        assert (TOTPDevice.objects.count(), StaticDevice.objects.count()) == (0, 0)
        assert theirs.get("/account/").status_code == 302
        assert is_in(sign_in(user))

    def test_of_oneself_is_refused(self, browser, administrator):
        response = browser.post(f"/people/{administrator.pk}/factor/reset/", {"reason": "x"})
        assert response.status_code == 422

    def test_on_the_server(self, user, enrolled):
        call_command("reset_factor", user.username)
        assert not TOTPDevice.objects.exists()
        with pytest.raises(CommandError, match="没有登录名"):
            call_command("reset_factor", "nobody")

    def test_an_unlocked_account_need_not_wait(self, browser, user, enrolled, settings):
        settings.OTP_TOTP_THROTTLE_FACTOR = 100
        for _ in range(5):
            signed_in_twice(user, WRONG_CODE)
        browser.post(f"/people/{user.pk}/unlock/")
        assert is_in(signed_in_twice(user, enrolled[0].code))


class TestRecoveryCodes:
    def test_new_ones_want_the_password_and_void_the_old(self, user, enrolled):
        phone, old = enrolled
        browser = signed_in_twice(user, phone.code)
        assert browser.post("/account/factor/codes/", {"old_password": "Wrong-Dengta-77"}).status_code == 422
        new = codes_on(browser.post("/account/factor/codes/", {"old_password": PASSWORD}))
        assert len(new) == 10
        assert not is_in(signed_in_twice(user, old[0]))
        assert is_in(signed_in_twice(user, new[0]))

    def test_are_not_to_be_read_in_the_database(self, user, enrolled):
        _, codes = enrolled
        stored = " ".join(StaticToken.objects.values_list("token", flat=True)).lower()
        assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_nobody_reads_a_key_in_the_admin_site(administrator, client_of):
    administrator.is_superuser = True
    administrator.save()
    page = client_of(administrator).get("/admin/").text
    assert "otp_totp" not in page
    assert "axes" not in page
