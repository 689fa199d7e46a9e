"""Walks the access table: every address, asked by everybody."""

from collections.abc import Iterator
from copy import copy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.edu_plan.access_table import TABLE
from tests.edu_plan.world import make_world

HEADER, *ROWS = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
ROLES = HEADER[3:]
OF_NO_ROOM = {row[1] for row in ROWS if row[1].split(":")[0] not in ("submissions", "reports")}


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, set[str]]]:
    """The names of all addresses, with the names of what varies in them; the admin site counts as one."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield namespace + pattern.name, set(pattern.pattern.converters)
        elif pattern.namespace == "admin":
            yield "admin:index", set()
        else:
            yield from addresses(pattern, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))


@pytest.fixture
def world(today, adoption, sections, bureau, school, clerk, officer, director) -> dict[str, dict[str, object]]:
    return make_world(adoption, school, clerk, officer, director)


@pytest.fixture
def clients(
    client_of, clerk, principal, officer, other_officer, director, leader, administrator, auditor
) -> dict[str, Client]:
    people = [clerk, principal, officer, other_officer, director, leader, administrator, auditor]
    return {"visitor": Client()} | dict(zip(ROLES[1:], map(client_of, people), strict=True))


def answer(client: Client, method: str, url: str) -> str:
    """The status; nothing of what the request did remains."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url)
        transaction.set_rollback(True)
    if response.streaming:
        response.getvalue()
    client.cookies = cookies
    is_login = response.status_code == 302 and response.url.startswith("/login/?")
    return "login" if is_login else str(response.status_code)


def test_every_address_is_in_the_table():
    assert sorted({name for name, _ in addresses(get_resolver())} - {row[1] for row in ROWS}) == []


def test_the_table_names_no_address_that_is_gone():
    assert sorted({row[1] for row in ROWS} - {name for name, _ in addresses(get_resolver())}) == []


def test_a_method_without_a_row_is_refused(world, clients):
    allowed = {(row[0], row[1]) for row in ROWS} | {("GET", "logout"), ("POST", "admin:index")}
    answers = {}
    for name, varying in addresses(get_resolver()):
        url = reverse(name, kwargs={key: world["own"][key] for key in varying})
        for method in {"GET", "POST"}:
            if (method, name) not in allowed:
                answers[method, name] = answer(clients["director"], method, url)
    assert set(answers.values()) == {"405"}, answers


@pytest.mark.parametrize("room", ["no room", "submissions", "reports"])
def test_everybody_gets_what_the_table_says(room, world, clients):
    varying = dict(addresses(get_resolver()))
    rows = [row for row in ROWS if row[1].startswith(f"{room}:") or (room == "no room" and row[1] in OF_NO_ROOM)]
    got = []
    for method, name, whose, *_ in rows:
        url = reverse(name, kwargs={key: world[whose][key] for key in varying[name]})
        got.append([method, name, whose, *(answer(clients[role], method, url) for role in ROLES)])
    assert got == rows
