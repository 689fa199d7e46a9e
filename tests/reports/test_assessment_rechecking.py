"""Computing published assessments again from what was kept with them."""

import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from base import append_only
from reports.actions import compute, publish_assessment, show
from reports.assessment.kept import read, text_of
from reports.frozen import digest_of
from reports.models import AssessmentEdition, AssessmentSources, LineScore, RevisedScore, SchemeLine, SubjectScore
from schools.models import UnitFacts
from submissions.models import Entry
from targets.models import TargetDefinition
from tests import factories
from tests.reports.assessments import PUBLISHED, UNTIL, make_published, make_schools_to_assess, said, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(settings, tmp_path):
    return make_published(tmp_path, settings)


def told(capsys):
    """The faults that the command prints."""
    with pytest.raises(CommandError, match="处与来源不符"):
        call_command("verify_editions")
    head, *faults = capsys.readouterr().out.splitlines()
    assert head.startswith("✗ 开发区")
    return [fault.strip() for fault in faults]


def rewrite(table, **columns):
    """As somebody who may do all in the database would."""
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        for name, value in columns.items():
            cursor.execute(f"UPDATE {table} SET {name} = %s", [value])  # noqa: S608
    append_only.guard(connection)


def test_a_published_assessment_is_what_its_sources_give(edition):
    assert said("verify_editions").endswith("2025年度考核\n全部相符。\n")


def test_what_is_changed_afterwards_changes_nothing(edition):
    Entry.objects.update(value=1, approved_value=1)
    UnitFacts.objects.update(stages=("senior",), name="新名")
    TargetDefinition.objects.update(scale=7, name="新名")
    assert "全部相符" in said("verify_editions")


def test_names_school_line_and_field_of_a_printed_number(edition, capsys):
    content = edition.content
    sheet = next(one for one in content["sheets"] if one["code"] == "P4")
    sheet["lines"][0]["points"] = "51.53"
    rewrite("reports_assessmentedition", content=json.dumps(content))
    assert told(capsys) == [
        "内容与校验码不符。",
        "审计记录里没有发布过这样的内容。",
        f"{sheet['name']} TRAINING的得分：发布 51.53，重算 50.53。",
    ]


@pytest.mark.parametrize(
    ("model", "code", "column", "value", "fault"),
    [
        (LineScore, "P1", "points", 57, " TRAINING的得分：库里 57.000000000000，重算 56.842105263157。"),
        (LineScore, "P1", "value", 91, " TRAINING的完成值：库里 91.0，重算 90.0。"),
        (SubjectScore, "P1", "total", 57, "的总分：库里 57.000000000000，重算 93.342105263157。"),
        (RevisedScore, "P4", "total", 99, " 答复异议后的总分：库里 99.000000000000，重算 88.026315789473。"),
    ],
)
def test_names_school_line_and_field_of_a_stored_row(edition, capsys, model, code, column, value, fault):
    """The pages read them."""
    of_subject = {"unit": unit(code)} if model is SubjectScore else {"subject__unit": unit(code)}
    of_line = {"line__target__code": "TRAINING"} if model is LineScore else {}
    assert model.objects.filter(**of_subject, **of_line).update(**{column: value}) == 1
    assert told(capsys) == [f"{unit(code)}{fault}"]


def test_names_who_or_what_is_gone(edition, capsys):
    LineScore.objects.filter(subject__unit__code="P1", line__isnull=True).delete()
    SubjectScore.objects.get(unit__code="P2").delete()
    assert told(capsys) == ["unit:P2：只在库里和保存的来源之一。", f"{unit('P1')} 报送及时性：库里没有这一行。"]


@pytest.mark.parametrize("also", [{}, {"checksum"}])
def test_names_the_school_whose_source_was_altered(edition, capsys, also):
    """One figure, perhaps with a checksum that fits: its line, its total and its place come out otherwise."""
    data = json.loads(edition.sources.data)
    subject = next(one for one in data["subjects"] if one["decided"]["code"] == "unit:P2")
    subject["decided"]["figures"]["TRAINING"]["value"] = 81
    text = json.dumps(data)
    rewrite("reports_assessmentsources", data=text, **{name: digest_of(text) for name in also})
    found = told(capsys)
    assert "保存的来源与校验码不符。" in found
    assert f"{unit('P2')} TRAINING的达成度：发布 84.21%，重算 85.26%。" in found


def test_names_one_without_sources(edition, capsys):
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_assessmentsources")
    append_only.guard(connection)
    assert "发布时没有保存来源，不能重算。" in told(capsys)


def test_what_was_altered_is_not_published(settings, tmp_path):
    """Not stale: computing again gives what was computed. But it is not what is stored."""
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)
    adoption = make_schools_to_assess(tmp_path)
    officer = factories.make_officer(adoption.district.sections.get())
    shown = show(compute(adoption, 2025, by=officer), until=UNTIL, lists_all=False, by=officer)
    LineScore.objects.filter(subject__unit__code="P1", line__target__code="READING").update(points=29)
    settings.PLAN_TODAY = PUBLISHED
    with pytest.raises(ValidationError, match="有人在系统之外改动过"):
        publish_assessment(shown, by=factories.make_director(adoption.district))
    assert not AssessmentEdition.objects.exists()


def test_kept_text_is_read_back_as_it_was(edition):
    text = AssessmentSources.objects.get().data
    assert text_of(read(text)) == text
    assert edition.content["assessment"]["sources"] == digest_of(text)
    assert len(read(text).subjects) == SubjectScore.objects.count()
    assert {code for one in read(text).subjects for code in one.lines} == set(
        SchemeLine.objects.values_list("target__code", flat=True)
    )
