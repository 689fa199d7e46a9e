"""Accounts and posts."""

import pytest
from django.core.exceptions import ValidationError

from base.audit import history
from schools import actions
from schools.models import Role
from tests import factories

PASSWORD = "yinghua-2025-kaifaqu"


def test_create_account_is_audited(db):
    boss = factories.make_user()
    user = actions.create_account(username="wang", name="王敏", password=PASSWORD, by=boss)
    assert user.check_password(PASSWORD)
    assert [(row.verb, row.by, row.after) for row in history(user)] == [("created", boss, "wang")]


@pytest.mark.parametrize(
    ("username", "password"), [("wang", "short"), ("wang", "1234567890"), ("taken", PASSWORD), ("", PASSWORD)]
)
def test_create_account_refuses(db, username, password):
    factories.make_user("taken")
    with pytest.raises(ValidationError):
        actions.create_account(username=username, name="王敏", password=password, by=None)


def test_give_post_of_a_school(school):
    user = factories.make_user()
    post = actions.give_post(user=user, role=Role.CLERK, district=school.district, unit=school, by=None)
    assert str(post) == "第一小学 填报员"
    assert not user.is_staff


def test_give_post_wants_the_place_that_fits_the_role(school, sections):
    user, district = factories.make_user(), school.district
    for role, place in [
        (Role.CLERK, {}),
        (Role.PRINCIPAL, {"section": sections["basic"]}),
        (Role.OFFICER, {"unit": school}),
        (Role.DIRECTOR, {"unit": school}),
    ]:
        with pytest.raises(ValidationError, match="须属"):
            actions.give_post(user=user, role=role, district=district, by=None, **place)


def test_give_post_refuses_a_school_of_another_district(district, other_school):
    with pytest.raises(ValidationError, match="不属于这个区县"):
        actions.give_post(user=factories.make_user(), role=Role.CLERK, district=district, unit=other_school, by=None)


def test_administrators_enter_the_admin_site_as_long_as_they_are(district):
    user = factories.make_user()
    post = actions.give_post(user=user, role=Role.ADMINISTRATOR, district=district, by=None)
    assert user.is_staff
    actions.end_post(post, by=None)
    user.refresh_from_db()
    assert not user.is_staff
