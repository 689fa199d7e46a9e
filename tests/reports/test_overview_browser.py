"""总览 on a phone: what a leader must see needs no scrolling."""

import pytest
from django.conf import settings

from base.quarters import Period
from reports.measuring import measure
from tests import factories
from tests.reports.pages import url
from tests.reports.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_sentence_what_changed_and_every_action_are_one_screen(new_page, live_server, client_of, today):
    adoption = make_world()
    for period in ("2024H2", "2025H1"):
        measure(adoption, Period.parse(period), by=None)
    client = client_of(factories.make_leader(adoption.district))
    page = new_page(width=360, height=740)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": live_server.url}]
    )
    page.goto(url("overview"))
    for what in (".say", ".dist.big", ".stats.four", ".acts"):
        box = page.locator(what).first.bounding_box()
        assert box["y"] + box["height"] <= 740, what
    assert page.locator(".acts a").count() == 8  # seven actions and the safeguards
    assert page.evaluate("document.documentElement.scrollWidth") == 360
