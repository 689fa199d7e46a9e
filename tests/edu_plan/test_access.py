"""Walks the access table: every address, asked by everybody."""

from copy import copy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.edu_plan.walk import ROLES, ROWS, addresses

OF_NO_ROOM = {row[1] for row in ROWS if row[1].split(":")[0] not in ("submissions", "reports")}


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
