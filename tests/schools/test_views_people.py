"""人员: the list, a person, inviting, disabling."""

import re

import pytest

from base import audit
from base.models import AuditRow
from schools import actions
from schools.models import Invitation, User
from tests import factories

PASSWORD = "yinghua-2025-kaifaqu"
PEOPLE = "/people/"


@pytest.fixture
def browser(administrator, client_of):
    return client_of(administrator)


def text_of(response):
    return response.content.decode()


def named(browser, **query):
    """The names on the list, in order."""
    return re.findall(r'<th scope="row"><a href="/people/\d+/">(.*?)</a>', text_of(browser.get(PEOPLE, query)))


@pytest.fixture
def people(school, kindergarten, sections):
    """One in each state: 甲 active, 乙 invited, 丙 disabled."""
    made = {
        "甲": factories.make_user("jia", "甲", password=PASSWORD, district=school.district),
        "乙": factories.make_user("yi", "乙", district=school.district),
        "丙": factories.make_user("bing", "丙", password=PASSWORD, district=school.district, is_active=False),
    }
    factories.make_clerk(school, user=made["甲"])
    factories.make_principal(kindergarten, user=made["乙"])
    factories.make_officer(sections["basic"], user=made["丙"])
    return made


class TestList:
    def test_shows_the_own_district_alone(self, browser, people, other_school, administrator):
        factories.make_clerk(other_school, user=factories.make_user("far", "远人", district=other_school.district))
        User.objects.create_superuser("root", name="根")
        assert sorted(named(browser)) == sorted(["甲", "乙", "丙", administrator.name])

    def test_keeps_a_person_who_has_no_post_any_more(self, browser, people, administrator):
        actions.end_post(people["甲"].posts.get(), by=administrator)
        assert "甲" in named(browser)

    def test_leaves_out_who_has_a_post_elsewhere(self, browser, people, other_school):
        factories.make_clerk(other_school, user=people["甲"])
        assert "甲" not in named(browser)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"state": "active"}, ["甲"]),
            ({"state": "disabled"}, ["丙"]),
            ({"role": "officer"}, ["丙"]),
            ({"role": "clerk"}, ["甲"]),
            ({"q": "yi"}, ["乙"]),
            ({"q": "第一幼儿园"}, ["乙"]),
            ({"q": "甲", "role": "officer"}, []),
        ],
    )
    def test_filters(self, browser, people, query, found):
        assert named(browser, **query) == found

    def test_filters_by_place_and_state(self, browser, people, kindergarten, sections, administrator):
        assert named(browser, unit=kindergarten.pk) == ["乙"]
        assert named(browser, section=sections["basic"].pk) == ["丙"]
        assert sorted(named(browser, state="invited")) == sorted(["乙", administrator.name])

    @pytest.mark.parametrize("query", [{"state": "x"}, {"unit": "999"}, {"page": "x"}, {"role": "king"}])
    def test_refuses_filters_that_are_none(self, browser, query):
        assert browser.get(PEOPLE, query).status_code == 400

    def test_is_paged_and_keeps_the_filter(self, browser, school):
        for number in range(51):
            factories.make_clerk(school, user=factories.make_user(f"u{number:03d}", district=school.district))
        page = text_of(browser.get(PEOPLE, {"role": "clerk"}))
        assert 'href="?role=clerk&amp;page=2"' in page
        assert named(browser, role="clerk", page=2) == ["u050"]

    @pytest.mark.parametrize("count", [1, 30])
    def test_takes_the_same_queries_for_any_number(self, browser, district, sections, count, django_assert_num_queries):
        for _ in range(count):
            factories.make_clerk(factories.make_unit(district))
        with django_assert_num_queries(16):
            browser.get(PEOPLE)

    def test_tells_of_schools_without_an_account(self, browser, people, junior_school):
        page = text_of(browser.get(PEOPLE))
        assert "没有可用账号的学校 2 所" in page
        assert f"/people/invite/?unit={junior_school.pk}&amp;role=clerk" in page

    def test_of_nobody_says_what_to_do(self, browser):
        assert "没有符合条件的人" in text_of(browser.get(PEOPLE, {"q": "x"}))


class TestPerson:
    def test_shows_posts_state_and_history(self, browser, people, administrator):
        actions.disable(people["甲"], reason="调到外区", by=administrator)
        page = text_of(browser.get(f"/people/{people['甲'].pk}/"))
        for words in ("第一小学 填报员", "已停用", "从未登录", administrator.name, "停用账号", "调到外区", "恢复启用"):
            assert words in page

    def test_tells_every_event_in_chinese(self, browser, district, school, administrator):
        ticket = actions.invite_new(
            actions.NewPerson("王敏", "wang"), role="clerk", district=district, unit=school, by=administrator
        )
        user = actions.accept(ticket.token, password=PASSWORD)
        actions.end_post(user.posts.get(), by=administrator)
        actions.disable(user, reason="x", by=administrator)
        actions.enable(user, by=administrator)
        page = text_of(browser.get(f"/people/{user.pk}/"))
        verbs = {row.verb for row in audit.history(user)}
        assert (len(verbs), [verb for verb in verbs if verb in page.split("<h2>经过</h2>")[1]]) == (7, [])

    def test_tells_of_an_invitation_that_ran_out(self, browser, people, settings, today):
        actions.invite(people["乙"], by=None)
        assert "前有效" in text_of(browser.get(f"/people/{people['乙'].pk}/"))
        settings.PLAN_TODAY = today.replace(day=18)
        assert "已过期" in text_of(browser.get(f"/people/{people['乙'].pk}/"))


