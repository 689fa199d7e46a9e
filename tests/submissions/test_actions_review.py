import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from base import audit
from submissions import actions
from submissions.actions import Incomplete
from submissions.actions.moving import move
from submissions.calendar import Closed
from submissions.models import TRANSITIONS, Entry, EntryState, Submission, leading_to
from submissions.sheets import school_sheet
from tests import factories


@pytest.fixture
def filled(form, enter, clerk):
    """The school's form, complete, entered by the clerk."""
    return [enter("TEACHERS", 124, by=clerk), enter("BACKBONE", 24, by=clerk), enter("CANTEEN", 1, by=clerk)]


@pytest.fixture
def handed_in(filled, form, quarter, principal):
    actions.submit(form, quarter, by=principal)
    return list(Entry.objects.order_by("pk"))


def day_of(moment):
    return timezone.localtime(moment).date()


def states():
    return set(Entry.objects.values_list("state", flat=True))


def test_transitions_are_the_table():
    assert TRANSITIONS == {
        "draft": ("submitted", "approved"),
        "submitted": ("returned", "approved"),
        "returned": ("draft", "approved"),
        "approved": ("draft",),
    }
    assert leading_to(EntryState.SUBMITTED) == ["draft"]


def test_missing_lists_what_is_blank_or_returned(form, enter, quarter):
    enter("TEACHERS", 124, state="returned", return_reason="请核对")
    missing = actions.missing_to_submit(school_sheet(form, quarter))
    assert [(one.cell.element.code, one.why) for one in missing] == [
        ("TEACHERS", "被退回，请修改数值，或在说明里答复"),
        ("BACKBONE", "未填"),
        ("CANTEEN", "未填"),
    ]


def test_missing_names_a_part_that_has_come_to_exceed_its_whole(form, enter, quarter):
    enter("TEACHERS", 20), enter("BACKBONE", 24), enter("CANTEEN", 1)
    missing = actions.missing_to_submit(school_sheet(form, quarter))
    assert [(one.cell.element.code, one.why) for one in missing] == [("BACKBONE", "不能多于专任教师数 20 人。")]


def test_submit_hands_in_everything(filled, form, quarter, principal):
    submission = actions.submit(form, quarter, by=principal)
    assert states() == {"submitted"}
    assert (submission.first_submitted_by, day_of(submission.first_submitted_at)) == (
        principal,
        datetime.date(2025, 7, 3),
    )
    told = [(row.verb, row.before, row.after, row.by) for row in audit.history(filled[0])]
    assert told == [("submitted", "draft", "submitted", principal)]


def test_submit_twice_changes_nothing(handed_in, form, quarter, clerk):
    before = Submission.objects.values().get()
    actions.submit(form, quarter, by=clerk)
    assert Submission.objects.values().get() == before
    assert audit.history(handed_in[0]).count() == 1


def test_submit_incomplete_says_what_is_missing(form, enter, quarter, principal):
    enter("TEACHERS", 124)
    with pytest.raises(actions.Incomplete) as caught:
        actions.submit(form, quarter, by=principal)
    assert [one.cell.element.code for one in caught.value.missing] == ["BACKBONE", "CANTEEN"]
    assert (states(), Submission.objects.count()) == ({"draft"}, 0)


