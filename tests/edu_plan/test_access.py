"""Walks the access table: every address, asked by everybody."""

from collections import defaultdict
from copy import copy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from schools.models import District
from tests import factories
from tests.edu_plan.walk import HTMX_ROWS, ROLES, ROWS, addresses

# What varies in an address and is somebody's: of a person or a whole district; of a school or section.
PERSONAL = {"plan", "adoption", "district", "pk", "message", "token"}
OF_DISTRICTS = {"unit", "section", "person", "post", "upload", "correction", "evidence"}
OF_NO_ROOM = {row[1] for row in ROWS if row[1].split(":")[0] not in ("submissions", "reports")}


def answer(client: Client, method: str, url: str, **headers: str) -> str:
    """The status; nothing of what the request did remains."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        response = client.get(url, headers=headers) if method == "GET" else client.post(url, headers=headers)
        transaction.set_rollback(True)
    if response.streaming:
        response.getvalue()
    client.cookies = cookies
    is_login = response.status_code == 302 and response.url.startswith("/login/?")
    return "login" if is_login else str(response.status_code)


def wanted_of(varying: set[str]) -> set[str]:
    """Whose things an address must be tried with, by what varies in it."""
    wanted = {"own", "foreign"} if varying & (PERSONAL | OF_DISTRICTS) else set()
    if varying & OF_DISTRICTS:
        wanted.add("neighbour")
    return wanted | ({"sensitive"} if "unit" in varying and varying & {"element", "code"} else set())


def test_the_table_tries_whose_things_each_address_names():
    varying, tried = dict(addresses(get_resolver())), defaultdict(set)
    for method, name, whose, *_ in ROWS:
        tried[method, name].add(whose)
    missing = {row: wanted_of(varying[row[1]]) - found for row, found in tried.items()}
    assert {row: lacking for row, lacking in missing.items() if lacking} == {}


def test_a_thing_of_another_district_is_never_shown():
    """404, or 403 where the role alone is refused; where nobody's posts matter, the token does."""
    shown = {
        (method, name)
        for method, name, whose, *answers in ROWS
        if whose == "foreign" and not {*answers} <= {"login", "403", "404"}
    }
    assert shown == {("GET", "schools:welcome"), ("POST", "schools:welcome")}


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


@pytest.mark.parametrize("htmx", [False, pytest.param(True, marks=pytest.mark.once)], ids=["", "htmx"])
@pytest.mark.parametrize("room", ["no room", "submissions", "reports"])
def test_everybody_gets_what_the_table_says(room, htmx, world, clients):
    varying, headers = dict(addresses(get_resolver())), {"HX-Request": "true"} if htmx else {}
    rows = [row for row in ROWS if row[1].startswith(f"{room}:") or (room == "no room" and row[1] in OF_NO_ROOM)]
    got = []
    for method, name, whose, *_ in rows:
        url = reverse(name, kwargs={key: world[whose][key] for key in varying[name]})
        got.append([method, name, whose, *(answer(clients[role], method, url, **headers) for role in ROLES)])
    assert got == ([with_htmx(row) for row in rows] if htmx else rows)


def test_who_looks_for_a_city_sees_nothing_from_within(world, client_of):
    reader = client_of(factories.make_city_reader(District.objects.get(code="kfq")))
    varying = dict(addresses(get_resolver()))
    rows = [row for row in ROWS if row[1].startswith(("reports:", "submissions:"))]
    opened = {
        (method, name)
        for method, name, whose, *_ in rows
        if answer(reader, method, reverse(name, kwargs={key: world[whose][key] for key in varying[name]}))
        not in ("403", "404")
    }
    assert opened == {("GET", "reports:city")}


def with_htmx(row: list[str]) -> list[str]:
    """The same, but that a visitor is told instead of led away, and what HTMX_TABLE says."""
    told = ["401" if answer == "login" else answer for answer in row[3:]]
    return HTMX_ROWS.get(tuple(row[:3])) or row[:3] + told
