"""The plan in a small district (world.py)."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from base import clock
from reports.actions import draft
from reports.measuring import measure
from tasks.models import Adoption
from tests import factories
from tests.bulletins import issued
from tests.reports.small import HALF, make_rate, report
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


# A plan of two rates (small.py), for the pages --------------------------------------------------------------------


@pytest.fixture
def rate(adoption, sections, school, junior_school, clerk, officer):
    """30 of 40 in one school, 100 of 100 in the other: 130 of 140."""
    target = make_rate(adoption, sections["basic"])
    report(target, school, 30, 40, by=clerk, approved_by=officer)
    report(target, junior_school, 100, 100)
    return target


@pytest.fixture
def secret(adoption, sections, school, junior_school):
    """The same of a sensitive target with elements of its own."""
    target = make_rate(adoption, sections["basic"], "EXAMS", elements="PASSED SAT", sensitive=True)
    report(target, school, 30, 40)
    report(target, junior_school, 100, 100)
    return target


@pytest.fixture
def primaries(adoption, rate, secret, school):
    """Seven more primary schools: 0, 5 … 30 of 40, one of which has told nothing of the sensitive target."""
    made = [factories.make_unit(adoption.district, f"more-{n}", f"新校{n}", stages=["primary"]) for n in range(7)]
    for n, unit in enumerate(made):
        report(rate, unit, 5 * n, 40)
        report(secret, unit, 5 * n, 40)
    return made


@pytest.fixture
def measured(today, adoption, rate, secret, officer):
    return measure(adoption, HALF, by=officer)


@pytest.fixture
def researcher(sections):
    """Sees the schools' figures of sensitive targets."""
    return factories.make_officer(sections["research"], sees_sensitive=True)


@pytest.fixture
def drafted(measured, officer):
    return draft(measured, by=officer)


@pytest.fixture
def published(drafted, director):
    return issued(drafted, by=director)
