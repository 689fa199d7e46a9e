"""Fixtures of all who walk through every address: the world, and a client for everybody in it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from base import pulse
from tests.edu_plan.access_table import HTMX_TABLE, TABLE
from tests.edu_plan.world import make_world

HEADER, *ROWS = [line.split() for line in TABLE.splitlines() if line]
HTMX_ROWS = {tuple(line.split()[:3]): line.split() for line in HTMX_TABLE.splitlines() if line}
ROLES = HEADER[3:]


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
    pulse.beat(pulse.BEAT)  # what /readyz asks for
    return make_world(adoption, school, clerk, officer, director)


@pytest.fixture
def clients(
    client_of, clerk, principal, officer, other_officer, director, leader, administrator, auditor
) -> dict[str, Client]:
    people = [clerk, principal, officer, other_officer, director, leader, administrator, auditor]
    return {"visitor": Client()} | dict(zip(ROLES[1:], map(client_of, people), strict=True))
