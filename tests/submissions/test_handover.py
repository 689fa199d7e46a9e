"""A post changes hands, with what is pending."""

import datetime
import re

import pytest

from base import clock
from schools import actions
from schools.models import Handover, User
from submissions.asking import Asking
from submissions.handover import pending_of
from submissions.models import Correction
from tests import factories


def text_of(response):
    return response.content.decode()


@pytest.fixture
def newcomer(district):
    return factories.make_user("newcomer", "王敏", password="yinghua-2025-kaifaqu", district=district)


@pytest.fixture
def pending(form, enter, clerk, quarter):
    """A draft now, an item returned and a correction asked for earlier."""
    enter("TEACHERS", 124)
    enter("BACKBONE", 24, state="returned", return_reason="与台账不一致", quarter=quarter - 1)
    corrected = enter("TEACHERS", 120, state="approved", quarter=quarter - 2)
    Correction.objects.create(entry=corrected, reason="重复计算", asked_at=clock.now(), asked_by=clerk)
    return form


@pytest.fixture
def browser(administrator, client_of):
    return client_of(administrator)


def url_of(user):
    return f"/people/handover/{user.posts.get().pk}/"


def hand_over(user, to, administrator, note="台账在档案室"):
    return actions.hand_over(user.posts.get(), to=to, note=note, disables=True, by=administrator)


def test_pending_is_what_the_school_has_not_finished(pending, district, quarter):
    found = pending_of(Asking(district), [pending])[pending.pk]
    assert [(one.quarter, one.filled) for one in found.forms] == [(quarter, 1)]
    assert [entry.return_reason for entry in found.returned] == ["与台账不一致"]
    assert [one.reason for one in found.corrections] == ["重复计算"]
    assert found.total == 3


def test_pending_of_one_that_has_handed_in_everything_is_nothing(form, enter, district):
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1, state="submitted")
    assert pending_of(Asking(district), [form])[form.pk].total == 0


def test_page_shows_what_goes_along(browser, pending, clerk):
    page = text_of(browser.get(url_of(clerk)))
    for words in (
        "随岗位交接的事 3 件",
        "草稿，已填 1 / 3，未提交",
        "被退回：与台账不一致",
        "更正申请待同意：重复计算",
    ):
        assert words in page


def test_to_a_new_person_shows_her_link_once(browser, form, principal):
    response = browser.post(
        url_of(principal), {"name": "王敏", "username": "wang", "note": "台账在档案室", "disables": "on"}
    )
    page = text_of(response)
    assert "王敏（第一小学 校长（园长））" in page
    assert len(set(re.findall(r"/welcome/[\w-]+/", page))) == 1
    handover = Handover.objects.get()
    assert (handover.leaver, handover.comer.username, handover.note) == (principal, "wang", "台账在档案室")
    principal.refresh_from_db()
    assert not principal.is_active


def test_to_a_person_who_is_there_leads_to_her_page(browser, form, clerk, newcomer):
    response = browser.post(url_of(clerk), {"comer": newcomer.pk})
    assert response.url == f"/people/{newcomer.pk}/"
    clerk.refresh_from_db()
    assert (clerk.is_active, clerk.posts.count(), str(newcomer.posts.get())) == (True, 0, "第一小学 填报员")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "新建账号须填姓名"),
        ({"name": "王敏"}, "新建账号须填登录名"),
        ({"name": "王敏", "username": "taken"}, "已有人用"),
        ({"name": "王敏", "username": "a b"}, "登录名只能用"),
        ({"comer": "taken", "name": "王敏"}, "请只留一样"),
        ({"comer": "holder"}, "已经是第一小学 填报员"),
        ({"comer": "stranger"}, "选择一个有效的选项"),
        ({"comer": "clerk"}, "选择一个有效的选项"),
        ({"comer": "disabled"}, "选择一个有效的选项"),
        ({"name": "王敏", "username": "wang", "note": "长" * 501}, "不超过 500 字符"),
    ],
)
def test_refuses_with_the_reason_and_changes_nothing(browser, form, clerk, district, other_district, fields, why):
    people = {
        "taken": factories.make_user("taken", district=district),
        "holder": factories.make_clerk(form),
        "stranger": factories.make_user("stranger", district=other_district),
        "disabled": factories.make_user("disabled", district=district, is_active=False),
        "clerk": clerk,
    }
    if "comer" in fields:
        fields = fields | {"comer": people[fields["comer"]].pk}
    count = User.objects.count()
    response = browser.post(url_of(clerk), fields | {"disables": "on"})
    assert (response.status_code, re.search(why, text_of(response)) is not None) == (422, True)
    assert (User.objects.count(), clerk.posts.count(), Handover.objects.count()) == (count, 1, 0)


def test_offers_to_disable_only_who_has_no_other_post(browser, form, clerk, kindergarten):
    assert 'name="disables"' in text_of(browser.get(url_of(clerk)))
    post = clerk.posts.get()
    factories.make_clerk(kindergarten, user=clerk)
    page = text_of(browser.get(f"/people/handover/{post.pk}/"))
    assert ('name="disables"' in page, "第一幼儿园 填报员" in page) == (False, True)


def test_of_a_post_that_is_no_schools_is_not_found(browser, form, officer):
    assert browser.get(url_of(officer)).status_code == 404


class TestNewcomersHome:
    def test_tells_who_when_why_and_what_with_links(self, pending, clerk, newcomer, administrator, client_of):
        hand_over(clerk, newcomer, administrator)
        page = text_of(client_of(newcomer).get("/fill/"))
        for words in (
            "交接事项",
            f"2025年7月3日，{clerk.name}把填报员交接给您",
            "台账在档案室",
            "现在还没有办完的 3 件",
            "/fill/pri-01/2025Q1/#f-BACKBONE",
        ):
            assert words in page

    def test_is_live(self, pending, clerk, newcomer, administrator, client_of, elements):
        hand_over(clerk, newcomer, administrator)
        Correction.objects.update(state="dropped", ended_at=clock.now())
        assert "现在还没有办完的 2 件" in text_of(client_of(newcomer).get("/fill/"))

    def test_is_told_for_30_days_to_her_alone(
        self, pending, clerk, principal, newcomer, administrator, client_of, settings, today
    ):
        hand_over(clerk, newcomer, administrator)
        shown = []
        for user, day in [(newcomer, 30), (newcomer, 31), (principal, 1)]:
            settings.PLAN_TODAY = today + datetime.timedelta(days=day)
            with clock.pinned(settings.PLAN_TODAY, hour=0):
                shown.append("交接事项" in text_of(client_of(user).get("/fill/")))
        assert shown == [True, False, False]

    def test_of_nothing_pending_says_so(self, form, enter, clerk, newcomer, administrator, client_of):
        for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
            enter(code, 1, state="submitted")
        hand_over(clerk, newcomer, administrator)
        assert "没有还没办完的事" in text_of(client_of(newcomer).get("/fill/"))
