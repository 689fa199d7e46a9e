"""The plan in a small district (world.py)."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from base import clock
from tasks.models import Adoption
from tests.reports.world import make_world


@pytest.fixture
def world(db, today) -> Adoption:
    """Eight schools and the bureau with values of 2022Q1–2025Q2."""
    return make_world()


@pytest.fixture(scope="module")
def passing_world(django_db_setup, django_db_blocker) -> Callable:
    """``with passing_world() as adoption``: the same world for a moment, to take data from that many tests read."""

    @contextmanager
    def made() -> Iterator[Adoption]:
        with clock.pinned(datetime.date(2025, 7, 3)), django_db_blocker.unblock(), transaction.atomic():
            yield make_world()
            transaction.set_rollback(True)

    return made
