import datetime

import pytest
from django.db import IntegrityError

from base import audit
from base.models import AuditRow
from submissions import actions
from submissions.actions import saving
from submissions.calendar import Closed
from submissions.models import Entry
from tests import factories


@pytest.fixture
def save(form, quarter, clerk):
    """``save(BACKBONE=("24", 0))``: the clerk saves what she typed over the version she saw."""
    return lambda by=clerk, **typed: actions.save_values(form, quarter, typed, by=by)


def stored():
    return {entry.element.code: entry.value for entry in Entry.objects.select_related("element")}


def test_save_makes_drafts(save, clerk):
    saved = save(TEACHERS=("124", 0), CANTEEN=("是", 0))
    assert saved.is_complete
    assert stored() == {"TEACHERS": 124, "CANTEEN": 1}
    entry = Entry.objects.get(element__code="TEACHERS")
    assert (entry.state, entry.version, entry.entered_by) == ("draft", 1, clerk)


def test_save_again_changes_and_tells_both_values(save, clerk):
    save(TEACHERS=("124", 0))
    save(TEACHERS=("125", 1, "新聘一人"))
    entry = Entry.objects.get()
    assert (entry.value, entry.version, entry.note) == (125, 2, "新聘一人")
    told = [(row.verb, row.before, row.after, row.why, row.by) for row in audit.history(entry)]
    assert told == [("created", "", "124", "", clerk), ("changed", "124", "125", "新聘一人", clerk)]


def test_save_unchanged_writes_nothing_even_if_stale(save):
    save(TEACHERS=("124", 0))
    saved = save(TEACHERS=("１２４", 0))  # a double click
    assert (saved.saved, saved.is_complete, Entry.objects.get().version) == ([], True, 1)
    assert AuditRow.objects.count() == 1


def test_save_blank_is_not_zero_and_makes_nothing(save):
    assert save(TEACHERS=("", 0), BACKBONE=("0", 0)).is_complete
    assert stored() == {"BACKBONE": 0}


def test_save_blank_clears_a_draft(save):
    save(TEACHERS=("124", 0))
    save(TEACHERS=(" ", 1))
    assert stored() == {"TEACHERS": None}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("十二", "不是数字"),
        ("12a", "不是数字"),
        ("-1", "负数"),
        ("1.5", "小数"),
        ("12345678901", "10 位"),
        ("901", "不能大于 900"),
    ],
)
def test_save_bad_number_is_refused_at_its_field_and_the_rest_saved(save, text, why):
    saved = save(BACKBONE=(text, 0), TEACHERS=("124", 0))
    assert stored() == {"TEACHERS": 124}
    assert list(saved.problems) == ["BACKBONE"]
    assert why in saved.problems["BACKBONE"]
    assert (saved.sheet.cells["BACKBONE"].text, saved.sheet.cells["BACKBONE"].problem) == (
        text,
        saved.problems["BACKBONE"],
    )


def test_save_full_width_digits(save):
    save(TEACHERS=("１２３", 0))
    assert stored() == {"TEACHERS": 123}


def test_save_unknown_element_is_named(save):
    saved = save(NOTHING=("1", 0), CAMERAS=("1", 0), TEACHERS=("124", 0))
    assert sorted(saved.problems) == ["CAMERAS", "NOTHING"]  # CAMERAS is the safety section's
    assert stored() == {"TEACHERS": 124}


def test_save_part_above_its_whole_is_refused_at_the_part(save):
    saved = save(TEACHERS=("124", 0), BACKBONE=("125", 0))
    assert saved.problems == {"BACKBONE": "不能多于专任教师数 124 人。"}
    assert stored() == {"TEACHERS": 124}


def test_save_whole_below_its_part_is_refused_at_the_whole(save):
    save(TEACHERS=("124", 0), BACKBONE=("24", 0))
    saved = save(TEACHERS=("23", 1))
    assert saved.problems == {"TEACHERS": "不能少于骨干教师数 24 人。"}
    assert stored()["TEACHERS"] == 124


