"""What a reader's browser keeps of a published bulletin, and when it is sent anew (docs/decisions/0140)."""

import datetime

import pytest
from playwright.sync_api import expect

from base import clock
from reports.actions import draft
from reports.measuring import measure
from tests import factories
from tests.bulletins import issued
from tests.reports.pages import text_of, url
from tests.reports.small import HALF, NOW, report

PAGE = url("bulletin", HALF)


def asked(client, **headers):
    """Again, with the tag of what was sent; a new page in between comes with another."""
    return client.get(PAGE, headers={"If-None-Match": client.get(PAGE)["ETag"]} | headers)


def answer_after(change, client):
    """The status that the browser gets which had the page before ``change``."""
    tag = client.get(PAGE)["ETag"]
    change()
    return client.get(PAGE, headers={"If-None-Match": tag}).status_code


def test_is_not_sent_twice(published, client_of, leader):
    client = client_of(leader)
    again = asked(client)
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")
    packed = client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert (packed["Content-Encoding"], packed["ETag"][:3]) == ("gzip", 'W/"')
    assert client.get(PAGE, headers={"If-None-Match": packed["ETag"]}).status_code == 304


def test_those_who_make_it_keep_nothing(published, client_of, officer):
    answer = client_of(officer).get(PAGE)
    assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)


def test_is_sent_anew_when_it_says_something_else(published, rate, district, client_of, leader, officer, director):
    client = client_of(leader)
    element = rate.definitions.get().elements[0]
    later = {"approved_at": clock.now() + datetime.timedelta(days=1)}
    unit = factories.make_unit(district, "new", stages=["primary"])
    assert answer_after(lambda: factories.make_entry(element, unit, NOW, 1, **later), client) == 200
    assert answer_after(lambda: factories.make_message(leader), client) == 200
    again = draft(measure(published.bulletin.adoption, HALF, by=officer), by=officer)
    assert answer_after(lambda: issued(again, by=director), client) == 200
    assert asked(client).status_code == 304


def test_is_sent_anew_by_a_new_release(published, client_of, leader, settings):
    """Whose style sheets and scripts have other names."""
    assert answer_after(lambda: setattr(settings, "STATIC_URL", "/static/other/"), client_of(leader)) == 200


def test_is_sent_anew_to_somebody_else_and_to_a_new_session(published, client_of, leader, district):
    client = client_of(leader)
    tag = client.get(PAGE)["ETag"]
    for other in (client_of(factories.make_leader(district)), client_of(leader)):
        assert other.get(PAGE, headers={"If-None-Match": tag}).status_code == 200


def test_ends_with_the_right_and_with_the_session(published, client_of, leader, other_district):
    client = client_of(leader)
    assert answer_after(lambda: leader.posts.update(district=other_district), client) == 404
    leader.posts.update(district=published.bulletin.adoption.district)
    assert answer_after(lambda: None, client) == 304
    assert answer_after(lambda: client.post("/logout/"), client) == 302


def test_leaving_empties_what_the_browser_kept(leader, client_of, settings):
    client = client_of(leader)
    assert client.get("/messages/").has_header("Clear-Site-Data") is False
    assert client.post("/logout/")["Clear-Site-Data"] == '"cache"'
    late = client_of(leader)
    settings.SESSION_IDLE = 0
    assert late.get(PAGE)["Clear-Site-Data"] == '"cache"'


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nobody_goes_back_to_it_after_leaving(published, client_of, leader, page, live_server):
    session = client_of(leader).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(PAGE)
    page.goto("/messages/")
    page.go_back()
    expect(page.get_by_role("region", name="一屏看懂")).to_be_visible()
    page.locator(".who summary").click()
    page.get_by_role("button", name="退出登录", exact=True).click()
    expect(page.get_by_label("密码")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("密码")).to_be_visible()


def test_each_edition_has_its_own_paper(published, rate, kindergarten, client_of, leader, officer, director):
    """It is drawn once a process (docs/decisions/0142)."""
    client = client_of(leader)
    first = text_of(client.get(PAGE))
    report(rate, kindergarten, 0, 60)
    second = issued(draft(measure(published.bulletin.adoption, HALF, by=officer), by=officer), by=director)
    assert published.checksum in first
    assert (second.checksum in text_of(client.get(PAGE)), second.checksum == published.checksum) == (True, False)
    assert published.checksum in text_of(client.get(PAGE, {"edition": 1}))
