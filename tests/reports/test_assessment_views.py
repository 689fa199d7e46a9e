"""The pages of an assessment."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from reports.actions import compute, object_to, show
from reports.actions.schemes import preview
from reports.assessment.computing import sheets_of
from reports.assessment.schemes import for_core, in_force, stored_as
from reports.assessment.subjects import Trial, Year, half_year_of
from reports.models import AssessmentState, Grade, Objection, Scheme, SubjectScore
from reports.queries import measurement_of
from schools.models import Role, Unit
from targets.core.rounding import shown_points
from targets.models import Element, Target, TargetDefinition
from tests import factories
from tests.reports import assessments
from tests.reports.assessments import confirmed, make_schools_to_assess

pytestmark = pytest.mark.django_db
YEAR, TODAY, UNTIL = 2025, datetime.date(2026, 1, 16), datetime.date(2026, 1, 23)
PLAN = "plan-2023-2025"


@pytest.fixture
def adoption(settings, tmp_path):
    settings.PLAN_TODAY = TODAY
    return make_schools_to_assess(tmp_path)


@pytest.fixture
def officer(adoption):
    return factories.make_officer(adoption.district.sections.get())


@pytest.fixture
def director(adoption):
    return factories.make_director(adoption.district)


@pytest.fixture
def assessment(adoption):
    return compute(adoption, YEAR, by=None)


@pytest.fixture
def shown(assessment, officer):
    return show(assessment, until=UNTIL, lists_all=False, by=officer)


def principal(code):
    return Unit.objects.get(code=code).posts.get(role=Role.PRINCIPAL).user


def url(name, *args):
    return reverse(f"reports:{name}", args=[PLAN, YEAR, *args])


def test_a_school_sees_its_sheet_once_it_is_shown_and_no_other(client_of, assessment, officer):
    client = client_of(principal("P1"))
    assert client.get(url("sheet", "P1")).status_code == 404
    show(assessment, until=UNTIL, lists_all=False, by=officer)
    page = client.get(url("sheet", "P1")).content.decode()
    for said in ("总分 <b>94.34</b>", "90.0% ÷ 95%", "如何算出", "小学、初中", "提出异议", "前三分之一"):
        assert said in page
    assert client.get(url("sheet", "P2")).status_code == 404
    assert "P1" in client.get(reverse("reports:assessments", args=[PLAN])).content.decode()


def test_a_line_leads_to_its_entries_only_for_those_who_may_see_them(client_of, shown, officer):
    """READING counts, like a sensitive target, what only few may see by school."""
    hidden, own = TargetDefinition.objects.get(target__code="EXAM"), client_of(principal("P1"))
    hidden.terms.create(part="numerator", position=9, element=Element.objects.get(code="READERS"))
    for client, leads in ((client_of(officer), False), (own, True)):
        page = client.get(url("sheet", "P1")).content.decode()
        how = [reverse("reports:how_unit", args=[PLAN, code, "2025H2", "P1"]) for code in ("TRAINING", "READING")]
        assert [address in page for address in how] == [True, leads]
        assert client.get(how[1]).status_code == (200 if leads else 404)


def test_a_principal_objects_and_somebody_else_answers(client_of, shown, officer):
    client = client_of(principal("P1"))
    sent = {"item": "line.TRAINING", "reason": "漏算一次培训"}
    assert client.post(url("object", "P1"), {"item": "line.TRAINING"}).status_code == 422
    assert client.post(url("object", "P1"), sent).url == url("sheet", "P1")
    objection = Objection.objects.get()
    bureau = client_of(officer)
    assert "漏算一次培训" in bureau.get(url("objections")).content.decode()
    answer = {"upheld": "1", "answer": "属实", "kind": "value", "line": "line.TRAINING", "value": "95"}
    assert bureau.post(url("objection", objection.pk), answer | {"value": ""}).status_code == 422
    assert bureau.post(url("objection", objection.pk), answer).status_code == 302
    page = client.get(url("sheet", "P1")).content.decode()
    for said in ("总分 <b>97.50</b>", "原为 90.0%", "采纳：属实", "答复异议前为 94.34 分、良好"):
        assert said in page


def test_a_late_objection_is_told_the_date(client_of, shown, settings):
    settings.PLAN_TODAY = UNTIL + datetime.timedelta(days=1)
    client = client_of(principal("P1"))
    page = client.post(url("object", "P1"), {"item": "whole", "reason": "不对"})
    assert (page.status_code, Objection.objects.count()) == (422, 0)
    assert "异议期已于2026年1月23日截止" in page.content.decode()


def test_nothing_of_the_lower_half_is_listed_once_published(client_of, shown, settings, director):
    client = client_of(director)
    assert ">75.39<" in client.get(url("assessment")).content.decode()
    settings.PLAN_TODAY = UNTIL + datetime.timedelta(days=1)
    client.post(url("publish_assessment"))
    shown.refresh_from_db()
    page = client.get(url("assessment")).content.decode()
    assert (shown.state, ">75.39<" in page, ">94.34<" in page) == (AssessmentState.FINAL, False, True)
    assert "以下按代码排列，不列分数和名次" in page


def test_schools_without_a_scheme_are_told_by_name(client_of, adoption, director):
    assessments.school(adoption, "K1", {}, name="东风幼儿园", stages=["kindergarten"])
    assert "幼儿园没有考核方案，不参加考核：东风幼儿园。" in assessments.said("assess", year=YEAR)
    page = client_of(director).get(url("assessment")).content.decode()
    assert "幼儿园没有 2025 年考核方案，1 所不参加考核：东风幼儿园。" in page


def test_small_categories_are_merged_by_name(client_of, shown, director):
    page = client_of(director).get(url("assessment")).content.decode()
    assert [said in page for said in ("与初中合并评定：", "与小学合并评定：")] == [True, True]


def weights(**changed):
    form = {"do": "preview", "timeliness": "10", "excellent_from": "90", "good_from": "80", "pass_from": "60"}
    form |= {"quota": "30", "merge_into": "", "w.TRAINING": "60", "w.READING": "30", "seen": "1"}
    return form | kinds(("市级授牌", "bonus", "2", ""), ("通报批评", "deduction", "1", ""), VETO) | changed


VETO = ("安全事故", "veto", "", "fail")


def kinds(*rows):
    form = {"k-TOTAL_FORMS": len(rows), "k-INITIAL_FORMS": 3}
    for place, row in enumerate(rows):
        form |= {f"k-{place}-{name}": value for name, value in zip(KIND, row, strict=True)}
    return form


KIND = ("name", "kind", "points", "best_grade")


def test_a_scheme_is_previewed_without_storing_anything(client_of, shown, officer):
    client = client_of(officer)
    page = client.post(url("scheme", "primary"), weights(**{"w.TRAINING": "30", "w.READING": "60"})).content.decode()
    assert "94.34" in page
    assert "95.92" in page
    assert "合格 → 良好" in page
    assert (Scheme.objects.filter(category="primary").count(), SubjectScore.objects.first().scheme.version) == (1, 1)


def test_a_changed_scheme_is_a_new_version_and_makes_what_was_computed_stale(client_of, shown, officer):
    client = client_of(officer)
    changed = weights(**{"w.TRAINING": "30", "w.READING": "60", "do": "save"})
    assert "请写明为什么修改" in client.post(url("scheme", "primary"), changed).content.decode()
    assert client.post(url("scheme", "primary"), changed | {"why": "教代会意见"}).status_code == 302
    assert in_force(shown.adoption, YEAR)["primary"].version == 2
    assert "得分可能已不是最新" in client.get(url("assessment")).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"w.TRAINING": "50"}, "应合计 100，现为 90"),
        ({"w.EXAM": "10", "w.TRAINING": "50"}, "EXAM是成绩类目标，不得列入考核"),
        ({"w.NONE": "10"}, "方案没有的目标"),
        ({"w.TRAINING": "many"}, "TRAINING 的权重“many”"),
        ({"good_from": "95"}, "依次降低"),
        ({"merge_into": "primary"}, "另一个已有方案"),
    ],
)
def test_a_scheme_that_cannot_be_is_refused(client_of, adoption, officer, changed, said):
    page = client_of(officer).post(url("scheme", "primary"), weights(**changed, do="save", why="改"))
    assert (page.status_code, Scheme.objects.filter(category="primary").count()) == (422, 1)
    assert said in page.content.decode()


def test_what_adds_takes_and_vetoes_is_previewed_and_saved(client_of, adoption, officer):
    """A bonus worth more, one that is new; the preview counts what happened."""
    confirmed(adoption, "city", "P4")
    compute(adoption, YEAR, by=None)
    client, rows = client_of(officer), (("市级授牌", "bonus", "4.5", ""), ("通报批评", "deduction", "1", ""), VETO)
    sent = weights(**kinds(*rows, ("省级课题", "bonus", "3", "")))
    page = client.post(url("scheme", "primary"), sent).content.decode()
    assert [said in page for said in ("77.39", "79.89")] == [True, True]
    assert client.post(url("scheme", "primary"), sent | {"do": "save", "why": "加重"}).status_code == 302
    stored = in_force(adoption, YEAR)["primary"].kinds.values_list("code", "kind", "points", "best_grade")
    assert list(stored) == [
        ("city", "bonus", Decimal("4.5"), ""),
        ("warned", "deduction", 1, ""),
        ("accident", "veto", None, "fail"),
        ("kind-1", "bonus", 3, ""),
    ]
    again = weights(seen="2", do="save", why="删", **kinds(("", "bonus", "", ""), rows[1], VETO))
    page = client.post(url("scheme", "primary"), again)
    assert "“市级授牌”已有登记的事项，不能删去" in page.content.decode()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("通报批评", "deduction", "", ""), "通报批评：写明分值"),
        (("通报批评", "deduction", "1", "fail"), "通报批评：写明分值，不写等次"),
        (("通报批评", "deduction", "-1", ""), "分值："),
    ],
)
def test_a_kind_that_cannot_be_is_refused(client_of, adoption, officer, row, said):
    sent = kinds(("市级授牌", "bonus", "2", ""), row, VETO)
    page = client_of(officer).post(url("scheme", "primary"), weights(do="save", why="改", **sent))
    assert (page.status_code, said in page.content.decode()) == (422, True)


def test_who_saw_an_older_version_saves_nothing(client_of, assessment, officer):
    client, changed = client_of(officer), {"w.TRAINING": "30", "w.READING": "60", "do": "save", "why": "改"}
    assert client.post(url("scheme", "primary"), weights(**changed)).status_code == 302
    page = client.post(url("scheme", "primary"), weights(do="save", why="改回"))
    assert (page.status_code, "同事刚刚改过这个方案" in page.content.decode()) == (422, True)


def test_a_target_without_results_cannot_be_a_line(client_of, assessment, officer):
    Target.objects.get(code="READING").results.all().delete()
    page = client_of(officer).post(url("scheme", "primary"), weights()).content.decode()
    assert "READING 在2025年下半年没有测算结果" in page


def test_sensitive_targets_are_not_offered(client_of, adoption, officer):
    page = client_of(officer).get(url("scheme", "primary")).content.decode()
    assert ('name="w.TRAINING"' in page, "EXAM" in page) == (True, False)


def test_a_preview_of_the_same_changes_nobody(assessment):
    scheme = in_force(assessment.adoption, YEAR)["primary"]
    assert preview(scheme, stored_as(scheme)) == []


@pytest.mark.parametrize(("training", "timeliness"), [(60, 10), (10, 0), (90, 10), (0, 100), (33, 33)])
def test_a_preview_is_what_computing_would_give(assessment, training, timeliness):
    """Floats there, fractions here."""
    scheme = in_force(assessment.adoption, YEAR)["primary"]
    lines = {"TRAINING": Decimal(training), "READING": Decimal(100 - training - timeliness)}
    wanted = replace(
        stored_as(scheme),
        lines=tuple((code, weight) for code, weight in lines.items() if weight),
        numbers=stored_as(scheme).numbers | {"timeliness": Decimal(timeliness), "quota": Decimal(50)},
    )
    wanted = replace(wanted, lines=wanted.lines or (("READING", Decimal("0.0001")),))
    year = Year(assessment.adoption, YEAR, measurement_of(assessment.adoption, half_year_of(YEAR)))
    exact = [
        {str(one.subject.unit or one.subject.section): (shown_points(one.score.total), Grade(one.graded.grade).label)
         for one in sheets_of(each)}
        for each in (year, Trial(year, for_core(wanted)))
    ]  # fmt: skip
    found = {one.name: ((one.total, one.grade), (one.new_total, one.new_grade)) for one in preview(scheme, wanted)}
    assert found == {name: (exact[0][name], one) for name, one in exact[1].items() if exact[0][name] != one}


def test_showing_taking_back_and_computing_are_done_by_the_bureau(client_of, assessment, officer, director):
    client = client_of(officer)
    assert client.post(url("show_assessment"), {"until": "2026-01-20"}).status_code == 422
    assert client.post(url("show_assessment"), {"until": "2026-01-23"}).status_code == 302
    assert client.post(url("publish_assessment")).status_code == 403
    client.post(url("retract_assessment"), {"why": "方案有误"})
    assessment.refresh_from_db()
    assert assessment.state == AssessmentState.COMPUTED
    assert client.post(url("assess")).url.startswith("/jobs/")


def test_pages_ask_as_many_queries_for_more_objections(client_of, shown, officer, django_assert_max_num_queries):
    for code in ("P1", "P2", "P3"):
        unit = Unit.objects.get(code=code)
        object_to(shown, unit, target=Target.objects.get(code="TRAINING"), reason="不对", by=principal(code))
    client = client_of(officer)
    with django_assert_max_num_queries(20):
        client.get(url("objections"))