def test_save_part_is_held_against_a_whole_of_an_earlier_quarter(save, elements, form, quarter):
    elements["TEACHERS"].asked_in = ("Q3",)
    elements["TEACHERS"].save()
    factories.make_entry(elements["TEACHERS"], form, quarter - 3, 100)
    assert save(BACKBONE=("101", 0)).problems == {"BACKBONE": "不能多于专任教师数 100 人。"}
    assert save(BACKBONE=("100", 0)).is_complete


def test_save_part_while_its_whole_is_blank(save):
    assert save(BACKBONE=("24", 0)).is_complete


def test_save_stale_overwrites_nothing_and_reports_both_values(save, principal):
    save(TEACHERS=("124", 0))
    save(by=principal, TEACHERS=("125", 1))
    saved = save(TEACHERS=("126", 1), BACKBONE=("24", 0))
    assert stored() == {"TEACHERS": 125, "BACKBONE": 24}
    theirs = saved.conflicts["TEACHERS"]
    assert (theirs.value, theirs.entered_by, saved.sheet.cells["TEACHERS"].typed.text) == (125, principal, "126")
    assert save(TEACHERS=("126", theirs.version)).is_complete  # she chose hers
    assert stored()["TEACHERS"] == 126


def test_save_first_value_twice_is_stale_too(save, principal):
    save(TEACHERS=("124", 0))
    assert list(save(by=principal, TEACHERS=("130", 0)).conflicts) == ["TEACHERS"]


def test_save_that_loses_a_race_meets_the_winners_value(save, enter, principal, monkeypatch):
    """Both tabs saw nothing; the other's insert lands between our reading and our writing."""
    load, attempts = saving.school_sheet, []

    def overtaken(*args, **kwargs):
        attempts.append(kwargs)
        if len(attempts) == 2:
            enter("TEACHERS", 130, by=principal)
        return load(*args, **kwargs)

    def too_late(*args, **kwargs):
        monkeypatch.undo()
        monkeypatch.setattr(saving, "school_sheet", overtaken)
        raise IntegrityError

    monkeypatch.setattr(saving, "school_sheet", overtaken)
    monkeypatch.setattr(saving, "_write", too_late)
    saved = save(TEACHERS=("124", 0))
    assert (list(saved.conflicts), stored()) == (["TEACHERS"], {"TEACHERS": 130})


@pytest.mark.parametrize("day", [datetime.date(2025, 6, 19), datetime.date(2025, 7, 10)])
def test_save_outside_the_window_changes_nothing(save, settings, day):
    settings.PLAN_TODAY = day
    with pytest.raises(Closed):
        save(TEACHERS=("124", 0))
    assert stored() == {}


def test_save_overdue_is_still_taken(save, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 9)
    assert save(TEACHERS=("124", 0)).is_complete


@pytest.mark.parametrize(("state", "why"), [("submitted", "等待审核"), ("approved", "审核通过")])
def test_save_over_what_is_handed_in_is_refused(save, enter, state, why):
    enter("TEACHERS", 124, state=state)
    assert why in save(TEACHERS=("125", 1)).problems["TEACHERS"]
    assert stored() == {"TEACHERS": 124}
    assert save(TEACHERS=("124", 1)).is_complete  # the same value asks for nothing


def test_save_over_a_returned_value_makes_a_draft(save, enter):
    enter("TEACHERS", 124, state="returned", return_reason="与学籍系统不符")
    save(TEACHERS=("120", 1))
    entry = Entry.objects.get()
    assert (entry.value, entry.state, entry.return_reason) == (120, "draft", "")


def test_save_note_alone_answers_a_return(save, enter):
    enter("TEACHERS", 124, state="returned", return_reason="请核对")
    save(TEACHERS=("124", 1, "核对无误"))
    assert (Entry.objects.get().state, Entry.objects.get().note) == ("draft", "核对无误")


