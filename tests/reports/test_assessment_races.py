"""What somebody changes between the steps of an assessment, or while another takes one."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction

from reports.actions import (
    Wanted,
    compute,
    confirm_occurrence,
    decide,
    lift_occurrence,
    object_to,
    publish_assessment,
    retract,
    revise_scheme,
    show,
)
from reports.actions.contesting import held
from reports.assessment.loading import load_schemes
from reports.assessment.occurrences import rows_of
from reports.assessment.schemes import in_force, stored_as
from reports.assessment.sheets import all_sheets
from reports.models import AdjustmentKind, Assessment, Occurrence, Result
from schools.models import Role, Unit
from targets.core.model import Status
from targets.models import Target
from tests import factories
from tests.reports.assessments import changed, confirmed, make_schools_to_assess, someone, told, written
from tests.reports.test_actions import at_once

pytestmark = pytest.mark.django_db
YEAR, TODAY, UNTIL = 2025, datetime.date(2026, 1, 16), datetime.date(2026, 1, 23)


@pytest.fixture
def adoption(settings, tmp_path):
    settings.PLAN_TODAY = TODAY
    return make_schools_to_assess(tmp_path)


def grades(assessment):
    return {sheet.code: sheet.grade for sheet in all_sheets(assessment)}


def shown_by(assessment, by):
    return show(assessment, until=UNTIL, lists_all=False, by=by)


def objected(assessment, code="P1", **item):
    unit = Unit.objects.get(code=code)
    by = unit.posts.get(role=Role.PRINCIPAL).user
    item = item or {"target": Target.objects.get(code="TRAINING")}
    return object_to(assessment, unit, reason="漏算", by=by, **item)


def test_a_veto_confirmed_while_it_is_computed_counts_or_keeps_it_from_being_shown(adoption):
    waiting = told(adoption, "accident", "P1")

    def meanwhile(saying):
        if saying.startswith("正在读取"):
            confirm_occurrence(waiting, by=someone(adoption))

    computed = compute(adoption, YEAR, by=None, tell=meanwhile)
    assert grades(shown_by(computed, someone(adoption)))["P1"] == "不合格"


def test_a_corrected_figure_counts_nothing_where_its_line_counts_no_longer(adoption):
    officer, other = someone(adoption), someone(adoption)
    shown = shown_by(compute(adoption, YEAR, by=officer), officer)
    change = Wanted(AdjustmentKind.VALUE, target=Target.objects.get(code="TRAINING"), value=95)
    decide(objected(shown), upheld=True, answer="补认", change=change, by=other)
    retract(shown, why="基期撤销", by=officer)
    Result.objects.filter(target__code="TRAINING").update(status=Status.NO_BASELINE, goal=None)
    again = compute(adoption, YEAR, by=officer)
    before = {sheet.code: sheet.total for sheet in all_sheets(again)}
    shown_by(again, officer)
    assert {sheet.code: sheet.total for sheet in all_sheets(again)} == before


def test_nobody_lifts_what_concerns_the_school_where_she_has_a_post(adoption):
    director = factories.make_director(adoption.district)
    one = told(adoption, "accident", "P1")
    factories.make_post(Role.PRINCIPAL, adoption.district, unit=one.unit, user=director)
    with pytest.raises(PermissionDenied, match="任职"):
        lift_occurrence(one, why="误登", by=director)
    confirm_occurrence(one, by=someone(adoption))
    with pytest.raises(PermissionDenied, match="任职"):
        lift_occurrence(Occurrence.objects.get(), why="无责", by=director)


def test_what_the_school_s_own_scheme_does_not_know_is_refused_and_never_passed_over(adoption):
    scheme = in_force(adoption, YEAR)["primary"]
    mine = stored_as(scheme)
    kinds = (*mine.kinds, ("veto", "fraud", "数据造假", None, "fail"))
    revise_scheme(scheme, replace(mine, kinds=kinds), why="增加", by=someone(adoption))
    told(adoption, "fraud", "P1")
    with pytest.raises(ValidationError, match="没有"):
        told(adoption, "fraud", "J1")
    Occurrence.objects.create(
        adoption=adoption,
        year=YEAR,
        unit=Unit.objects.get(code="J1"),
        code="fraud",
        what="造假",
        told_at="2026-01-05T00:00Z",
        told_by=someone(adoption),
        confirmed_at="2026-01-05T00:00Z",
        confirmed_by=someone(adoption),
    )
    with pytest.raises(ValidationError, match="fraud"):
        compute(adoption, YEAR, by=None)
    lift_occurrence(Occurrence.objects.get(unit__code="J1"), why="误登", by=factories.make_director(adoption.district))
    assert compute(adoption, YEAR, by=None).scores.count() == 7


def test_a_kind_is_worth_what_its_own_scheme_says(adoption):
    scheme = in_force(adoption, YEAR)["junior"]
    mine = stored_as(scheme)
    kinds = [(*one[:3], Decimal(3), "") if one[1] == "city" else one for one in mine.kinds]
    revise_scheme(scheme, replace(mine, kinds=tuple(kinds)), why="提高", by=someone(adoption))
    told(adoption, "city", "P1")
    told(adoption, "city", "J1")
    worth = {row.occurrence.unit.code: row.worth for row in rows_of(adoption, YEAR, [])}
    assert worth == {"P1": "+2 分", "J1": "+3 分"}


def test_what_was_lifted_needs_no_kind(adoption):
    director = factories.make_director(adoption.district)
    lift_occurrence(confirmed(adoption, "accident"), why="无责", by=director)
    for scheme in in_force(adoption, YEAR).values():
        mine = stored_as(scheme)
        kinds = tuple(one for one in mine.kinds if one[1] != "accident")
        revise_scheme(scheme, replace(mine, kinds=kinds), why="删去", by=director)
    assert compute(adoption, YEAR, by=None).scores.count() == 7


def test_who_computed_it_again_meanwhile_neither_publishes_nor_decides(adoption, settings):
    officer, director = someone(adoption), factories.make_director(adoption.district)
    seen = shown_by(compute(adoption, YEAR, by=officer), officer)
    objection = objected(seen)
    retract(seen, why="重算", by=officer)
    shown_by(compute(adoption, YEAR, by=director), officer)
    with pytest.raises(PermissionDenied, match="由您计算"):
        decide(objection, upheld=False, answer="属实", by=director)
    decide(objection, upheld=False, answer="属实", by=officer)
    settings.PLAN_TODAY = UNTIL + datetime.timedelta(days=1)
    with pytest.raises(PermissionDenied, match="由您计算"):
        publish_assessment(seen, by=director)


def test_a_published_year_s_schemes_are_not_loaded_anew(adoption, tmp_path):
    shown_by(compute(adoption, YEAR, by=None), someone(adoption))
    Assessment.objects.update(state="final")
    with pytest.raises(ValidationError, match="已经发布"):
        load_schemes(written(tmp_path, changed("schemes.0.good_from", 75)), by=None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["confirm", "revise", "tell", "load"])
def test_what_changes_the_sources_waits_while_the_year_is_published(adoption, tmp_path, act):
    waiting, other = told(adoption, "accident", "P1"), someone(adoption)
    assessment = compute(adoption, YEAR, by=None)
    scheme = in_force(adoption, YEAR)["primary"]
    wanted = replace(stored_as(scheme), numbers=stored_as(scheme).numbers | {"good_from": Decimal(75)})
    file = written(tmp_path, changed("schemes.0.good_from", 75))
    acts = {
        "confirm": lambda: confirm_occurrence(waiting, by=other),
        "revise": lambda: revise_scheme(scheme, wanted, why="改线", by=other),
        "tell": lambda: told(adoption, "warned", by=other),
        "load": lambda: load_schemes(file, by=None),
    }

    def impatient(number):
        if number:
            return None
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        try:
            acts[act]()
        except OperationalError:
            return "waits"
        return "went on"

    with transaction.atomic():
        held(assessment)
        assert at_once(impatient)[0] == "waits"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_confirming_and_lifting_at_once_one_is_done(adoption):
    waiting = told(adoption, "accident", "P1")
    compute(adoption, YEAR, by=None)
    people = [someone(adoption) for _ in range(4)]

    def outcome(number):
        one = Occurrence.objects.get(pk=waiting.pk)
        try:
            if number % 2:
                lift_occurrence(one, why="误登", by=people[number])
            else:
                confirm_occurrence(one, by=people[number])
        except (ValidationError, PermissionDenied):
            return "refused"
        return "done"

    outcomes = at_once(outcome)
    waiting.refresh_from_db()
    assert outcomes.count("done") == 1
    assert waiting.is_confirmed != waiting.is_lifted


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_four_who_revise_a_scheme_at_once_one_does(adoption):
    scheme = in_force(adoption, YEAR)["primary"]
    people = [someone(adoption) for _ in range(4)]

    def outcome(number):
        mine = stored_as(scheme)
        wanted = replace(mine, numbers=mine.numbers | {"good_from": Decimal(70 + number)})
        try:
            return revise_scheme(scheme, wanted, why="改线", by=people[number]).version
        except ValidationError as error:
            return error.code

    assert sorted(map(str, at_once(outcome))) == ["2", "raced", "raced", "raced"]
