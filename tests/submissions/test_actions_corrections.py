import datetime

import pytest
from django.core.exceptions import ValidationError

from base import audit, clock
from submissions import actions
from submissions.actions import corrections
from submissions.history import life_of
from submissions.imports import HistoryRow, import_rows
from submissions.models import Correction, Entry
from submissions.sheets import school_sheet
from tests import factories

LATER = datetime.date(2025, 7, 10)


@pytest.fixture
def approved(form, enter, clerk, officer):
    return enter("TEACHERS", 124, state="approved", note="台账", by=clerk, approved_by=officer)


@pytest.fixture
def asked(approved, form, quarter, principal):
    return actions.ask_correction(form, quarter, ["TEACHERS"], "漏了两人", by=principal)[0]


@pytest.fixture
def granted(asked, officer):
    return actions.grant([asked], LATER, by=officer).done[0]


def entry_now():
    return Entry.objects.values_list("state", "value", "note", "approved_value", "reopened_until").get()


def test_ask_leaves_the_value_as_it_is(asked, principal):
    assert entry_now() == ("approved", 124, "台账", 124, None)
    stored = Correction.objects.get()
    assert (stored.state, stored.reason, stored.asked_by) == ("asked", "漏了两人", principal)


@pytest.mark.parametrize(
    ("codes", "reason", "why"),
    [
        ([], "错了", "请勾选"),
        (["TEACHERS"], " ", "须写明理由"),
        (["TEACHERS"], "长" * 501, "最多 500 字"),
        (["NOTHING"], "错了", "没有“NOTHING”"),
        (["TEACHERS", "BACKBONE"], "错了", "“骨干教师数”没有审核通过"),
    ],
)
def test_ask_that_cannot_be_asks_for_nothing(approved, enter, form, quarter, principal, codes, reason, why):
    enter("BACKBONE", 1, state="submitted")
    with pytest.raises(ValidationError, match=why):
        actions.ask_correction(form, quarter, codes, reason, by=principal)
    assert not Correction.objects.exists()


def test_ask_twice_is_refused(asked, form, quarter, principal):
    with pytest.raises(ValidationError, match="已有更正申请"):
        actions.ask_correction(form, quarter, ["TEACHERS"], "再问", by=principal)


def test_grant_opens_the_item_and_keeps_the_approved_value(granted, officer):
    assert entry_now() == ("draft", 124, "台账", 124, LATER)
    stored = Correction.objects.get()
    assert (stored.state, stored.until, stored.decided_by, stored.note) == ("granted", LATER, officer, "台账")


@pytest.mark.parametrize("until", [datetime.date(2025, 7, 2), datetime.date(2025, 8, 3)])
def test_grant_until_a_day_that_cannot_be(asked, officer, until):
    with pytest.raises(ValidationError, match="今天至8月2日"):
        actions.grant([asked], until, by=officer)


def test_nobody_decides_what_she_asked_for_herself(asked, principal):
    for decided in (actions.grant([asked], LATER, by=principal), actions.refuse({asked: "不"}, by=principal)):
        assert (decided.done, decided.refused[0][1]) == ([], "不能决定自己提出的申请，请由他人决定。")


def test_decide_twice_is_refused_with_who_was_quicker(granted, other_officer, officer):
    decided = actions.refuse({granted: "不同意"}, by=other_officer)
    assert decided.refused[0][1] == f"已经办过（更正中，{officer}）。"
    assert entry_now()[0] == "draft"


def test_grant_of_a_quarter_that_opens_later_after_all(asked, adoption, officer):
    factories.make_quarter_dates(adoption, asked.entry.quarter, opens=datetime.date(2025, 7, 4))
    with pytest.raises(ValidationError, match="还没有开始"):
        actions.grant([asked], LATER, by=officer)


def test_refuse_wants_an_answer(asked, officer):
    with pytest.raises(ValidationError, match="须写明原因"):
        actions.refuse({asked: " "}, by=officer)
    assert actions.refuse({asked: "台账无误"}, by=officer).done == [asked]
    stored = Correction.objects.get()
    assert (stored.state, stored.answer, entry_now()[0]) == ("refused", "台账无误", "approved")


def test_after_a_refusal_she_may_ask_again(asked, officer, form, quarter, principal):
    actions.refuse({asked: "台账无误"}, by=officer)
    actions.ask_correction(form, quarter, ["TEACHERS"], "附了名册", by=principal)
    assert list(Correction.objects.values_list("state", flat=True)) == ["asked", "refused"]


def test_correction_from_closed_quarter_to_new_value_in_force(granted, enter, form, quarter, clerk, principal, officer):
    enter("BACKBONE", 24, state="approved")
    with clock.pinned(LATER):
        sheet = school_sheet(form, quarter)
        assert [cell.key for cell in sheet.cells.values() if cell.is_editable] == ["TEACHERS"]
        saved = actions.save_values(form, quarter, {"TEACHERS": ("126", 2), "CANTEEN": ("1", 0)}, by=clerk)
        assert (saved.saved, list(saved.problems)) == (["TEACHERS"], ["CANTEEN"])
        actions.submit(form, quarter, by=principal)
        entry = Entry.objects.get(element__code="TEACHERS")
        assert (entry.state, entry.approved_value) == ("submitted", 124)
        actions.approve([entry], by=officer)
    entry.refresh_from_db()
    assert (entry.state, entry.approved_value, entry.reopened_until) == ("approved", 126, None)
    assert Correction.objects.get().state == "done"


