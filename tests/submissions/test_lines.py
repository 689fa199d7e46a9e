from decimal import Decimal

import pytest

from submissions.asking import Asking
from submissions.lines import lines_of
from submissions.peers import Peers
from submissions.rules import Desk
from submissions.sheets import review_sheet
from tests import factories


@pytest.fixture
def lines(form, district, quarter, sections, officer):
    """``lines()``: what the basic section's officer sees of the school, by element code."""

    def now():
        asking = Asking(district)
        sheet = review_sheet(form, quarter, ["basic"], asking=asking)
        peers = Peers.read(asking, quarter, set(asking.elements), waiting=True)
        desk = Desk(district, [sections["basic"]])
        return {line.cell.key: line for line in lines_of(sheet.cells.values(), peers, desk=desk, by=officer)}

    return now


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (100, 112, "+12.0%"),
        (100, 88, "−12.0%"),
        (0, 3, "+3"),
        (100, 100, ""),
        (None, 5, ""),
        (1, Decimal("1.0"), ""),
    ],
)
def test_change_is_told_against_the_value_before(lines, enter, quarter, before, now, change):
    if before is not None:
        enter("TEACHERS", before, state="approved", quarter=quarter - 1)
    enter("TEACHERS", now, state="submitted")
    assert lines()["TEACHERS"].change == change


def test_change_of_a_yes_or_no_has_no_number(lines, enter, quarter):
    enter("CANTEEN", 1, state="approved", quarter=quarter - 1)
    enter("CANTEEN", 0, state="submitted")
    line = lines()["CANTEEN"]
    assert (line.change, [mark.label for mark in line.oddities]) == ("", ["变化大"])


@pytest.mark.parametrize(("others", "middle", "yes"), [(4, "", ""), (5, "30", "3/5 是"), (6, "35", "4/6 是")])
def test_others_are_shown_where_there_are_enough(lines, enter, district, others, middle, yes):
    for number in range(others):
        unit = factories.make_unit(district)
        enter("TEACHERS", 10 * (number + 1), unit=unit, state="submitted")
        enter("CANTEEN", number > 1, unit=unit)
        unit.entries.filter(element__code="CANTEEN").update(state="submitted")
    assert [lines()[code].peers for code in ("TEACHERS", "CANTEEN")] == [middle, yes]


def test_only_what_waits_for_her_can_be_ticked(lines, enter, officer, clerk):
    enter("TEACHERS", 1, state="submitted", by=clerk)
    enter("BACKBONE", 1, state="submitted", by=officer)
    enter("CANTEEN", 1, state="approved", by=clerk)
    told = {code: (line.waits, line.is_own) for code, line in lines().items()}
    assert told == {"TEACHERS": (True, False), "BACKBONE": (False, True), "CANTEEN": (False, False)}
