"""What a password must be, and when it must be changed."""

import datetime

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command

from edu_plan import settings
from schools import credentials, passwords
from schools.models import User
from tests import factories

GOOD = "Lanse-Dengta-77"


@pytest.fixture
def user(db):
    return factories.make_user("liming", "李明")


@pytest.mark.parametrize("password", [GOOD, "hai-ou.Fei 42 ya", "x7#Kp-vRm2tQ", "白鹭-Heron-飞过"])
def test_a_good_one_passes(user, password):
    validate_password(password, user)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Lan-77", "至少 10 位"),
        ("lansedengta77", "三类"),
        ("LANSE DENGTA", "三类"),
        (GOOD * 9, "最多 128"),
        ("my-Liming-77", "登录名"),
        ("Lanse-李明-77", "姓名"),
    ],
)
def test_a_bad_one_is_told_why(user, password, why):
    with pytest.raises(ValidationError, match=why):
        validate_password(password, user)


@pytest.mark.parametrize(
    "password",
    """Admin@123456 P@ssw0rd2025 Password!234 1qaz@WSX3edc Zaq12wsx!@ Qwer1234!@#$ Aa12345678! Woaini@1314 Xuexiao@2025
    Jiaoyuju-2024! ZhongGuo#666888 Abcd-1234-5678 Q1w2e3r4t5! Laoshi@520520 aaaBBB111222 !QAZ2wsx#EDC Guest.2024.Guest
    YouErYuan_123""".split(),
)
def test_what_everybody_tries_is_refused(user, password):
    with pytest.raises(ValidationError, match="常见"):
        validate_password(password, user)


class TestUsedBefore:
    def take(self, user, number):
        credentials.choose_password(user, f"{GOOD}-{number}x", by=user)

    def test_the_last_five_are_refused_and_the_sixth_is_not(self, user):
        for number in range(6):
            self.take(user, number)
        for number in range(1, 6):
            with pytest.raises(ValidationError, match="最近 5 次"):
                self.take(user, number)
        self.take(user, 0)
        assert user.used_passwords.count() == passwords.REMEMBERED

    def test_one_that_another_set_counts(self, user):
        user.set_password(GOOD)
        user.save()
        with pytest.raises(ValidationError, match="最近 5 次"):
            credentials.choose_password(user, GOOD, by=user)

    def test_the_present_one_counts_though_nothing_was_remembered(self, db):
        user = factories.make_user("wang", password=GOOD)
        with pytest.raises(ValidationError, match="最近 5 次"):
            credentials.choose_password(user, GOOD, by=user)

    def test_a_password_from_before_anything_was_remembered_counts(self, db):
        user = factories.make_user("wang", password=GOOD)  # no row yet
        self.take(user, 1)
        with pytest.raises(ValidationError, match="最近 5 次"):
            credentials.choose_password(user, GOOD, by=user)


class TestMustChange:
    @pytest.fixture(autouse=True)
    def for_work(self, settings, today):
        settings.DEMO, settings.PASSWORD_MAX_AGE_DAYS = False, 90

    def test_what_another_set_must_be_changed(self, db, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", GOOD)
        call_command("createsuperuser", username="root", email="root@example.cn", interactive=False)
        user = User.objects.get(username="root")
        assert "别人设的" in passwords.must_change(user)
        credentials.choose_password(user, f"{GOOD}-x", by=user)
        assert passwords.must_change(User.objects.get(username="root")) == ""

    def test_an_old_one_must_be_changed(self, user, settings, today):
        credentials.choose_password(user, GOOD, by=user)
        for days, must in [(89, False), (90, True)]:
            settings.PLAN_TODAY = today + datetime.timedelta(days=days)
            assert bool(passwords.must_change(user)) == must
        settings.PASSWORD_MAX_AGE_DAYS = 0
        assert passwords.must_change(user) == ""

    def test_nobody_must_in_a_demo_or_without_a_password(self, user, settings):
        assert passwords.must_change(user) == ""
        user.set_password(GOOD)
        settings.DEMO = True
        assert passwords.must_change(user) == ""


def test_the_product_hashes_with_argon2():
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert Argon2PasswordHasher().encode(GOOD, "saltsalt").startswith("argon2$argon2id$")
