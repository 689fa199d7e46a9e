"""Walks the access table: every address, asked by everybody."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from base import clock
from base.models import Job, JobState
from tests import factories
from tests.edu_plan.access_table import TABLE

HEADER, *ROWS = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
ROLES = HEADER[3:]


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of all addresses; the admin site counts as one."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield namespace + pattern.name
        elif pattern.namespace == "admin":
            yield "admin:index"
        else:
            yield from addresses(pattern, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))


def make_job(by) -> Job:
    now = clock.now()
    return Job.objects.create(
        kind="test.steps", key=str(by), by=by, state=JobState.DONE, created_at=now, finished_at=now
    )


@pytest.fixture
def world(today, adoption, sections, school, other_school, director):
    """One of everything, own, of a neighbour and of another district."""
    stranger = factories.make_director(other_school.district)
    return SimpleNamespace(own_job=make_job(director), foreign_job=make_job(stranger))


@pytest.fixture
def clients(client_of, clerk, principal, officer, other_officer, director, leader, administrator) -> dict[str, Client]:
    people = [clerk, principal, officer, other_officer, director, leader, administrator]
    return {"visitor": Client()} | dict(zip(ROLES[1:], map(client_of, people), strict=True))


def arguments(name: str, whose: str, world: SimpleNamespace) -> dict[str, Any]:
    """What stands in the address."""
    match name, whose:
        case "job", "own":
            return {"pk": world.own_job.pk}
        case "job", "foreign":
            return {"pk": world.foreign_job.pk}
    return {}


def answer(client: Client, method: str, url: str) -> str:
    """The status; nothing of what the request did remains."""
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url)
        transaction.set_rollback(True)
    is_login = response.status_code == 302 and response.url.startswith("/login/?")
    return "login" if is_login else str(response.status_code)


def test_every_address_is_in_the_table():
    assert sorted(set(addresses(get_resolver())) - {row[1] for row in ROWS}) == []


def test_the_table_names_no_address_that_is_gone():
    assert sorted({row[1] for row in ROWS} - set(addresses(get_resolver()))) == []


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row[:3]) for row in ROWS])
def test_everybody_gets_what_the_table_says(row, world, clients):
    method, name, whose, *expected = row
    url = reverse(name, kwargs=arguments(name, whose, world))
    got = {role: answer(clients[role], method, url) for role in ROLES}
    assert got == dict(zip(ROLES, expected, strict=True))
