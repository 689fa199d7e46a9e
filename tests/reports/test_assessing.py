"""A year's assessment out of stored rows: who brings what, what is kept, what is refused, the job and its calendar."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from base import clock, jobs
from base.models import Job, JobState
from base.quarters import Period, Quarter
from reports.actions import compute, lift_occurrence, start_assessment
from reports.assessment import computing
from reports.assessment.computing import has_changed, is_stale
from reports.assessment.loading import load_schemes
from reports.jobs import assess_what_is_due
from reports.measuring import measure
from reports.models import Assessment, AssessmentState, LineScore, SubjectScore
from schools.models import Unit
from submissions.models import Extension, Submission
from targets.core.rounding import shown_points
from targets.models import AdoptedTarget, Target, TargetDefinition
from tests import factories
from tests.reports.assessments import (
    changed,
    confirmed,
    definitions,
    make_schools_to_assess,
    said,
    school,
    told,
    written,
)

pytestmark = pytest.mark.django_db
YEAR, H2, Q4 = 2025, Period.parse("2025H2"), Quarter.of(2025, 4)
TODAY = datetime.date(2026, 1, 16)


@pytest.fixture(autouse=True)
def today(settings):
    settings.PLAN_TODAY = TODAY


@pytest.fixture
def adoption(tmp_path):
    """Four primary schools P1–P4 with 90, 80, 70, 60 trained of 100, J1 and N1 (primary and junior); with schemes."""
    return make_schools_to_assess(tmp_path)


def score_of(assessment, code):
    return assessment.scores.get(unit__code=code)


def line_of(score, code):
    return score.lines.get(line__target__code=code) if code else score.lines.get(line__isnull=True)


def test_every_line_says_how_its_points_came_about(adoption):
    score = score_of(compute(adoption, YEAR, by=None), "P1")
    training, reading, timely = (line_of(score, code) for code in ("TRAINING", "READING", ""))
    assert (training.value, training.goal, training.numerator, training.denominator) == (90, 95, 90, 100)
    assert training.attainment == Decimal("0.947368421052")  # 18/19, rounded down
    assert training.points == Decimal("56.842105263157")
    assert (reading.status, reading.attainment, reading.points) == ("achieved", 1, 30)
    assert (timely.value, timely.goal, timely.points) == (3, 4, Decimal("7.5"))
    assert score.score == score.total == Decimal("94.342105263157")
    assert shown_points(score.total) == "94.34"


def test_grades_quota_and_merged_categories(adoption):
    assessment = compute(adoption, YEAR, by=None)
    assert list(assessment.scores.filter(unit__isnull=False).values_list("unit__code", "grade", "grouped")) == [
        ("J1", "excellent", ("primary", "junior")),
        ("N1", "good", ("nine_year",)),
        ("P1", "good", ("primary", "junior")),
        ("P2", "good", ("primary", "junior")),
        ("P3", "good", ("primary", "junior")),
        ("P4", "pass", ("primary", "junior")),
    ]


def test_a_nine_year_school_has_the_lines_of_both(adoption):
    score = score_of(compute(adoption, YEAR, by=None), "N1")
    assert [(line.weight, line.attainment) for line in score.lines.all()] == [
        (80, 1),
        (15, Decimal("0.5")),
        (5, Decimal("0.75")),
    ]


def test_an_extension_moves_the_due_date(adoption):
    unit, until = Unit.objects.get(code="P1"), datetime.date(2025, 7, 9)
    Extension.objects.create(
        unit=unit, quarter=Quarter.of(2025, 2), until=until, reason="停电", given_at=clock.now(),
        given_by=factories.make_user(),
    )  # fmt: skip
    assert line_of(score_of(compute(adoption, YEAR, by=None), "P1"), "").attainment == 1


def test_a_form_never_handed_in_is_late(adoption):
    Submission.objects.filter(unit__code="P1", quarter=Quarter.of(2025, 1)).delete()
    assert line_of(score_of(compute(adoption, YEAR, by=None), "P1"), "").attainment == Decimal("0.5")


def test_a_missing_figure_counts_0(adoption):
    school(adoption, "P9", {"READERS": 95, "PUPILS": 100})
    line = line_of(score_of(compute(adoption, YEAR, by=None), "P9"), "TRAINING")
    assert (line.mark, line.points, line.value) == ("missing", 0, None)


def test_schools_that_opened_closed_or_merged_in_the_year(adoption):
    school(adoption, "NEW", {}, opened=datetime.date(2025, 10, 8))
    school(adoption, "HALF", {}, opened=datetime.date(2025, 7, 1))
    school(adoption, "SHUT", {}, closed=datetime.date(2025, 8, 31))
    merged = school(adoption, "JOIN", {}, closed=datetime.date(2025, 8, 31))
    Unit.objects.filter(pk=merged.pk).update(successor=Unit.objects.get(code="P1"))
    school(adoption, "PAST", {}, closed=datetime.date(2024, 8, 31))
    assessment = compute(adoption, YEAR, by=None)
    found = assessment.scores.exclude(unit=None).values_list("unit__code", "reason", "successor__code")
    told = {code: (reason, successor) for code, reason, successor in found}
    assert (told["NEW"][0], told["HALF"][0], told["SHUT"][0]) == ("opened_late", "", "closed")
    assert (told["JOIN"], "PAST" in told) == (("merged", "P1"), False)


def test_a_section_is_assessed_by_what_it_answers_for(adoption, tmp_path):
    """And its lines are the whole: READING with 60 of 100 is another section's."""
    lines = [{"target": "READING", "weight": 60}, {"target": "TRAINING", "weight": 40}]
    load_schemes(written(tmp_path, changed("schemes.3.lines", lines)), by=None)
    office = factories.make_section(adoption.district, "office")
    AdoptedTarget.objects.filter(target__code="READING").update(section=office)
    factories.make_section(adoption.district, "party")
    scores = compute(adoption, YEAR, by=None).scores.filter(section__isnull=False)
    assert list(scores.values_list("section__code", "lines__line__target__code")) == [
        ("basic", "TRAINING"),
        ("office", "READING"),
    ]
    assert [shown_points(score.total) for score in scores] == ["85.96", "95.45"]  # 490/600 and 399/440 of 95 %


