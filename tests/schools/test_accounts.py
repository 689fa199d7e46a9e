"""Which schools have nobody who can sign in."""

import datetime

import pytest

from schools.accounts import schools_without_account
from schools.models import Unit
from tests import factories

PASSWORD = "yinghua-2025-kaifaqu"


def codes(units):
    return [unit.code for unit in units]


def test_a_school_with_a_password_that_works_is_not_told(district, school):
    accounts = schools_without_account([district])
    assert (codes(accounts.uninvited), codes(accounts.waiting)) == (["pri-01"], [])
    clerk = factories.make_clerk(school)
    accounts = schools_without_account([district])
    assert (codes(accounts.uninvited), codes(accounts.waiting)) == ([], ["pri-01"])
    clerk.set_password(PASSWORD)
    clerk.save()
    factories.make_principal(school)  # invited, beside a clerk whose account works
    assert schools_without_account([district]).total == 0


def test_a_disabled_account_does_not_count(district, school):
    for password in (None, PASSWORD):
        factories.make_clerk(school, user=factories.make_user(password=password, is_active=False, district=district))
    assert codes(schools_without_account([district]).uninvited) == ["pri-01"]


def test_only_open_schools_of_the_district(district, bureau, other_school, today):
    factories.make_unit(district, "closed", closed=today)
    factories.make_unit(district, "coming", opened=today + datetime.timedelta(days=1))
    factories.make_unit(district, "closing", closed=today + datetime.timedelta(days=1))
    assert codes(schools_without_account([district]).uninvited) == ["closing"]


def test_words_tell_the_two_kinds_apart(district, school, kindergarten):
    factories.make_clerk(school)
    words = schools_without_account([district]).words
    assert "已邀请、还没有启用（1 所）：第一小学。" in words
    assert "还没有账号（1 所）：第一幼儿园。" in words
    Unit.objects.update(closed=datetime.date(2020, 1, 1))
    assert schools_without_account([district]).words == ""


@pytest.mark.parametrize("schools", [1, 30])
def test_takes_two_queries(district, schools, django_assert_num_queries):
    for _ in range(schools):
        factories.make_clerk(factories.make_unit(district))
    with django_assert_num_queries(2):
        assert schools_without_account([district]).words
