"""No page of the demo, in any role, breaks a rule that axe can check (WCAG 2 A and AA, and good practice)."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from schools.models import User
from tests.screenshots import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def faults_of(page):
    return [
        f"{page.url} {fault['id']}: {node['html'][:200]}"
        for fault in Axe().run(page).response["violations"]
        for node in fault["nodes"]
    ]


def test_no_page_breaks_a_rule_of_accessibility(demo, signed_in, new_page, page_errors):
    found = []
    here = {"", *User.objects.values_list("username", flat=True)}  # this small district does not have them all
    for username, paths in PAGES.items():
        if username not in here:
            continue
        page = signed_in(username, width=360) if username else new_page(width=360)
        for path in paths:
            page.goto(path)
            page.wait_for_load_state()
            found += faults_of(page)
    page_errors.clear()  # pages that it does not have either
    assert found == []