def test_occurrences_count_once_confirmed_and_until_lifted(adoption):
    confirmed(adoption, "warned")
    veto = confirmed(adoption, "accident")
    told(adoption, "city")
    score = score_of(compute(adoption, YEAR, by=None), "P1")
    assert (score.bonus, score.deduction, score.grade, score.best_grade) == (0, 1, "fail", "fail")
    lift_occurrence(veto, why="复查认定无责", by=factories.make_director(adoption.district))
    score = score_of(compute(adoption, YEAR, by=None), "P1")
    assert (score.grade, score.best_grade) == ("good", "excellent")  # J1 has the only place


def test_computing_again_gives_the_same(adoption):
    first = compute(adoption, YEAR, by=None)
    rows = list(first.scores.values_list("unit", "total", "grade"))
    again = compute(adoption, YEAR, by=None)
    assert (again.pk, again.checksum, list(again.scores.values_list("unit", "total", "grade"))) == (
        first.pk, first.checksum, rows,
    )  # fmt: skip
    assert LineScore.objects.count() == sum(score.lines.count() for score in again.scores.all())
    assert not is_stale(again)


def test_a_changed_scheme_makes_it_stale(adoption, tmp_path):
    assessment = compute(adoption, YEAR, by=None)
    load_schemes(written(tmp_path, changed("schemes.0.good_from", 75)), by=None)
    assert is_stale(assessment)
    assert {scheme.version for scheme in compute(adoption, YEAR, by=None).schemes.all()} == {1, 2}


def test_a_result_measured_anew_makes_it_stale(adoption):
    assessment = compute(adoption, YEAR, by=None)
    unit, element = Unit.objects.get(code="P1"), definitions().get(target__code="TRAINING").terms.all()[0].element
    unit.entries.filter(element=element).update(value=91, approved_value=91)
    assert not is_stale(assessment)  # it is computed from what is stored
    measure(adoption, H2, by=None)
    assert is_stale(assessment)


def scheme_changed(adoption, tmp_path):
    load_schemes(written(tmp_path, changed("schemes.0.good_from", 75)), by=None)


def measured_anew(adoption, tmp_path):
    Unit.objects.get(code="P1").entries.update(value=91, approved_value=91)
    measure(adoption, H2, by=None)


def something_happened(adoption, tmp_path):
    confirmed(adoption, "warned")


def extended(adoption, tmp_path):
    Extension.objects.create(
        unit=Unit.objects.get(code="P1"), quarter=Quarter.of(2025, 2), until=datetime.date(2025, 7, 9), reason="停电",
        given_at=clock.now(), given_by=factories.make_user(),
    )  # fmt: skip


def form_taken_away(adoption, tmp_path):
    Submission.objects.filter(unit__code="P1", quarter=Quarter.of(2025, 1)).delete()


def closed(adoption, tmp_path):
    Unit.objects.filter(code="P2").update(closed=datetime.date(2025, 11, 1))


def another_stage(adoption, tmp_path):
    Unit.objects.get(code="P2").facts.update(stages=("junior",))


def another_section(adoption, tmp_path):
    AdoptedTarget.objects.filter(target__code="READING").update(
        section=factories.make_section(adoption.district, "office")
    )


def became_sensitive(adoption, tmp_path):
    TargetDefinition.objects.filter(target__code="READING").update(sensitive=True)


