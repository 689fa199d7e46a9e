"""The installation that docker-compose.yml describes, at work: the main journey, in a browser."""

import json

import pytest

from tests.journey.conftest import signed_in  # noqa: F401  a fixture
from tests.journey.test_main_journey import (  # noqa: F401  runs here against the rehearsal
    test_a_number_goes_from_the_principals_form_to_the_leaders_phone,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_is_ready_and_its_logs_are_json(rehearsal, new_page):
    page = new_page()
    page.goto("/readyz")
    assert page.inner_text("body").count("：正常") == 5
    for name in ("web", "worker", "beat"):
        lines = [line for line in rehearsal.log(name).splitlines() if line.startswith("{")]
        assert lines, name
        assert all({"time", "level", "logger", "message"} <= json.loads(line).keys() for line in lines)
