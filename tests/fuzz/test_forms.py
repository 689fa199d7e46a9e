"""Every address and every form, sent what no browser sends: never an error of ours, never for long, never large."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from hypothesis import strategies as st

from tests.edu_plan.walk import ROLES, ROWS, addresses
from tests.fuzz.texts import cases, encoded, texts
from tests.fuzz.watch import watched

pytestmark = pytest.mark.security

VARYING = dict(addresses(get_resolver()))
REFUSED = ("login", "403", "404")
NAMED = re.compile(r'name="([^"]+)"(?: value="([^"]*)")?')


def rows_of(method: str) -> list[tuple[str, str, str]]:
    """Address, whose, and the first of those who are let in."""
    found = [(name, whose, answers) for verb, name, whose, *answers in ROWS if verb == method]
    let_in = ((name, whose, [answer not in REFUSED for answer in answers]) for name, whose, answers in found)
    return [(name, whose, ROLES[answers.index(True)]) for name, whose, answers in let_in if any(answers)]


def fields_of_forms() -> Iterator[str]:
    waiting = [forms.Form, forms.ModelForm]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        for kind in kinds:
            yield from kind.base_fields


def sent(pairs: list[tuple[str, str]]) -> str:
    """As the body of a form; what is no UTF-8, too."""
    return "&".join("=".join(quote_from_bytes(encoded(text)) for text in pair) for pair in pairs)


@pytest.fixture
def known(world: dict[str, dict[str, object]], clients: dict[str, Client]) -> list[tuple[str, str]]:
    """Names of fields with values that pages offer for them."""
    found = {(name, "") for name in fields_of_forms()}
    for name, whose, role in rows_of("GET"):
        response = clients[role].get(url_of(name, world[whose]))
        if response.streaming:
            response.getvalue()
        elif response.get("Content-Type", "").startswith("text/html"):
            found |= set(NAMED.findall(response.text))
    return sorted(found)


def url_of(name: str, args: dict[str, object]) -> str:
    return reverse(name, kwargs={key: args[key] for key in VARYING[name]})


def asked(client: Client, method: str, url: str, **options: Any) -> int:
    """The status; nothing of what the request did remains."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, url, **options)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code


@cases(st.data())
def test_every_form_takes_any_text(world, clients, known, data):
    name, whose, role = data.draw(st.sampled_from(rows_of("POST")))
    drawn = data.draw(st.lists(st.tuples(st.sampled_from(known), st.none() | texts), max_size=8))
    body = sent([(field, value if text is None else text) for (field, value), text in drawn])
    headers = {"HX-Request": "true"} if data.draw(st.booleans()) else {}
    options = {"data": body, "content_type": "application/x-www-form-urlencoded", "headers": headers}
    with watched("form"):
        status = asked(clients[role], "POST", url_of(name, world[whose]), **options)
    assert status < 500


@cases(st.data())
def test_every_address_takes_any_text(world, clients, known, data):
    name, whose, role = data.draw(st.sampled_from(rows_of("GET")))
    url, given = url_of(name, world[whose]), sorted(str(world[whose][key]) for key in VARYING[name])
    if given and data.draw(st.booleans()):
        part = quote(data.draw(st.sampled_from(given)))
        url = url.replace(part, quote_from_bytes(encoded(data.draw(texts))[:2000], safe=""))
    drawn = data.draw(st.lists(st.tuples(st.sampled_from(known), texts), max_size=3))
    query = sent([(field, text[:2000]) for (field, _), text in drawn])
    with watched("address"):
        status = asked(clients[role], "GET", f"{url}?{query}")
    assert status < 500