class TestInvite:
    def send(self, browser, **fields):
        return browser.post("/people/invite/", {"name": "王敏", "username": "wang", "role": "clerk"} | fields)

    def test_makes_account_post_and_link_which_is_shown_once(self, browser, school, administrator, client):
        page = text_of(self.send(browser, unit=school.pk, email="wang@example.cn"))
        user = User.objects.get(username="wang")
        assert (str(user.posts.get()), user.email, user.state) == ("第一小学 填报员", "wang@example.cn", "invited")
        assert [row.verb for row in audit.history(user)] == ["created", "appointed", "invited"]
        link = re.search(r"http://testserver(/welcome/[\w-]+/)", page)[1]
        for words in ("王敏（第一小学 填报员）", "登录名：wang", "只能用一次"):
            assert words in page
        assert client.get(link).status_code == 200
        assert link not in text_of(browser.get(f"/people/{user.pk}/"))

    def test_gives_an_officer_her_right_and_nothing_of_a_school(self, browser, school, sections):
        self.send(browser, role="officer", unit=school.pk, section=sections["basic"].pk, sees_sensitive="on")
        post = User.objects.get(username="wang").posts.get()
        assert (post.section, post.unit, post.sees_sensitive) == (sections["basic"], None, True)

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"role": "clerk"}, "须选一所学校"),
            ({"role": "officer"}, "须选一个科室"),
            ({"role": "leader", "sees_sensitive": "on"}, "只有科室人员和局领导"),
            ({"role": "leader", "username": "taken"}, "已有人用"),
            ({"role": "leader", "username": "a b"}, "登录名只能用"),
            ({"role": "leader", "name": ""}, "必填"),
            ({"role": "leader", "email": "x@"}, "有效的 Email 地址"),
            ({"role": "king"}, "king"),
        ],
    )
    def test_refuses_at_the_field(self, browser, fields, why):
        factories.make_user("taken")
        people = User.objects.count()
        response = self.send(browser, **fields)
        assert (response.status_code, why in text_of(response)) == (422, True)
        assert User.objects.count() == people

    def test_offers_open_schools_of_the_own_district_alone(self, browser, other_school, district, today):
        closed = factories.make_unit(district, closed=today)
        for unit in (other_school, closed):
            assert self.send(browser, unit=unit.pk).status_code == 422

    def test_fills_in_what_is_known(self, browser, school):
        page = text_of(browser.get("/people/invite/", {"unit": school.pk, "role": "principal"}))
        assert re.search(rf'<option value="{school.pk}" selected', page)
        assert '<option value="principal" selected' in page

    def test_asks_for_the_district_where_there_are_several(self, browser, administrator, other_district):
        factories.make_administrator(other_district, user=administrator)
        self.send(browser, role="leader", district=other_district.pk)
        assert User.objects.get(username="wang").district == other_district


class TestInviteAgain:
    def test_shows_new_links_for_all_that_are_ticked(self, browser, people):
        old = factories.make_invitation(people["乙"])
        response = browser.post("/people/invite/again/", {"person": [people["甲"].pk, people["乙"].pk]})
        assert len(set(re.findall(r"/welcome/[\w-]+/", text_of(response)))) == 2
        assert Invitation.objects.open().count() == 2
        with pytest.raises(actions.Unusable):
            actions.usable_invitation(old)

    def test_of_nobody_ticked_says_so(self, browser):
        response = browser.post("/people/invite/again/", {}, follow=True)
        assert "请先勾选人员" in text_of(response)

    def test_does_not_reach_another_district(self, browser, other_school):
        stranger = factories.make_clerk(other_school)
        assert browser.post("/people/invite/again/", {"person": stranger.pk}).status_code == 302
        assert not Invitation.objects.exists()

    def test_of_a_disabled_account_is_refused(self, browser, people):
        response = browser.post("/people/invite/again/", {"person": people["丙"].pk}, follow=True)
        assert "先恢复启用" in text_of(response)
        assert not Invitation.objects.exists()


class TestDisable:
    def test_wants_a_reason_and_can_be_undone(self, browser, people):
        url = f"/people/{people['甲'].pk}/"
        response = browser.post(f"{url}disable/", {"reason": " "})
        assert (response.status_code, "停用须写明原因" in text_of(response)) == (422, True)
        browser.post(f"{url}disable/", {"reason": "调离"})
        assert not User.objects.get(username="jia").is_active
        browser.post(f"{url}enable/")
        assert User.objects.get(username="jia").is_active

    def test_of_oneself_is_refused(self, browser, administrator):
        response = browser.post(f"/people/{administrator.pk}/disable/", {"reason": "x"})
        assert (response.status_code, "不能停用自己的账号" in text_of(response)) == (422, True)
        assert not AuditRow.objects.exists()


def test_accounts_are_never_deleted(browser, client_of, people):
    user = people["甲"]
    for one in (browser, client_of(User.objects.create_superuser("root"))):
        assert one.post(f"/admin/schools/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
        one.post("/admin/schools/user/", {"action": "delete_selected", "_selected_action": user.pk, "post": "yes"})
    assert User.objects.filter(pk=user.pk).exists()
