"""Sign-off sheets: made by handing in, read against the data."""

import pytest

from submissions import actions, codes
from submissions.asking import Asking
from submissions.models import Entry, EntryState, SignOff
from submissions.papers import read_paper
from tests import factories


@pytest.fixture
def hand_in(form, quarter, principal):
    """``hand_in(TEACHERS=124)``: fill in the form and hand it in; the newest sign-off sheet."""

    def submit(**values) -> SignOff:
        versions = {entry.element.code: entry.version for entry in Entry.objects.select_related("element")}
        typed = {code: (str(value), versions.get(code, 0)) for code, value in values.items()}
        actions.save_values(form, quarter, typed, by=principal)
        actions.submit(form, quarter, by=principal)
        return SignOff.objects.first()

    return submit


@pytest.fixture
def signed(hand_in) -> SignOff:
    return hand_in(TEACHERS=124, BACKBONE=24, CANTEEN=1)


def told(paper):
    return [(line.element.code, line.on_paper, line.now, line.differs) for line in paper.lines]


def return_one(code, by):
    actions.return_entries(Entry.objects.filter(element__code=code), "请核对", by=by)


def test_handing_in_makes_a_sheet_in_the_order_of_the_form(signed, form, quarter, principal):
    assert signed.content == [["TEACHERS", "124"], ["BACKBONE", "24"], ["CANTEEN", "1"]]
    assert (signed.unit, signed.quarter, signed.made_by) == (form, quarter, principal)
    assert codes.read(signed.code) == signed.code


def test_handing_in_the_same_again_makes_none(signed, form, quarter, principal, officer):
    actions.submit(form, quarter, by=principal)
    return_one("TEACHERS", officer)
    actions.save_values(form, quarter, {"TEACHERS": ("124", 3, "核对无误")}, by=principal)
    actions.submit(form, quarter, by=principal)
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.SUBMITTED}
    assert SignOff.objects.get() == signed


def test_handing_in_something_else_makes_another(signed, hand_in, officer):
    return_one("TEACHERS", officer)
    newer = hand_in(TEACHERS=125)
    assert (newer.content[0], newer.code == signed.code) == (["TEACHERS", "125"], False)


def test_paper_equals_the_data_until_they_change(signed, form, quarter, district, officer, principal):
    asking = Asking(district)
    paper = read_paper(signed, asking)
    assert told(paper) == [
        ("TEACHERS", "124", "124", False),
        ("BACKBONE", "24", "24", False),
        ("CANTEEN", "是", "是", False),
    ]
    return_one("CANTEEN", officer)
    assert read_paper(signed, asking).differing == []
    actions.save_values(form, quarter, {"CANTEEN": ("0", 3)}, by=principal)
    assert [(line.element.code, line.on_paper, line.now) for line in read_paper(signed, asking).differing] == [
        ("CANTEEN", "是", "否")
    ]


def test_paper_tells_what_has_been_emptied_or_added(signed, form, quarter, district, officer, principal):
    return_one("CANTEEN", officer)
    actions.save_values(form, quarter, {"CANTEEN": ("", 3)}, by=principal)
    late = factories.make_element("LATE", position=9)
    factories.make_entry(late, form, quarter, 7, state="draft", by=principal)
    differing = read_paper(signed, Asking(district)).differing
    assert [(line.element.code, line.on_paper, line.now) for line in differing] == [
        ("CANTEEN", "是", ""),
        ("LATE", "", "7"),
    ]


def test_paper_leaves_out_what_may_not_be_seen(signed, district, elements):
    paper = read_paper(signed, Asking(district), hidden={elements["TEACHERS"].pk})
    assert ([line.element.code for line in paper.lines], paper.leaves_out) == (["BACKBONE", "CANTEEN"], True)


@pytest.mark.parametrize("count", [5, 40])
def test_paper_takes_one_query(adoption, school, quarter, principal, district, count, django_assert_num_queries):
    asking = Asking(district)
    for number in range(count):
        factories.make_entry(factories.make_element(f"E{number}"), school, quarter, 1, state="draft", by=principal)
    actions.submit(school, quarter, by=principal)
    signed, _ = SignOff.objects.get(), asking.by_code
    with django_assert_num_queries(1):
        assert len(read_paper(signed, asking).lines) == count
