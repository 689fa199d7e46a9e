"""Accounts, invitations, posts and handovers."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from base import clock
from base.audit import history
from schools import actions
from schools.actions import NewPerson, Unusable
from schools.models import Handover, Invitation, Role, User
from tests import factories

PASSWORD = "yinghua-2025-kaifaqu"


def told(subject):
    return [(row.verb, row.by, row.after, row.why) for row in history(subject)]


@pytest.fixture
def newcomer(district):
    return factories.make_user("newcomer", "王敏", district=district)


def test_create_account_has_no_password_and_is_audited(district, administrator):
    user = actions.create_account(username="wang", name="王敏", district=district, by=administrator)
    assert (user.has_usable_password(), user.state, user.district) == (False, "invited", district)
    assert told(user) == [("created", administrator, "wang", "")]


@pytest.mark.parametrize(
    ("username", "name", "email"),
    [("taken", "王敏", ""), ("", "王敏", ""), ("a b", "王敏", ""), ("wang", "", ""), ("wang", "王敏", "wang@")],
)
def test_create_account_refuses(district, username, name, email):
    factories.make_user("taken")
    with pytest.raises(ValidationError):
        actions.create_account(username=username, name=name, district=district, email=email, by=None)


class TestInvitation:
    def test_lets_her_set_her_password_once(self, newcomer, administrator):
        ticket = actions.invite(newcomer, by=administrator)
        user = actions.accept(ticket.token, password=PASSWORD)
        assert (user, user.check_password(PASSWORD), user.state) == (newcomer, True, "active")
        assert told(user) == [("invited", administrator, "", ""), ("password_set", user, "", "")]
        with pytest.raises(Unusable, match="已经用过"):
            actions.accept(ticket.token, password=PASSWORD)

    def test_keeps_no_token(self, newcomer):
        ticket = actions.invite(newcomer, by=None)
        assert ticket.token not in str(Invitation.objects.values().get())

    def test_is_void_when_a_newer_one_is_made(self, newcomer):
        old, new = actions.invite(newcomer, by=None), actions.invite(newcomer, by=None)
        with pytest.raises(Unusable, match="作废"):
            actions.usable_invitation(old.token)
        assert actions.usable_invitation(new.token).user == newcomer

    def test_expires_after_14_days(self, newcomer, today):
        with clock.pinned(today - datetime.timedelta(days=14), hour=0):
            token = actions.invite(newcomer, by=None).token
        with pytest.raises(Unusable, match="过期"):
            actions.accept(token, password=PASSWORD)
        with clock.pinned(today - datetime.timedelta(days=1)):
            assert actions.usable_invitation(token)

    def test_of_an_unknown_token_is_refused(self, newcomer):
        actions.invite(newcomer, by=None)
        with pytest.raises(Unusable, match="没有这份邀请"):
            actions.usable_invitation("nothing")

    def test_of_a_disabled_account_is_refused(self, newcomer, administrator):
        ticket = actions.invite(newcomer, by=None)
        actions.disable(newcomer, reason="调离", by=administrator)
        with pytest.raises(Unusable, match="已停用"):
            actions.usable_invitation(ticket.token)
        with pytest.raises(ValidationError, match="先恢复启用"):
            actions.invite(newcomer, by=None)
        actions.enable(newcomer, by=administrator)
        with pytest.raises(Unusable, match="作废"):
            actions.usable_invitation(ticket.token)

    @pytest.mark.parametrize("password", ["short", "1234567890", "newcomer-2025"])
    def test_wants_a_password_that_is_not_weak(self, newcomer, password):
        token = actions.invite(newcomer, by=None).token
        with pytest.raises(ValidationError):
            actions.accept(token, password=password)
        assert actions.usable_invitation(token)

    def test_again_leaves_the_old_password_until_a_new_one_is_set(self, district):
        user = factories.make_user("wang", password=PASSWORD, district=district)
        token = actions.invite(user, by=None).token
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
        assert actions.accept(token, password=PASSWORD + "x").check_password(PASSWORD + "x")


class TestDisable:
    def test_is_audited_with_the_reason(self, clerk, administrator):
        actions.disable(clerk, reason=" 调离 ", by=administrator)
        actions.disable(clerk, reason="再点一次", by=administrator)
        clerk.refresh_from_db()
        assert (clerk.is_active, clerk.state) == (False, "disabled")
        assert told(clerk) == [("disabled", administrator, "", "调离")]
        actions.enable(clerk, by=administrator)
        assert [row[0] for row in told(clerk)] == ["disabled", "enabled"]

    def test_of_oneself_is_refused(self, administrator):
        with pytest.raises(ValidationError, match="不能停用自己"):
            actions.disable(administrator, reason="x", by=administrator)

    def test_wants_a_reason(self, clerk, administrator):
        with pytest.raises(ValidationError, match="原因"):
            actions.disable(clerk, reason=" ", by=administrator)


def test_give_post_of_a_school(school, newcomer, administrator):
    post = actions.give_post(user=newcomer, role=Role.CLERK, district=school.district, unit=school, by=administrator)
    assert str(post) == "第一小学 填报员"
    assert not newcomer.is_staff
    assert told(newcomer) == [("appointed", administrator, "第一小学 填报员", "")]


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


def test_give_post_refuses_the_same_post_twice(school, sections, newcomer):
    for post in [
        {"role": Role.CLERK, "unit": school},
        {"role": Role.OFFICER, "section": sections["basic"]},
        {"role": Role.LEADER},
    ]:
        actions.give_post(user=newcomer, district=school.district, by=None, **post)
        with pytest.raises(ValidationError, match="已有同样的任职"):
            actions.give_post(user=newcomer, district=school.district, by=None, **post)


def test_give_post_keeps_administrator_auditor_and_director_apart(district, other_district, newcomer):
    actions.give_post(user=newcomer, role=Role.AUDITOR, district=district, by=None)
    for role in (Role.ADMINISTRATOR, Role.DIRECTOR):
        with pytest.raises(ValidationError, match="须由不同的人担任"):
            actions.give_post(user=newcomer, role=role, district=district, by=None)
    actions.give_post(user=newcomer, role=Role.ADMINISTRATOR, district=other_district, by=None)


def test_give_post_makes_no_superuser_an_auditor(district):
    with pytest.raises(ValidationError, match="超级用户不能担任"):
        actions.give_post(user=User.objects.create_superuser("root"), role=Role.AUDITOR, district=district, by=None)


def test_administrators_enter_the_admin_site_as_long_as_they_are(district):
    user = factories.make_user()
    post = actions.give_post(user=user, role=Role.ADMINISTRATOR, district=district, by=None)
    assert user.is_staff
    actions.end_post(post, by=None)
    user.refresh_from_db()
    assert not user.is_staff


class TestHandover:
    def test_to_a_new_person(self, school, principal, administrator):
        handover, ticket = actions.hand_over(
            principal.posts.get(),
            to=NewPerson("王敏", "wang"),
            note=" 台账在档案室 ",
            disables=True,
            by=administrator,
        )
        comer = actions.usable_invitation(ticket.token).user
        assert (comer.name, str(comer.posts.get())) == ("王敏", "第一小学 校长（园长）")
        assert (handover.unit, handover.leaver, handover.comer) == (school, principal, comer)
        assert (handover.note, handover.by) == ("台账在档案室", administrator)
        principal.refresh_from_db()
        assert (principal.posts.count(), principal.is_active) == (0, False)
        assert [row[0] for row in told(principal)] == ["left", "disabled"]
        assert [row[0] for row in told(comer)] == ["created", "appointed", "invited"]
        assert told(handover) == [("handed_over", administrator, "王敏", "台账在档案室")]

    def test_to_a_person_with_a_password_invites_nobody(self, district, clerk, administrator):
        comer = factories.make_user("wang", password=PASSWORD, district=district)
        handover, ticket = actions.hand_over(clerk.posts.get(), to=comer, disables=False, by=administrator)
        assert (handover.comer, ticket, clerk.is_active) == (comer, None, True)

    def test_leaves_the_account_of_one_with_another_post(self, kindergarten, clerk, newcomer, administrator):
        post = clerk.posts.get()
        factories.make_clerk(kindergarten, user=clerk)
        actions.hand_over(post, to=newcomer, disables=True, by=administrator)
        assert clerk.is_active

    def test_refuses_who_can_not_take_it(self, school, clerk, newcomer, administrator):
        post, holder = clerk.posts.get(), factories.make_clerk(school)
        actions.disable(newcomer, reason="调离", by=administrator)
        for to, why in [
            (clerk, "不能是同一个人"),
            (newcomer, "已停用"),
            (holder, "已经是"),
            (NewPerson("王敏", holder.username), "已有人用"),
        ]:
            with pytest.raises(ValidationError, match=why):
                actions.hand_over(post, to=to, disables=True, by=administrator)
        assert (clerk.posts.count(), Handover.objects.count()) == (1, 0)

    def test_twice_is_refused(self, clerk, newcomer, administrator):
        post = clerk.posts.get()
        actions.hand_over(post, to=newcomer, disables=False, by=administrator)
        with pytest.raises(ValidationError, match="已经交接"):
            actions.hand_over(clerk.posts.model(pk=999, user=clerk), to=newcomer, disables=False, by=administrator)