SOURCES = [scheme_changed, measured_anew, something_happened, extended, form_taken_away, closed, another_stage]
SOURCES += [another_section, became_sensitive]


@pytest.mark.parametrize("change", SOURCES)
def test_whatever_changes_is_noticed_without_computing(adoption, tmp_path, change, monkeypatch):
    assessment = compute(adoption, YEAR, by=None)
    assert not has_changed(assessment)
    change(adoption, tmp_path)
    assert is_stale(assessment)
    monkeypatch.setattr(computing, "score", None)
    assert has_changed(assessment)


def test_noticing_takes_as_many_queries_for_more_schools(adoption, django_assert_num_queries):
    assessment = compute(adoption, YEAR, by=None)
    with django_assert_num_queries(TO_NOTICE):
        has_changed(assessment)
    for number in range(6):
        school(adoption, f"P1{number}", {"TRAINED": 50, "TEACHERS": 100})
    with django_assert_num_queries(TO_NOTICE):
        assert has_changed(assessment)


TO_NOTICE = 17


@pytest.mark.parametrize("state", [AssessmentState.SHOWN, AssessmentState.FINAL])
def test_what_was_shown_is_never_computed_over(adoption, state):
    compute(adoption, YEAR, by=None)
    shown = {"shown_at": clock.now(), "shown_by": factories.make_user(), "objections_until": TODAY}
    Assessment.objects.update(state=state, **shown)
    with pytest.raises(ValidationError, match="不能重新计算"):
        compute(adoption, YEAR, by=None)


@pytest.mark.parametrize(
    ("today", "year", "reason"),
    [
        (datetime.date(2026, 1, 5), 2025, "2026年1月5日才截止"),
        (TODAY, 2027, "2027年不在方案的期限内"),
        (TODAY, 2024, "2024年还没有考核方案"),
    ],
)
def test_a_year_that_cannot_be_computed(adoption, settings, today, year, reason):
    settings.PLAN_TODAY = today
    with pytest.raises(ValidationError, match=reason):
        compute(adoption, year, by=None)
    assert not Assessment.objects.exists()


def test_a_target_that_became_sensitive_or_has_no_results_is_named(adoption):
    measure(adoption, H2, by=None)
    TargetDefinition.objects.filter(target__code="READING").update(sensitive=True)
    Target.objects.get(code="TRAINING").results.all().delete()
    with pytest.raises(ValidationError) as caught:
        compute(adoption, YEAR, by=None)
    text = "".join(caught.value.messages)
    assert "科室：READING是成绩类目标，不得列入考核" in text
    assert "初中：目标 TRAINING 在2025年下半年没有测算结果。" in text


def test_computing_takes_as_many_queries_for_more_schools(adoption, django_assert_num_queries):
    measure(adoption, H2, by=None)
    compute(adoption, YEAR, by=None)
    with django_assert_num_queries(QUERIES):
        compute(adoption, YEAR, by=None)
    for number in range(6):
        school(adoption, f"P1{number}", {"TRAINED": 50, "TEACHERS": 100})
    measure(adoption, H2, by=None)
    with django_assert_num_queries(QUERIES):
        compute(adoption, YEAR, by=None)


QUERIES = 37


def test_the_job_reports_and_can_be_taken_over(adoption):
    job = start_assessment(adoption, YEAR, by=None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    first = Assessment.objects.get()
    assert first.job == job
    died = {"state": JobState.RUNNING, "heartbeat_at": None, "finished_at": None}  # its worker, at the very end
    Job.objects.filter(pk=job.pk).update(**died)
    jobs.run(job.pk)
    again = Assessment.objects.get()
    assert (again.checksum, SubjectScore.objects.count()) == (first.checksum, 7)


def test_a_job_that_may_not_tells_why(adoption):
    job = start_assessment(adoption, YEAR, by=None)
    TargetDefinition.objects.filter(target__code="READING").update(sensitive=True)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "成绩类目标" in job.error


@pytest.mark.parametrize(("day", "number"), [(14, 0), (15, 1), (31, 1)])
def test_beat_computes_the_year_before_from_15_january_on(adoption, settings, day, number):
    settings.PLAN_TODAY = datetime.date(2026, 1, day)
    assess_what_is_due()
    assess_what_is_due()
    assert [job.kind for job in Job.objects.all()] == ["assessment"] * number


def test_beat_leaves_what_was_computed_alone(adoption):
    compute(adoption, YEAR, by=None)
    assess_what_is_due()
    assert not Job.objects.exists()


def test_the_command_says_what_came_out(adoption):
    assert "2025年度考核：优秀 1，良好 5，合格 1，不合格 0，不参评 0。" in said("assess", year=YEAR, district="kfq")
    with pytest.raises(CommandError, match="不在"):
        said("assess", year=2031)
