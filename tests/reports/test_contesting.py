"""An assessment after it was computed: shown, objected to, decided, taken back, published; and what is refused."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from base.models import AuditRow, Message
from base.quarters import Period
from reports.actions import (
    Wanted,
    compute,
    decide,
    object_to,
    publish_assessment,
    retract,
    show,
)
from reports.actions.bulletins import checksum_of
from reports.assessment.loading import load_schemes
from reports.assessment.sheets import all_sheets
from reports.measuring import measure
from reports.models import (
    About,
    Adjustment,
    AdjustmentKind,
    AssessmentEdition,
    AssessmentState,
    Objection,
    RevisedScore,
    SubjectScore,
)
from schools.models import Role, Unit
from targets.models import Target
from tasks.models import Adoption
from tests import factories
from tests.reports.assessments import changed, confirmed, definitions, make_schools_to_assess, school, written
from tests.reports.test_actions import PEOPLE, at_once

pytestmark = pytest.mark.django_db
YEAR, TODAY, UNTIL = 2025, datetime.date(2026, 1, 16), datetime.date(2026, 1, 23)
AFTER = UNTIL + datetime.timedelta(days=1)


@pytest.fixture
def adoption(settings, tmp_path):
    settings.PLAN_TODAY = TODAY
    return make_schools_to_assess(tmp_path)


@pytest.fixture
def people(adoption):
    section = adoption.district.sections.get()
    return {
        "officer": factories.make_officer(section),
        "other": factories.make_officer(section),
        "director": factories.make_director(adoption.district),
    }


@pytest.fixture
def assessment(adoption, people):
    return compute(adoption, YEAR, by=people["officer"])


@pytest.fixture
def shown(assessment, people):
    return show(assessment, until=UNTIL, lists_all=False, by=people["officer"])


def unit(code):
    return Unit.objects.get(code=code)


def principal(code):
    return unit(code).posts.get(role=Role.PRINCIPAL).user


def target(code="TRAINING"):
    return Target.objects.get(code=code)


def objected(assessment, code="P1", **item):
    return object_to(
        assessment, unit(code), reason="漏算一次培训", by=principal(code), **(item or {"target": target()})
    )


def value(number, code="TRAINING"):
    return Wanted(AdjustmentKind.VALUE, target=target(code) if code else None, value=number)


def grades(assessment):
    return {sheet.code: sheet.grade for sheet in all_sheets(assessment)}


def totals(assessment):
    return {sheet.code: sheet.total for sheet in all_sheets(assessment)}


def test_showing_tells_every_school_and_is_done_once(shown, people):
    assert (shown.state, shown.objections_until) == (AssessmentState.SHOWN, UNTIL)
    told = Message.objects.filter(to=principal("P1"))
    assert [(one.subject, one.body) for one in told] == [
        ("2025年度考核结果公示，请核对", "请在2026年1月23日以前（含当天）核对，有异议的由校长（园长）提出。")
    ]
    assert Message.objects.count() == 6
    with pytest.raises(ValidationError, match="已经公示"):
        show(shown, until=UNTIL, lists_all=False, by=people["officer"])


def test_what_is_stale_is_not_shown(assessment, people, tmp_path):
    load_schemes(written(tmp_path, changed("schemes.0.good_from", 75)), by=None)
    with pytest.raises(ValidationError, match="不能公示"):
        show(assessment, until=UNTIL, lists_all=False, by=people["officer"])


@pytest.mark.parametrize("until", [UNTIL - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=61)])
def test_objections_last_at_least_five_working_days(assessment, people, until):
    with pytest.raises(ValidationError, match="至少 5 个工作日，应在2026年1月23日至2026年3月17日之间截止"):
        show(assessment, until=until, lists_all=False, by=people["officer"])


def test_an_objection_waits_and_is_told(shown, people):
    objection = objected(shown)
    assert (objection.about, objection.is_open) == (About.LINE, True)
    told = Message.objects.filter(subject__endswith="对2025年度考核提出异议")
    assert {one.to for one in told} == {people["director"], people["other"]}  # the officer computed it
    with pytest.raises(ValidationError, match="已经提出"):
        objected(shown)
    objected(shown, about=About.WHOLE)


def test_an_objection_is_refused_before_it_is_shown(assessment):
    with pytest.raises(ValidationError, match="还没有公示"):
        objected(assessment)


def test_an_objection_after_the_last_day_is_refused_with_the_date(shown, settings):
    settings.PLAN_TODAY = UNTIL
    objected(shown)
    settings.PLAN_TODAY = AFTER
    with pytest.raises(ValidationError, match="异议期已于2026年1月23日截止"):
        objected(shown, "P2")


def test_only_the_school_s_own_principal_objects(shown, people):
    clerk = factories.make_clerk(unit("P1"))
    for by in (clerk, principal("P2"), people["director"]):
        with pytest.raises(PermissionDenied):
            object_to(shown, unit("P1"), target=target(), reason="不对", by=by)
    with pytest.raises(ValidationError, match="请写明理由"):
        object_to(shown, unit("P1"), target=target(), reason=" ", by=principal("P1"))


def test_a_corrected_figure_is_counted_like_any_other(shown, people):
    objection = objected(shown, "P4")
    stored = list(SubjectScore.objects.order_by("pk").values())
    decide(objection, upheld=True, answer="补认 20 人", change=value(80), by=people["other"])
    (sheet,) = [one for one in all_sheets(shown) if one.code == "P4"]
    line = sheet.lines[0]
    assert (line.before, line.value, line.attainment, line.points) == ("60.0%", "80.0%", "84.21%", "50.53")
    assert (sheet.total, sheet.grade, sheet.computed) == ("88.03", "良好", "75.39 分、合格")
    assert [(one.what, one.why) for one in sheet.changes] == [("TRAINING率的完成值更正为 80", "补认 20 人")]
    assert list(SubjectScore.objects.order_by("pk").values()) == stored


def test_a_corrected_figure_that_meets_the_goal_is_full(shown, people):
    decide(objected(shown), upheld=True, answer="补认", change=value(95), by=people["other"])
    assert totals(shown)["P1"] == "97.50"


def test_timeliness_and_points_can_be_adjusted(shown, people):
    first = objected(shown, about=About.TIMELINESS)
    decide(first, upheld=True, answer="停电", change=value(4, None), by=people["other"])
    assert totals(shown)["P1"] == "96.84"
    second = objected(shown, about=About.WHOLE)
    change = Wanted(AdjustmentKind.POINTS, points=Decimal("-1.5"))
    decide(second, upheld=True, answer="另有扣分", change=change, by=people["other"])
    (sheet,) = [one for one in all_sheets(shown) if one.code == "P1"]
    assert (sheet.total, sheet.adjusted) == ("95.34", "−1.50")


def test_a_lifted_veto_recomputes_grades_and_the_quota(adoption, people):
    veto = confirmed(adoption, "accident", "J1")
    assessment = compute(adoption, YEAR, by=people["officer"])
    before = grades(assessment)
    assert (before["J1"], before["P1"]) == ("不合格", "优秀")  # who is vetoed takes no place
    show(assessment, until=UNTIL, lists_all=False, by=people["officer"])
    change = Wanted(AdjustmentKind.LIFT, occurrence=veto)
    objection = objected(assessment, "J1", occurrence=veto)
    decide(objection, upheld=True, answer="第三方责任", change=change, by=people["other"])
    after = grades(assessment)
    assert (after["J1"], after["P1"]) == ("优秀", "良好")
    assert set(RevisedScore.objects.values_list("subject__unit__code", flat=True)) == {"J1", "P1"}
    veto.refresh_from_db()
    assert veto.lifted_at is None


def test_who_computed_or_is_of_the_school_does_not_decide(shown, people, adoption):
    objection = objected(shown)
    with pytest.raises(PermissionDenied, match="由您计算"):
        decide(objection, upheld=False, answer="属实", by=people["officer"])
    factories.make_clerk(unit("P1"), user=people["other"])
    with pytest.raises(PermissionDenied, match="任职"):
        decide(objection, upheld=False, answer="属实", by=people["other"])
    for by in (principal("P2"), factories.make_leader(adoption.district)):
        with pytest.raises(PermissionDenied):
            decide(objection, upheld=False, answer="属实", by=by)
    assert objection.is_open


def test_of_two_decisions_at_once_the_second_is_refused(shown, people):
    objection = objected(shown)
    same = Objection.objects.get(pk=objection.pk)
    decide(objection, upheld=False, answer="口径不含线上", by=people["other"])
    with pytest.raises(ValidationError, match="另一人刚刚答复了"):
        decide(same, upheld=True, answer="属实", change=value(95), by=people["director"])
    objection.refresh_from_db()
    assert (objection.upheld, objection.answer, Adjustment.objects.count()) == (False, "口径不含线上", 0)
    assert Message.objects.filter(to=principal("P1"), body="未采纳：口径不含线上").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_four_who_decide_at_the_same_moment_one_does(shown, people):
    """Each by a connection of its own; nothing is adjusted twice."""
    objection = objected(shown)
    deciders = [factories.make_officer(shown.adoption.district.sections.get()) for _ in range(PEOPLE)]

    def outcome(number):
        same, change = Objection.objects.get(pk=objection.pk), value(91 + number)
        try:
            return decide(same, upheld=True, answer="补认", change=change, by=deciders[number]).decided_by
        except ValidationError as error:
            return error.code

    outcomes = at_once(outcome)
    (first,) = [one for one in outcomes if one != "raced"]
    assert (len(outcomes), Adjustment.objects.get().value) == (PEOPLE, 91 + deciders.index(first))
    assert RevisedScore.objects.filter(subject__unit__code="P1").count() == 1


@pytest.mark.parametrize(
    ("upheld", "answer", "change", "reason"),
    [
        (True, "属实", None, "怎样调整"),
        (False, "不属实", Wanted(AdjustmentKind.POINTS, points=Decimal(1)), "不作调整"),
        (False, " ", None, "答复的理由"),
        (True, "属实", Wanted(AdjustmentKind.POINTS, points=Decimal(0)), "不能是 0"),
        (True, "属实", Wanted(AdjustmentKind.VALUE, value=5), "0 到 4 的整数"),
        (True, "属实", Wanted(AdjustmentKind.VALUE), "更正后的完成值"),
        (True, "属实", Wanted(AdjustmentKind.LIFT), "请选该校"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_whole(shown, people, upheld, answer, change, reason):
    objection = objected(shown)
    with pytest.raises(ValidationError, match=reason):
        decide(objection, upheld=upheld, answer=answer, change=change, by=people["other"])
    objection.refresh_from_db()
    assert (objection.is_open, Adjustment.objects.count()) == (True, 0)


def test_the_database_refuses_a_decision_without_words(shown):
    objection = objected(shown)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(upheld=True, decided_by=factories.make_user())


def test_publishing_waits_for_the_last_day_and_every_answer(shown, people, settings):
    objection = objected(shown)
    with pytest.raises(ValidationError) as caught:
        publish_assessment(shown, by=people["director"])
    assert caught.value.messages == ["异议期到2026年1月23日截止，过后才能发布。", "还有 1 件异议没有答复。"]
    settings.PLAN_TODAY = AFTER
    decide(objection, upheld=True, answer="补认", change=value(95), by=people["other"])
    edition = publish_assessment(shown, by=people["director"])
    shown.refresh_from_db()
    sheets = {one["code"]: one for one in AssessmentEdition.objects.get().content["sheets"]}
    assert (shown.state, edition.checksum) == (AssessmentState.FINAL, checksum_of(edition.content))
    assert (sheets["P1"]["total"], sheets["P1"]["grade"], len(sheets["P1"]["lines"])) == ("97.50", "良好", 3)
    with pytest.raises(ValidationError, match="已经发布"):
        publish_assessment(shown, by=factories.make_director(shown.adoption.district))
    assert set(AuditRow.objects.filter(verb__in=VERBS).values_list("verb", flat=True)) == VERBS


VERBS = {"assessed", "shown", "objected", "decided", "published"}


def test_who_computed_does_not_publish(adoption, people, settings):
    assessment = compute(adoption, YEAR, by=people["director"])
    show(assessment, until=UNTIL, lists_all=False, by=people["officer"])
    settings.PLAN_TODAY = AFTER
    for by in (people["director"], people["other"]):
        with pytest.raises(PermissionDenied):
            publish_assessment(assessment, by=by)
    assert not AssessmentEdition.objects.exists()


def rescheme(tmp_path):
    load_schemes(written(tmp_path, changed("schemes.0.good_from", 75)), by=None)


def remeasure(_):
    element = definitions().get(target__code="TRAINING").terms.all()[0].element
    unit("P1").entries.filter(element=element).update(value=91, approved_value=91)
    measure(Adoption.objects.get(), Period.parse("2025H2"), by=None)


@pytest.mark.parametrize("change", [rescheme, remeasure])
def test_what_changed_since_it_was_computed_is_not_published(shown, people, settings, tmp_path, change):
    change(tmp_path)
    settings.PLAN_TODAY = AFTER
    with pytest.raises(ValidationError, match="在计算之后有变动"):
        publish_assessment(shown, by=people["director"])


def test_what_is_taken_back_keeps_objections_and_decisions(shown, people, tmp_path):
    decide(objected(shown), upheld=True, answer="补认", change=value(95), by=people["other"])
    waiting = objected(shown, "P2")
    with pytest.raises(ValidationError, match="为什么收回"):
        retract(shown, why=" ", by=people["officer"])
    retract(shown, why="方案有误", by=people["officer"])
    rescheme(tmp_path)
    again = compute(shown.adoption, YEAR, by=people["officer"])
    show(again, until=UNTIL, lists_all=False, by=people["officer"])
    assert totals(again)["P1"] == "97.50"
    decide(waiting, upheld=False, answer="口径不含线上", by=people["other"])


def test_a_school_that_is_not_assessed_can_object_but_has_nothing_to_adjust(adoption, people):
    school(adoption, "NEW", {}, opened=datetime.date(2025, 10, 8))
    assessment = compute(adoption, YEAR, by=people["officer"])
    show(assessment, until=UNTIL, lists_all=False, by=people["officer"])
    objection = objected(assessment, "NEW", about=About.WHOLE)
    change = Wanted(AdjustmentKind.POINTS, points=Decimal(1))
    with pytest.raises(ValidationError, match="不参加本年度考核"):
        decide(objection, upheld=True, answer="属实", change=change, by=people["other"])
