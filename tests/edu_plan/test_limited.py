"""Which addresses are limited: whatever takes a file, whatever gives one, wherever one searches."""

import re

import pytest
from django.urls import get_resolver, resolve, reverse

from edu_plan.limits import LIMITED
from tests.edu_plan.walk import ROLES, ROWS, addresses

pytestmark = pytest.mark.security

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)


def test_what_takes_files_gives_files_and_searches_is_limited(world, clients):
    varying, wanted = dict(addresses(get_resolver())), set()
    for method, name, whose, *answers in ROWS:
        if method == "GET" and "200" in answers and not name.startswith("admin:"):
            client = clients[ROLES[answers.index("200")]]
            url = reverse(name, kwargs={key: world[whose][key] for key in varying[name]})
            wanted |= wanted_of(client.get(url), url, name)
    assert {("POST", "schools:import"), ("GET", "reports:pack"), ("GET", "schools:people")} <= wanted
    assert wanted - set(LIMITED) == set()


def wanted_of(response, url, name):
    """Method and address of what a response is or leads to."""
    if response["Content-Type"].startswith("text/plain"):
        return set()  # /healthz and /readyz: what watches asks as often as it likes
    if response.streaming or not response["Content-Type"].startswith("text/html"):
        (response.getvalue() if response.streaming else None)
        return {("GET", name)}
    wanted = set()
    for attributes, inside in FORM.findall(response.text):
        action = re.search(r'action="([^"?]+)', attributes)
        to = resolve(action.group(1) if action else url).view_name
        if 'type="file"' in inside:
            wanted.add(("POST", to))
        if 'method="post"' not in attributes and re.search(r'type="(search|text)"', inside):
            wanted.add(("GET", to))
    return wanted
