"""What every room's tests share: a small district with its people, a pinned day, signed-in clients, no network.

The district: all sections, the bureau, four schools (``school`` a public primary school). ``other_district`` stands
beside it for the tests of what must not be seen.
"""

import datetime
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from schools.models import District, Section, Unit, User
from tasks.models import Adoption, Plan
from tests import factories

PROOFS = re.compile(r"`(tests/[\w/]+\.py)")  # files that docs/security.md names
pytest_plugins = ["tests.append_only", "tests.browser", "tests.readonly", "tests.worker"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-tests", action="store_true", help="only the tests that use the database")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    named = set(PROOFS.findall((config.rootpath / "docs" / "security.md").read_text(encoding="utf-8")))
    for item in items:
        if item.path.relative_to(config.rootpath).as_posix() in named:
            item.add_marker(pytest.mark.security)
    if config.getoption("--database-tests"):
        kept = [item for item in items if item.get_closest_marker("django_db") or "db" in item.fixturenames]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
    if connection.vendor != "postgresql":
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests change what is asked without audit rows: each look reads anew (tests/submissions/test_asking.py: kept)."""
    monkeypatch.setattr("submissions.asking.stamp", lambda: (object(),))


@pytest.fixture
def today(settings) -> datetime.date:
    """The demo's day: the form of 2025Q2 is open, due on 5 July, closed after 9 July."""
    settings.PLAN_TODAY = datetime.date(2025, 7, 3)
    return settings.PLAN_TODAY


@pytest.fixture
def district(db) -> District:
    district = factories.make_district()
    for code in factories.SECTIONS:
        factories.make_section(district, code)
    return district


@pytest.fixture
def sections(district: District) -> dict[str, Section]:
    """By code."""
    return {section.code: section for section in district.sections.all()}


@pytest.fixture
def bureau(district: District) -> Unit:
    return factories.make_bureau(district)


@pytest.fixture
def school(district: District) -> Unit:
    return factories.make_unit(district, "pri-01", "第一小学", stages=["primary"])


@pytest.fixture
def kindergarten(district: District) -> Unit:
    return factories.make_unit(district, "kg-01", "第一幼儿园", stages=["kindergarten"], ownership="private")


@pytest.fixture
def junior_school(district: District) -> Unit:
    return factories.make_unit(district, "jun-01", "第一中学", stages=["junior"])


@pytest.fixture
def nine_year_school(district: District) -> Unit:
    return factories.make_unit(district, "nine-01", "第一九年一贯制学校", stages=["primary", "junior"])


@pytest.fixture
def senior_school(district: District) -> Unit:
    return factories.make_unit(district, "sen-01", "第一高级中学", stages=["senior"])


@pytest.fixture
def plan(db) -> Plan:
    """A plan with nothing in it."""
    return factories.make_plan()


@pytest.fixture
def adoption(plan: Plan, district: District) -> Adoption:
    return factories.make_adoption(plan, district)


@pytest.fixture
def other_district(db) -> District:
    """Another district with one section and nothing else."""
    district = factories.make_district("other", "别的区")
    factories.make_section(district, "basic")
    return district


@pytest.fixture
def other_school(other_district: District) -> Unit:
    """A primary school of another district, with the same code as ``school``."""
    return factories.make_unit(other_district, "pri-01", "别区小学", stages=["primary"])


@pytest.fixture
def clerk(school: Unit) -> User:
    return factories.make_clerk(school)


@pytest.fixture
def principal(school: Unit) -> User:
    return factories.make_principal(school)


@pytest.fixture
def officer(sections: dict[str, Section]) -> User:
    """Of the basic section, which reviews what ``make_element`` makes."""
    return factories.make_officer(sections["basic"])


@pytest.fixture
def other_officer(sections: dict[str, Section]) -> User:
    """Of the safety section."""
    return factories.make_officer(sections["safety"])


@pytest.fixture
def director(district: District) -> User:
    return factories.make_director(district)


@pytest.fixture
def leader(district: District) -> User:
    return factories.make_leader(district)


@pytest.fixture
def administrator(district: District) -> User:
    return factories.make_administrator(district)


@pytest.fixture
def auditor(district: District) -> User:
    return factories.make_auditor(district)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """``client_of(user)``: a client in which the user is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
