"""No page of the demo, in any role, breaks a rule that axe can check (WCAG 2 A and AA, and good practice), or has a
script that fails."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from schools.models import User
from tests.screenshots import EXPECTED, PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What the smallest demo district has not.
NOT_HERE = {"/desk/2025Q2/review/C006/", "/desk/2025Q2/history/C006/EYE_MYOPIC/"}
NOT_FOUND = "Failed to load resource: the server responded with a status of 404 (Not Found)"


def faults_of(page):
    return [
        f"{page.url} {fault['id']}: {node['html'][:200]}"
        for fault in Axe().run(page).response["violations"]
        for node in fault["nodes"]
    ]


def test_no_page_breaks_a_rule_of_accessibility(demo, page, client_of, live_server, page_errors):
    page.set_viewport_size({"width": 360, "height": 900})
    found, missing = [], set()
    for username, paths in PAGES.items():
        user = User.objects.filter(username=username).first()
        page.context.clear_cookies()
        if user:
            session = client_of(user).cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        for path in paths if user or not username else ():
            status = page.goto(path).status
            page.wait_for_load_state()
            found += faults_of(page)
            if status == 404:
                missing.add(path)
                page_errors.remove(f"{page.url}: {NOT_FOUND}")
    assert (found, missing) == ([], NOT_HERE | set(EXPECTED))