def test_save_note_too_long(save):
    assert "500" in save(TEACHERS=("1", 0, "长" * 501)).problems["TEACHERS"]


def test_save_all_or_nothing_saves_nothing_where_one_value_is_bad_or_stale(form, quarter, clerk, enter):
    enter("BACKBONE", 24)
    for typed in ({"BACKBONE": ("x", 1)}, {"BACKBONE": ("25", 0)}):
        with pytest.raises(actions.NotAllSaved) as refused:
            actions.save_values(form, quarter, typed | {"TEACHERS": ("124", 0)}, by=clerk, all_or_nothing=True)
        saved = refused.value.saved
        assert [*saved.problems, *saved.conflicts] == ["BACKBONE"]
        assert stored() == {"BACKBONE": 24}
    actions.save_values(form, quarter, {"TEACHERS": ("124", 0)}, by=clerk, all_or_nothing=True)
    assert stored() == {"BACKBONE": 24, "TEACHERS": 124}


def test_check_tells_what_a_save_would_do_and_writes_nothing(form, quarter, enter, settings):
    enter("BACKBONE", 24)
    would = actions.check_values(form, quarter, {"TEACHERS": ("23", 0), "BACKBONE": ("22", 1), "CANTEEN": ("x", 0)})
    assert [(one.cell.key, one.cell.value, one.value) for one in would.changes] == [
        ("TEACHERS", None, 23),
        ("BACKBONE", 24, 22),
    ]
    assert (list(would.problems), stored(), AuditRow.objects.count()) == (["CANTEEN"], {"BACKBONE": 24}, 0)
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    with pytest.raises(Closed):
        actions.check_values(form, quarter, {"TEACHERS": ("23", 0)})


def test_check_grid_writes_nothing(form, sections, quarter):
    would = actions.check_grid(sections["safety"], quarter, {"pri-01.CAMERAS": ("5", 0), "pri-09.CAMERAS": ("5", 0)})
    assert ([one.value for one in would.changes], list(would.problems)) == ([5], ["pri-09.CAMERAS"])
    assert stored() == {}


def test_save_grid_of_all_schools_and_the_bureau(form, bureau, district, sections, quarter, other_officer, officer):
    second = factories.make_unit(district, "pri-02")
    typed = {f"{form.code}.CAMERAS": ("5", 0), f"{second.code}.CAMERAS": ("x", 0), f"{form.code}.TEACHERS": ("1", 0)}
    saved = actions.save_grid(sections["safety"], quarter, typed, by=other_officer)
    assert (saved.saved, sorted(saved.problems)) == (["pri-01.CAMERAS"], ["pri-01.TEACHERS", "pri-02.CAMERAS"])
    verdict = actions.save_grid(sections["basic"], quarter, {"bureau.VERDICT": ("met", 0)}, by=officer)
    assert "理由" in verdict.problems["bureau.VERDICT"]
    assert actions.save_grid(
        sections["basic"], quarter, {"bureau.VERDICT": ("met", 0, "测评 96 分")}, by=officer
    ).is_complete


def test_save_grid_outside_the_window(form, sections, quarter, other_officer, settings):
    settings.PLAN_TODAY = datetime.date(2025, 7, 10)
    with pytest.raises(Closed):
        actions.save_grid(sections["safety"], quarter, {"pri-01.CAMERAS": ("5", 0)}, by=other_officer)


@pytest.mark.parametrize("count", [5, 40])
def test_save_takes_the_same_queries_for_any_number_of_values(
    adoption, school, quarter, clerk, count, django_assert_num_queries
):
    codes = [factories.make_element(f"E{number}").code for number in range(count)]
    actions.save_values(school, quarter, {code: ("1", 0) for code in codes[: count // 2]}, by=clerk)
    typed = {code: ("2", int(place < count // 2)) for place, code in enumerate(codes)}
    with django_assert_num_queries(13):
        saved = actions.save_values(school, quarter, typed, by=clerk)
    assert len(saved.saved) == count
