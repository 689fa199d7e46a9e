import datetime

import pytest

from submissions.asking import Asking
from submissions.models import Submission
from submissions.states import FormState, grid_standings, standings
from tests import factories


@pytest.fixture
def standing(form, district, quarter):
    return lambda: standings(Asking(district), [form], [quarter])[form.pk, quarter]


@pytest.mark.parametrize(
    ("states", "state", "label"),
    [
        ([], FormState.BLANK, "未开始"),
        (["draft"], FormState.DRAFT, "草稿"),
        (["draft", "draft", "draft"], FormState.DRAFT, "草稿"),
        (["submitted", "submitted", "submitted"], FormState.SUBMITTED, "待审核"),
        (["submitted", "approved", "approved"], FormState.SUBMITTED, "待审核"),
        (["returned", "approved", "submitted"], FormState.RETURNED, "退回 1 项"),
        (["approved", "approved", "approved"], FormState.APPROVED, "已通过"),
    ],
)
def test_state_follows_from_the_entries(standing, enter, states, state, label):
    for code, one in zip(["TEACHERS", "BACKBONE", "CANTEEN"], states, strict=False):
        enter(code, 1, state=one, return_reason="请核对" if one == "returned" else "")
    assert (standing().state, standing().label) == (state, label)


def test_state_of_blank_drafts_is_not_begun(standing, enter):
    enter("TEACHERS", None)
    assert (standing().state, standing().missing) == (FormState.BLANK, 3)


def test_state_ignores_what_is_not_on_the_form(standing, enter):
    enter("CAMERAS", 5, state="approved")
    assert (standing().asked, standing().filled) == (3, 0)


def test_state_where_nothing_is_asked(adoption, school, district, quarter):
    assert standings(Asking(district), [school], [quarter])[school.pk, quarter].state == FormState.NONE


def test_late_is_past_due_and_not_handed_in(standing, enter, settings):
    enter("TEACHERS", 1)
    assert not standing().is_late
    settings.PLAN_TODAY = datetime.date(2025, 7, 6)
    assert (standing().is_late, standing().mark, standing().label) == (True, "late", "逾期未报")


def test_handed_in_late(standing, form, quarter, principal):
    at = datetime.datetime(2025, 7, 5, 17, tzinfo=datetime.UTC)  # the 6th in China
    Submission.objects.create(unit=form, quarter=quarter, first_submitted_at=at, first_submitted_by=principal)
    assert standing().was_late


def test_redone_after_a_return_is_to_be_handed_in_again(standing, enter, form, quarter, principal):
    at = datetime.datetime(2025, 7, 1, tzinfo=datetime.UTC)
    Submission.objects.create(unit=form, quarter=quarter, first_submitted_at=at, first_submitted_by=principal)
    enter("TEACHERS", 1)
    assert (standing().label, standing().is_handed_in) == ("待重新提交", True)


@pytest.mark.parametrize("schools", [1, 30])
def test_standings_take_the_same_queries(form, district, quarter, schools, django_assert_num_queries):
    units = [factories.make_unit(district) for _ in range(schools)]
    units = list(district.units.with_facts().filter(pk__in=[unit.pk for unit in units]))
    with django_assert_num_queries(7):
        standings(Asking(district), units, [quarter, quarter - 1])


@pytest.mark.parametrize(
    ("states", "is_behind"),
    [([], True), (["draft"], True), (["submitted"], False), (["approved"], False), (["submitted", "returned"], True)],
)
def test_grid_is_behind_when_empty_or_not_all_handed_in(
    form, district, sections, quarter, enter, junior_school, kindergarten, states, is_behind
):
    for unit, state in zip([form, junior_school], states, strict=False):
        enter("CAMERAS", 5, unit=unit, state=state, return_reason="请核对" if state == "returned" else "")
    enter("CAMERAS", None, unit=kindergarten)
    units = list(district.units.with_facts())
    (grid,) = grid_standings(Asking(district), units, [sections["safety"], sections["party"]], quarter)
    assert (grid.section.code, grid.asked, grid.filled, grid.is_behind) == ("safety", 3, len(states), is_behind)
