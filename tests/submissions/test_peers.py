"""Of single figures, as a reviewer sees them; what checks make of peers stands in test_checks.py."""

import pytest

from submissions.asking import Asking
from submissions.peers import Peers
from tests import factories


@pytest.fixture
def others(form, district, elements, quarter):
    """``others(unit, "TEACHERS")``: what the schools like it report, in order."""

    def of(unit, code, *, waiting=True):
        peers = Peers.read(Asking(district), quarter, {element.pk for element in elements.values()}, waiting=waiting)
        return sorted(peers.others(unit, elements[code]))

    return of


def test_others_give_their_newest_value_that_waits_or_is_approved(others, district, enter, school, quarter):
    enter("TEACHERS", 99)
    for past, now, state in [
        (1, 10, "draft"),
        (2, 20, "submitted"),
        (3, 30, "approved"),
        (4, 40, "returned"),
        (5, 0, ""),
    ]:
        unit = factories.make_unit(district)
        enter("TEACHERS", past, unit=unit, state="approved", quarter=quarter - 4)
        if state:
            enter("TEACHERS", now, unit=unit, state=state, return_reason="x" if state == "returned" else "")
    assert others(school, "TEACHERS") == [1, 4, 5, 20, 30]
    assert others(school, "TEACHERS", waiting=False) == [1, 2, 4, 5, 30]


def test_others_that_are_older_than_a_year_are_not_compared(others, district, enter, school, quarter):
    enter("TEACHERS", 7, unit=factories.make_unit(district), state="approved", quarter=quarter - 5)
    assert others(school, "TEACHERS") == []


def test_of_a_correction_the_waiting_value_is_compared(others, district, enter, school):
    entry = enter("TEACHERS", 7, unit=factories.make_unit(district), state="approved")
    entry.state, entry.value = "submitted", 8
    entry.save()
    assert others(school, "TEACHERS") == [8]
    assert others(school, "TEACHERS", waiting=False) == [7]