def test_submit_closed(filled, form, quarter, principal, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    with pytest.raises(Closed):
        actions.submit(form, quarter, by=principal)
    assert states() == {"draft"}


def test_submit_where_nothing_is_asked(adoption, school, quarter, principal):
    with pytest.raises(ValidationError, match="不用提交"):
        actions.submit(school, quarter, by=principal)


def test_submit_again_after_a_return_keeps_the_first_time(handed_in, form, quarter, principal, officer, settings):
    actions.return_entries(handed_in[:1], "请核对", by=officer)
    settings.PLAN_TODAY = datetime.date(2025, 7, 4)
    actions.save_values(form, quarter, {"TEACHERS": ("125", 3)}, by=principal)
    assert day_of(actions.submit(form, quarter, by=principal).first_submitted_at) == datetime.date(2025, 7, 3)
    assert states() == {"submitted"}


def test_return_each_for_its_own_reason_or_none(handed_in, officer):
    first, second, third = handed_in
    with pytest.raises(ValidationError, match="退回原因最多"):
        actions.return_each({first: "请核对", second: "长" * 501}, by=officer)
    assert states() == {"submitted"}
    reviewed = actions.return_each({first: "请核对", second: "请核对", third: "口径不对"}, by=officer)
    assert {entry.pk for entry in reviewed.done} == {first.pk, second.pk, third.pk}
    assert [Entry.objects.get(pk=one.pk).return_reason for one in handed_in] == ["请核对", "请核对", "口径不对"]


def test_approve_puts_the_value_in_force(handed_in, officer):
    reviewed = actions.approve(handed_in, by=officer)
    entry = Entry.objects.get(element__code="TEACHERS")
    assert (len(reviewed.done), reviewed.refused, states()) == (3, [], {"approved"})
    assert (entry.approved_value, entry.approved_by, day_of(entry.approved_at)) == (
        124,
        officer,
        datetime.date(2025, 7, 3),
    )
    assert [row.verb for row in audit.history(entry)] == ["submitted", "approved"]


def test_approve_twice_changes_nothing(handed_in, officer, director):
    actions.approve(handed_in, by=officer)
    reviewed = actions.approve(handed_in, by=director)
    assert (reviewed.done, reviewed.refused) == ([], [])
    assert Entry.objects.filter(approved_by=officer).count() == 3


def test_approve_ones_own_is_refused(handed_in, clerk):
    reviewed = actions.approve(handed_in, by=clerk)
    assert (states(), {why for _, why in reviewed.refused}) == (
        {"submitted"},
        {"不能审核自己填报或提交的数值，请由他人审核。"},
    )


def test_approve_what_one_handed_in_for_a_school_is_refused(handed_in, principal, sections):
    factories.make_post("officer", sections["basic"].district, section=sections["basic"], user=principal)
    reviewed = actions.approve(handed_in, by=principal)
    assert (states(), [why for _, why in reviewed.refused]) == (
        {"submitted"},
        ["不能审核自己填报或提交的数值，请由他人审核。"] * 3,
    )


def test_return_of_ones_own_is_refused(handed_in, clerk, principal):
    for user in (clerk, principal):
        assert len(actions.return_entries(handed_in, "请核对", by=user).refused) == 3
    assert states() == {"submitted"}


def test_approve_what_has_changed_since_it_was_seen_is_refused(handed_in, officer, clerk, principal, form, quarter):
    seen = handed_in[0]
    actions.return_entries(Entry.objects.filter(pk=seen.pk), "请核对", by=officer)
    actions.save_values(form, quarter, {"TEACHERS": ("130", 3)}, by=clerk)
    actions.submit(form, quarter, by=principal)
    reviewed = actions.approve([seen], by=officer)
    assert (reviewed.done, "变化" in reviewed.refused[0][1]) == ([], True)


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_approve_what_is_not_handed_in_is_refused(form, enter, officer, state):
    entry = enter("TEACHERS", 124, state=state, return_reason="x" if state == "returned" else "")
    assert actions.approve([entry], by=officer).done == []
    assert Entry.objects.get().approved_value is None


def test_approve_after_the_closing_is_possible(handed_in, officer, settings):
    settings.PLAN_TODAY = datetime.date(2025, 8, 1)
    assert len(actions.approve(handed_in, by=officer).done) == 3


def test_approve_before_the_opening_is_not(form, enter, officer, quarter):
    entry = enter("TEACHERS", 124, state="submitted", quarter=quarter + 1)
    with pytest.raises(Closed):
        actions.approve([entry], by=officer)


def test_return_single_items_with_the_reason(handed_in, officer):
    actions.return_entries(handed_in[:1], "与学籍系统不符", by=officer)
    entry = Entry.objects.get(element__code="TEACHERS")
    assert (entry.state, entry.return_reason) == ("returned", "与学籍系统不符")
    assert Entry.objects.filter(state="submitted").count() == 2
    told = audit.history(entry).last()
    assert (told.verb, told.before, told.after, told.why) == ("returned", "submitted", "returned", "与学籍系统不符")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_return_needs_a_reason(handed_in, officer, reason):
    with pytest.raises(ValidationError, match="退回"):
        actions.return_entries(handed_in, reason, by=officer)
    assert states() == {"submitted"}


def test_return_without_reason_is_refused_by_the_database_too(handed_in):
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update(state="returned")


def test_return_of_what_is_approved_is_refused(handed_in, officer):
    actions.approve(handed_in, by=officer)
    assert actions.return_entries(handed_in, "再看看", by=officer).done == []
    assert states() == {"approved"}


def test_move_of_an_entry_that_has_left_its_state_undoes_all(filled, principal):
    Entry.objects.filter(pk=filled[0].pk).update(state="submitted")
    with pytest.raises(ValidationError, match="刷新"), transaction.atomic():
        move(filled, EntryState.SUBMITTED, principal)
    assert Entry.objects.filter(state="draft").count() == 2


def test_submit_grid_hands_in_what_is_filled(form, bureau, district, sections, enter, quarter, other_officer, director):
    factories.make_unit(district, "pri-02")
    enter("CAMERAS", 5, by=other_officer)
    assert actions.submit_grid(sections["safety"], quarter, by=other_officer) == 1
    assert actions.submit_grid(sections["safety"], quarter, by=other_officer) == 0
    assert actions.approve(Entry.objects.all(), by=other_officer).done == []
    assert len(actions.approve(Entry.objects.all(), by=director).done) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_approve_takes_the_same_queries_for_any_number(
    form, elements, quarter, officer, district, count, django_assert_num_queries
):
    for _ in range(count):
        factories.make_entry(elements["TEACHERS"], factories.make_unit(district), quarter, 5, state="submitted")
    seen = list(Entry.objects.all())
    with django_assert_num_queries(7):  # held entries, calendar (2), update, audit, in a savepoint
        assert len(actions.approve(seen, by=officer).done) == count


def test_approve_what_one_handed_in_for_a_section_is_possible(
    form, bureau, sections, enter, quarter, other_officer, director
):
    enter("CAMERAS", 5, by=director)
    actions.submit_grid(sections["safety"], quarter, by=other_officer)
    assert len(actions.approve(Entry.objects.all(), by=other_officer).done) == 1


def test_of_a_return_only_those_items_can_be_changed_and_handed_in_again(
    handed_in, form, quarter, officer, clerk, principal
):
    """The others stay as they were handed in; what came back is handed in once it has a new value or an answer."""
    first, second, _ = handed_in
    actions.return_each({first: "与学籍系统不符", second: "口径不对"}, by=officer)
    sheet = school_sheet(form, quarter)
    assert [cell.key for cell in sheet.cells.values() if cell.is_editable] == ["TEACHERS", "BACKBONE"]
    saved = actions.save_values(form, quarter, {"TEACHERS": ("130", 3), "CANTEEN": ("0", 2)}, by=clerk)
    assert (saved.saved, list(saved.problems)) == (["TEACHERS"], ["CANTEEN"])
    with pytest.raises(Incomplete) as refused:
        actions.submit(form, quarter, by=principal)
    assert [one.cell.key for one in refused.value.missing] == ["BACKBONE"]
    actions.save_values(form, quarter, {"BACKBONE": ("24", 3, "按职称聘书统计，无误")}, by=clerk)
    actions.submit(form, quarter, by=principal)
    verbs = [[row.verb for row in audit.history(entry)] for entry in handed_in]
    assert verbs == [["submitted", "returned", "changed", "submitted"]] * 2 + [["submitted"]]
    assert states() == {"submitted"}


def test_approve_ones_own_value_is_refused_although_a_colleague_changed_the_note(
    form, quarter, sections, other_officer, director
):
    colleague = factories.make_officer(sections["safety"])
    actions.save_grid(sections["safety"], quarter, {"pri-01.CAMERAS": ("5", 0)}, by=other_officer)
    actions.save_grid(sections["safety"], quarter, {"pri-01.CAMERAS": ("5", 1, "已核对")}, by=colleague)
    actions.submit_grid(sections["safety"], quarter, by=colleague)
    assert len(actions.approve(Entry.objects.all(), by=other_officer).refused) == 1
    assert len(actions.approve(Entry.objects.all(), by=director).done) == 1
