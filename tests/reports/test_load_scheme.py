"""Loading assessment files: refusals by line, versions; form, loader and database refuse sensitive targets."""

import pytest
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from base import clock
from base.append_only import RewritingError
from base.models import AuditRow
from reports.assessment.loading import check_schemes, load_schemes
from reports.assessment.schemes import for_core, in_force, stored_as
from reports.models import Scheme, SchemeLine
from targets.loader import PlanFileError
from targets.models import Target
from tests import factories
from tests.reports.assessments import FILE, changed, make_plan_to_assess, said, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def adoption():
    return make_plan_to_assess()


def test_a_file_is_loaded_whole(adoption, tmp_path):
    load_schemes(written(tmp_path, FILE), by=None)
    schemes = in_force(adoption, 2025)
    assert list(schemes) == ["primary", "junior", "nine_year", "section"]
    core = for_core(stored_as(schemes["nine_year"]))
    assert (core.lines, core.timeliness, core.weight) == ({"TRAINING": 80, "READING": 15}, 5, 100)
    assert for_core(stored_as(schemes["junior"])).merge_into == "primary"
    assert (core.bonuses, core.deductions, core.vetoes) == ({"city": 2}, {"warned": 1}, {"accident": "fail"})


def test_loading_again_changes_nothing(adoption, tmp_path):
    file = written(tmp_path, FILE)
    assert said("load_scheme", str(file)).startswith("开发区2025年度考核方案：新增 4")
    rows = AuditRow.objects.count()
    assert said("load_scheme", str(file)) == "开发区2025年度考核方案：没有变化。\n"
    assert (Scheme.objects.count(), AuditRow.objects.count()) == (4, rows)


def test_what_differs_becomes_a_new_version_and_the_old_one_stays(adoption, tmp_path):
    load_schemes(written(tmp_path, FILE), by=None)
    told = said("load_scheme", str(written(tmp_path, changed("schemes.3.quota", 20))))
    assert told.splitlines() == [
        "开发区2025年度考核方案：新增 0，新版本 1，未变 3。",
        "  2025年科室考核方案第 2 版：1 项",
    ]
    versions = Scheme.objects.filter(category="section").order_by("version").values_list("version", "quota")
    assert list(versions) == [(1, 30), (2, 20)]


@pytest.mark.parametrize(
    ("path", "value", "line", "reason"),
    [
        ("schemes.0.lines.1.weight", 20, "lines:", "schemes[0].lines：各项权重加上报送及时性应合计 100，现为 90。"),
        ("schemes.0.lines.1.weight", 0, "weight: 0", "schemes[0].lines[1].weight（READING）：应大于 0。"),
        (
            "schemes.0.lines.1.weight",
            "三成",
            "weight: 三成",
            "schemes[0].lines[1].weight（READING）：应为数字，现为“三成”。",
        ),
        (
            "schemes.0.lines.1.target",
            "EXAM",
            "EXAM",
            "schemes[0].lines[1].target（EXAM）：EXAM是成绩类目标，不得列入考核",
        ),
        (
            "schemes.0.lines.1.target",
            "NOBODY",
            "NOBODY",
            "schemes[0].lines[1].target（NOBODY）：方案里没有目标 NOBODY。",
        ),
        ("schemes.0.lines.1.target", "TRAINING", "TRAINING", "目标 TRAINING 写了两次。"),
        ("schemes.0.excellent_from", 70, "- category: primary", "三条线应依次降低，现为 70、80、60。"),
        ("schemes.0.best", 1, "best: 1", "没有“best”这一项"),
        ("schemes.1.merge_into", "senior", "merge_into: senior", "schemes[1].merge_into：应写本文件中的另一个类别。"),
        ("schemes.1.merge_into", "section", "merge_into: section", "科室和局本级不与别的类别合并。"),
        ("schemes.1.category", "primary", "category: primary", "类别 primary 写了两次。"),
        (
            "schemes.2.lines",
            [{"target": "TRAINING", "weight": 100}],
            "category: nine_year",
            "lines 和 both_of 应写且只写一个。",
        ),
        ("schemes.2.both_of", ["primary", "section2"], "- section2", "应为 kindergarten"),
        ("schemes.2.both_of", ["primary", "senior"], "- senior", "“senior”应是本文件中列了 lines 的类别。"),
        ("schemes.3.timeliness", 10, "timeliness: 10", "报送及时性只考核学校。"),
        ("deductions.0.code", "city", "code: city", "加扣分、否决情形的代码 city 写了两次。"),
        ("vetoes.0.best_grade", "good", "best_grade: good", "应为 fail、pass 之一，现为“good”。"),
        ("plan", "plan-1999", "plan-1999", "kfq没有采用代码为“plan-1999”的方案"),
        ("year", 2031, "year: 2031", "2031年下半年不在方案期限内。"),
        ("schemes", None, "district: kfq", "缺少 schemes。"),
    ],
)
def test_a_mistake_is_told_by_line_and_nothing_is_changed(adoption, tmp_path, path, value, line, reason):
    file = written(tmp_path, changed(path, value))
    with pytest.raises(PlanFileError) as caught:
        load_schemes(file, by=None)
    (told,) = [problem for problem in caught.value.problems if reason in str(problem)]
    assert line in file.read_text(encoding="utf-8").splitlines()[told.line - 1]
    assert not Scheme.objects.exists()


