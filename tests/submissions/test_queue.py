import datetime

import pytest

from base import audit, clock
from base.models import StoredFile
from schools.models import Unit
from submissions.asking import Asking
from submissions.models import Evidence, Submission
from submissions.queue import is_large, next_after, picked_of, queue_of
from submissions.rules import desk_of
from tests import factories


@pytest.fixture
def queue(form, district, quarter, officer):
    """``queue()``: what waits for the basic section's officer."""

    def now(user=officer):
        schools = list(Unit.objects.of(district).schools().open_in(quarter).with_facts())
        desk = desk_of(list(user.posts.with_place()))
        return queue_of(desk, Asking(district), quarter, schools, by=user, hidden=())

    return now


def told(queue):
    return [(one.unit.code, [(mark.label, n) for mark, n in one.oddities]) for one in queue]


def test_queue_tells_what_is_unusual(queue, enter, elements, quarter, junior_school, clerk, officer):
    enter("TEACHERS", 100, state="approved", quarter=quarter - 1)
    enter("TEACHERS", 131, state="submitted", by=clerk)
    back = enter("BACKBONE", 20, state="submitted", flags=("jump",))
    audit.record(back, "returned", by=officer, why="请核对")
    enter("CANTEEN", 1, state="submitted")
    enter("TEACHERS", 5, unit=junior_school, state="submitted")
    assert told(queue()) == [("pri-01", [("核对异常", 1), ("变化大", 1), ("退回后再报", 1)]), ("jun-01", [])]
    assert [len(one.entries) for one in queue()] == [3, 1]


@pytest.mark.parametrize(("value", "has_file", "lacks"), [(1, False, True), (1, True, False), (0, False, False)])
def test_what_lacks_its_evidence_is_unusual(queue, enter, elements, school, value, has_file, lacks):
    elements["CANTEEN"].evidence = True
    elements["CANTEEN"].save()
    entry = enter("CANTEEN", value, state="submitted")
    if has_file:
        file = StoredFile.objects.create(digest="0", name="a.pdf", kind="pdf", size=1, at=clock.now())
        Evidence.objects.create(unit=school, file=file).entries.add(entry)
    assert told(queue()) == [("pri-01", [("缺佐证", 1)] if lacks else [])]


def test_a_correction_is_measured_against_the_value_in_force(queue, enter, quarter, officer):
    """And what came back before it was approved is over."""
    enter("TEACHERS", 10, state="approved", quarter=quarter - 1)
    entry = enter(
        "TEACHERS",
        100,
        state="submitted",
        approved_value=99,
        approved_at=clock.now(),
        reopened_until=datetime.date(2025, 7, 9),
    )
    for verb in ("returned", "approved"):
        audit.record(entry, verb, by=officer)
    assert told(queue()) == [("pri-01", [("更正", 1)])]


@pytest.mark.parametrize(("day", "late"), [(5, False), (6, True)])
def test_handed_in_after_the_due_date_is_unusual(queue, enter, school, quarter, principal, day, late):
    enter("TEACHERS", 1, state="submitted")
    at = clock.now().replace(month=7, day=day, hour=12)
    Submission.objects.create(unit=school, quarter=quarter, first_submitted_at=at, first_submitted_by=principal)
    assert told(queue()) == [("pri-01", [("逾期提交", 1)] if late else [])]


def test_queue_puts_the_unusual_first_what_weighs_most_before_the_rest(queue, enter, district, quarter):
    """Fired checks weigh more than any number of large changes; equals go by code."""
    codes = ("u-1", "u-2", "u-3", "u-4")
    usual, changed, flagged, first = (factories.make_unit(district, code) for code in codes)
    for code in ("TEACHERS", "BACKBONE"):
        enter(code, 10, unit=changed, state="approved", quarter=quarter - 1)
        enter(code, 90, unit=changed, state="submitted")
    enter("TEACHERS", 10, unit=flagged, state="submitted", flags=("jump",))
    for code in ("TEACHERS", "BACKBONE"):
        enter(code, 10, unit=first, state="submitted", flags=("jump",))
    enter("TEACHERS", 10, unit=usual, state="submitted")
    enter("TEACHERS", 10, state="submitted")
    assert [one.unit.code for one in queue()] == ["u-4", "u-3", "u-2", "pri-01", "u-1"]


def test_queue_leaves_out_what_is_her_own_or_not_asked(queue, enter, elements, school, officer, clerk, sections):
    enter("TEACHERS", 1, state="submitted", by=officer)
    mine = enter("BACKBONE", 1, state="submitted", by=clerk)
    audit.record(mine, "submitted", by=officer)
    elements["CANTEEN"].asked_in = ("Q1",)
    elements["CANTEEN"].save()
    enter("CANTEEN", 1, state="submitted", by=clerk)
    assert queue() == []
    assert [len(one.entries) for one in queue(factories.make_officer(sections["basic"]))] == [2]


@pytest.mark.parametrize(
    ("kind", "before", "now", "large"),
    [
        ("integer", 100, 130, False),
        ("integer", 100, 131, True),
        ("integer", 100, 69, True),
        ("integer", 3, 12, False),
        ("integer", 0, 10, True),
        ("integer", None, 500, False),
        ("boolean", 1, 0, True),
        ("boolean", 0, 1, False),
        ("date", 700_000, 738_000, False),
    ],
)
def test_is_large(db, kind, before, now, large):
    assert is_large(factories.make_element(value_type=kind), before, now) is large


def test_picked_are_taken_whole_where_nothing_is_unusual_or_has_changed(queue, enter, district, clerk):
    units = [factories.make_unit(district, f"u-{number}") for number in range(4)]
    entries = [enter("TEACHERS", 1, unit=unit, state="submitted", by=clerk) for unit in units]
    seen = {one.unit.code: one.digest for one in queue()}
    entries[1].version += 1
    entries[1].save()
    entries[2].flags = ("jump",)
    entries[2].save()
    del seen["u-3"]
    taken, left = picked_of(queue(), seen | {"gone": "0"})
    assert taken == entries[:1]
    assert [(unit.code, why) for unit, why in left] == [("u-2", "有要先看的项目"), ("u-1", "打开名单以后数值有过变化")]


def test_next_goes_round_the_queue(queue, enter, district):
    units = [factories.make_unit(district, f"u-{number}") for number in range(3)]
    for unit in units:
        enter("TEACHERS", 1, unit=unit, state="submitted")
    now = queue()
    assert [next_after(now, unit) for unit in units] == [units[1], units[2], units[0]]
    assert next_after(now, factories.make_unit(district)) == units[0]
    assert next_after(now[:1], units[0]) is None
    assert next_after([], units[0]) is None


@pytest.mark.parametrize("count", [1, 60])
def test_queue_takes_the_same_queries_for_any_number_of_schools(
    queue, enter, district, quarter, principal, count, django_assert_num_queries
):
    for _ in range(count):
        unit = factories.make_unit(district)
        enter("TEACHERS", 10, unit=unit, state="approved", quarter=quarter - 1)
        enter("TEACHERS", 90, unit=unit, state="submitted")
        handed_in = {"first_submitted_at": clock.now(), "first_submitted_by": principal}
        Submission.objects.create(unit=unit, quarter=quarter, **handed_in)
    with django_assert_num_queries(10):  # posts, units with facts (2), what is asked (5), entries, submissions
        assert len(queue()) == count