def test_the_life_of_a_corrected_value_tells_who_and_why(granted, form, quarter, clerk, principal, officer):
    actions.drop(granted, by=principal, why="核对后无误")
    told = [(event.who, event.what, event.why) for event in life_of(granted.entry)]
    assert told == [
        (str(principal), "更正申请", "漏了两人"),
        (str(officer), "同意更正", "限7月10日前（含当天）改好提交"),
        (str(principal), "放弃更正", "核对后无误"),
    ]


def test_refusal_in_the_life_of_a_value(asked, officer):
    actions.refuse({asked: "台账无误"}, by=officer)
    assert [(event.what, event.why) for event in life_of(asked.entry)][-1] == ("不同意更正", "台账无误")


def test_drop_of_a_request_leaves_the_value(asked, principal):
    actions.drop(asked, by=principal)
    assert (Correction.objects.get().state, entry_now()[0]) == ("dropped", "approved")
    assert life_of(asked.entry)[-1].what == "撤回申请"


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_drop_of_a_granted_one_restores_value_and_note(granted, principal, state):
    Entry.objects.update(value=130, note="改了", state=state, return_reason="错" if state == "returned" else "")
    actions.drop(granted, by=principal)
    assert entry_now() == ("approved", 124, "台账", 124, None)


def test_drop_of_a_granted_one_that_was_emptied(granted, principal):
    Entry.objects.update(value=None)
    actions.drop(granted, by=principal)
    assert entry_now() == ("approved", 124, "台账", 124, None)


def test_drop_of_a_granted_one_restores_flags_and_who_entered_it(approved, form, quarter, principal, officer, clerk):
    Entry.objects.update(flags=("OLD",))
    asked = actions.ask_correction(form, quarter, ["TEACHERS"], "漏了两人", by=principal)
    [granted] = actions.grant(asked, LATER, by=officer).done
    with clock.pinned(LATER):
        actions.save_values(form, quarter, {"TEACHERS": ("130", 2)}, by=principal)
        Entry.objects.update(flags=("NEW",))
        actions.drop(granted, by=principal)
    entry = Entry.objects.get()
    assert (entry.value, entry.flags, entry.entered_at, entry.entered_by) == (124, ("OLD",), approved.entered_at, clerk)


def test_drop_of_one_granted_before_that_was_kept(granted, principal, clerk):
    Correction.objects.update(entered_at=None, entered_by=None)
    Entry.objects.update(flags=("NEW",))
    actions.drop(granted, by=principal)
    assert Entry.objects.values_list("flags", "entered_by").get() == ((), clerk.pk)


def test_drop_twice_is_refused(granted, principal):
    actions.drop(granted, by=principal)
    with pytest.raises(ValidationError, match="该申请已办结"):
        actions.drop(granted, by=principal)


@pytest.mark.parametrize(("day", "ended"), [(LATER, 0), (LATER + datetime.timedelta(days=1), 1)])
def test_end_lapsed_the_day_after_the_last(granted, day, ended):
    Entry.objects.update(value=130)
    with clock.pinned(day):
        assert [
            len(actions.end_lapsed(granted.entry.unit.district)),
            len(actions.end_lapsed(granted.entry.unit.district)),
        ] == [ended, 0]
    assert entry_now()[1] == (124 if ended else 130)
    assert audit.history(granted.entry).filter(verb="dropped", by=None).count() == ended


def test_what_was_handed_in_in_time_does_not_lapse(granted, officer, principal):
    Entry.objects.update(state="submitted", value=130)
    with clock.pinned(LATER + datetime.timedelta(days=1)):
        assert actions.end_lapsed(granted.entry.unit.district) == []
        actions.return_entries(Entry.objects.select_related("element"), "请核对", by=officer)
        assert entry_now()[-1] == LATER + datetime.timedelta(days=1 + corrections.DAYS)
        assert Correction.objects.get().until == entry_now()[-1]
        assert not Correction.objects.select_related("entry").get().is_lapsed


def test_a_lapsed_item_is_locked_and_says_so(granted, form, quarter):
    with clock.pinned(LATER + datetime.timedelta(days=1)):
        assert "更正期限7月10日已过" in school_sheet(form, quarter).cells["TEACHERS"].why_locked


def test_import_over_a_granted_correction_ends_it(granted, district, quarter):
    import_rows(district, [HistoryRow("pri-01", quarter, "TEACHERS", "131")], by=None)
    assert entry_now()[:1] + entry_now()[3:] == ("approved", 131, None)
    assert Correction.objects.get().state == "done"


def test_a_section_corrects_its_own_figures(form, enter, sections, quarter, other_officer, director):
    enter("CAMERAS", 5, state="approved")
    [asked] = actions.ask_grid_correction(sections["safety"], quarter, ["pri-01.CAMERAS"], "漏报", by=other_officer)
    actions.grant([asked], LATER, by=director)
    with clock.pinned(LATER):
        actions.save_grid(sections["safety"], quarter, {"pri-01.CAMERAS": ("6", 2)}, by=other_officer)
        assert actions.submit_grid(sections["safety"], quarter, by=other_officer) == 1
        actions.approve(Entry.objects.select_related("element"), by=director)
    assert (entry_now()[3], Correction.objects.get().state) == (6, "done")