def test_the_command_counts_mistakes_and_can_only_check(adoption, tmp_path):
    with pytest.raises(CommandError, match="考核方案文件有 1 处错误，什么都没有改动"):
        said("load_scheme", str(written(tmp_path, changed("year", 2031))))
    assert said("load_scheme", str(written(tmp_path, FILE)), check=True) == "没有发现错误。\n"
    assert not Scheme.objects.exists()


def test_a_file_without_keys_is_told_which(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("- 1", encoding="utf-8")
    with pytest.raises(PlanFileError, match="文件应是一组键和值（district、plan、year、schemes"):
        check_schemes(file)


# sensitive targets: the loader is above


def make_scheme(adoption):
    at = {"made_at": clock.now(), "made_by": None}
    return Scheme.objects.create(adoption=adoption, year=2025, category="primary", version=1, **at)


def test_the_database_refuses_a_sensitive_line(adoption):
    scheme = make_scheme(adoption)
    exam, training = Target.objects.get(code="EXAM"), Target.objects.get(code="TRAINING")
    with pytest.raises(IntegrityError, match="sensitive targets are not assessed"), transaction.atomic():
        SchemeLine.objects.create(scheme=scheme, target=exam, weight=10)
    with pytest.raises(IntegrityError, match="sensitive targets are not assessed"), transaction.atomic():
        SchemeLine.objects.bulk_create([SchemeLine(scheme=scheme, target=exam, weight=10)])
    line = SchemeLine.objects.create(scheme=scheme, target=training, weight=10)
    line.target = exam
    with pytest.raises(RewritingError):
        line.save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_schemeline SET target_id = %s", [exam.pk])


def test_a_target_is_sensitive_if_any_version_of_it_is(adoption):
    training = Target.objects.get(code="TRAINING")
    factories.make_definition(training, version=2, since="2025Q1", sensitive=True, name="二版", measure="count")
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeLine.objects.create(scheme=make_scheme(adoption), target=training, weight=10)


@pytest.mark.parametrize(
    "fields",
    [
        {"good_from": 95},
        {"quota": 101},
        {"category": "section", "timeliness": 10},
        {"merge_into": "primary"},
    ],
)
def test_the_database_refuses_a_scheme_that_cannot_be(adoption, fields):
    at = {"made_at": clock.now(), "made_by": None, "category": "primary"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheme.objects.create(adoption=adoption, year=2025, version=1, **(at | fields))


def test_the_real_file_fits_the_real_plan(tmp_path):
    said("load_plan", "fixtures/plan_2023_2025.yaml")
    assert "新增 7" in said("load_scheme", "fixtures/assessment_2024.yaml")
