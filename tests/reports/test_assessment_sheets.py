"""The sheet of an assessment as text, from stored rows and adjustments."""

import datetime

import pytest

from reports.actions import compute
from reports.assessment.adjusting import Decided, revised_of, score_of, subjects_of
from reports.assessment.sheets import all_sheets, sheet_of
from schools.models import Unit
from tests.reports.assessments import confirmed, make_schools_to_assess, school

pytestmark = pytest.mark.django_db
YEAR, TODAY = 2025, datetime.date(2026, 1, 16)


@pytest.fixture
def adoption(settings, tmp_path):
    settings.PLAN_TODAY = TODAY
    return make_schools_to_assess(tmp_path)


def read(assessment, code):
    return sheet_of(assessment, assessment.scores.get(unit__code=code).pk)


def test_every_line_is_told(adoption):
    sheet = read(compute(adoption, YEAR, by=None), "P1")
    assert [
        (one.name, one.weight, one.value, one.goal, one.attainment, one.points, one.how) for one in sheet.lines
    ] == [
        ("TRAINING率", "60", "90.0%", "95%", "94.74%", "56.84", "90.0% ÷ 95%"),
        ("READING率", "30", "95.0%", "95%", "100.00%", "30.00", "已达成，计满分"),
        ("报送及时性", "10", "3\xa0个季度", "4\xa0个季度", "75.00%", "7.50", "全年应报 4 个季度，按时 3 个"),
    ]
    assert (sheet.score, sheet.total, sheet.grade, sheet.merged) == ("94.34", "94.34", "良好", "小学、初中")
    assert (sheet.band, sheet.reason, sheet.computed) == ("前三分之一", "", "")


def test_what_is_missing_small_or_does_not_count_is_marked(adoption):
    school(adoption, "P9", {"READERS": 9, "PUPILS": 10})
    training, reading, _ = read(compute(adoption, YEAR, by=None), "P9").lines
    assert (training.is_missing, training.points, training.how) == (True, "0.00", "缺报，按 0 计")
    assert (reading.is_small, training.is_small) == (True, False)


def test_schools_of_a_broken_year_are_told_why(adoption):
    merged = school(adoption, "JOIN", {}, closed=datetime.date(2025, 8, 31), name="旧校")
    Unit.objects.filter(pk=merged.pk).update(successor=Unit.objects.get(code="P1"))
    school(adoption, "SHUT", {}, closed=datetime.date(2025, 8, 31))
    school(adoption, "NEW", {}, opened=datetime.date(2025, 10, 8))
    found = {sheet.code: sheet for sheet in all_sheets(compute(adoption, YEAR, by=None))}
    heir = Unit.objects.get(code="P1")
    assert found["JOIN"].reason == f"年内并入{heir}，本年度由{heir}参加考核，本校不单独评定。"
    assert found["SHUT"].reason.startswith("年内停办")
    assert found["NEW"].reason.startswith("年内开办不足两个季度")
    assert (found["NEW"].total, found["NEW"].grade) == ("", "")


def test_what_happened_is_told_with_its_worth(adoption):
    for code in ("city", "warned", "accident"):
        confirmed(adoption, code)
    sheet = read(compute(adoption, YEAR, by=None), "P1")
    assert [(one.name, one.worth) for one in sheet.happenings] == [
        ("市级授牌", "+2 分"), ("通报批评", "−1 分"), ("安全事故", "至多评为不合格"),
    ]  # fmt: skip
    assert (sheet.bonus, sheet.deduction, sheet.total, sheet.grade) == ("2.00", "1.00", "95.34", "不合格")


def test_stored_lines_give_the_stored_scores_again(adoption):
    school(adoption, "P9", {"READERS": 9, "PUPILS": 10})
    school(adoption, "SHUT", {}, closed=datetime.date(2025, 8, 31))
    confirmed(adoption, "accident", "J1")
    assessment = compute(adoption, YEAR, by=None)
    assert revised_of(assessment) == []
    decided = Decided.of(assessment)
    for subject in subjects_of(assessment):
        reason = score_of(subject, decided).reason
        assert subject.reason == (reason or "")


def test_reading_takes_as_many_queries_for_more_schools(adoption, django_assert_num_queries):
    assessment = compute(adoption, YEAR, by=None)
    with django_assert_num_queries(QUERIES):
        all_sheets(assessment)
    for number in range(6):
        school(adoption, f"P1{number}", {"TRAINED": 50, "TEACHERS": 100})
    assessment = compute(adoption, YEAR, by=None)
    with django_assert_num_queries(QUERIES):
        assert len(all_sheets(assessment)) > 10


QUERIES = 12
