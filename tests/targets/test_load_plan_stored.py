"""Faults of a plan file against what is loaded already."""

import datetime

import pytest

from targets.loader import check_plan, load_plan
from tests.targets.plan_files import DROP, base, changed, of_bureau, problems_of, write

pytestmark = pytest.mark.django_db

DAY = datetime.date


class TestWithWhatIsStored:
    """The small plan is loaded; its first target is sensitive."""

    @pytest.fixture(autouse=True)
    def _loaded(self, tmp_path, db):
        data = changed(base(), **{"targets[0].sensitive": True})
        load_plan(write(tmp_path, data), by=None)

    @pytest.fixture
    def now(self):
        return changed(base(), **{"targets[0].sensitive": True})

    @pytest.mark.parametrize(
        ("path", "value", "reason"),
        [
            ("elements[0].period_kind", "flow", "已载入的填报项不能改 period_kind（原为 stock），"),
            ("elements[0].asked_in", ["Q3", "Q4"], "已载入的填报项不能改 asked_in（原为 Q3），"),
            ("elements[0].value_type", "decimal", "已载入的填报项不能改 value_type（原为 integer），"),
            ("elements[0].stages", DROP, "已载入的填报项不能改 stages（原为 kindergarten），"),
            ("elements[2].stages", ["primary"], "已载入的填报项不能改 stages（原为 全部），"),
            ("elements[7].about", "bureau", "已载入的填报项不能改 about（原为 school），"),
        ],
    )
    def test_an_element_stays_what_it_counts(self, tmp_path, now, path, value, reason):
        full = f"{reason}已有数据和其他方案靠它；请另用新的编码。"
        assert (path, full) in problems_of(tmp_path, changed(now, **{path: value}))

    def test_the_plans_dates_stay(self, tmp_path, now):
        data = changed(now, **{"plan.end": DAY(2026, 12, 31)})
        assert problems_of(tmp_path, data) == [("plan.end", "已载入的方案不能改起止日期（原为 2025-12-31）。")]

    def test_the_plans_parts_stay(self, tmp_path, now):
        data = changed(now, **{"plan.actions[0].tasks[1]": DROP})
        assert problems_of(tmp_path, data) == [("plan.actions", "第 2 项重点任务已载入，不能从文件中删去。")]

    def test_targets_stay(self, tmp_path, now):
        data = changed(now, **{"targets[4]": DROP})
        assert problems_of(tmp_path, data) == [
            (
                "targets",
                "目标 TALENTS 已载入，不能从方案中删去；不再评的，请写明 pending（不评的理由）和起用季度 since。",
            )
        ]

    def test_the_sensitive_flag_stays(self, tmp_path, now):
        reason = "成绩类标记不能由方案文件取消（原为 sensitive: true）。"
        for value in (DROP, False):
            data = changed(now, **{"targets[0].sensitive": value})
            assert problems_of(tmp_path, data) == [("targets[0].sensitive", reason)]

    @pytest.mark.parametrize(
        ("path", "value", "name"),
        [
            ("targets[0].numerator[1]", "CHILDREN", "numerator"),
            ("targets[0].denominator[1]", "CHILDREN_PUBLIC", "denominator"),
            ("targets[0].scale", 1000, "scale"),
            ("targets[0].stages", DROP, "stages"),
            ("targets[0].ownership", "public", "ownership"),
            ("targets[0].goal_scope", "district", "goal_scope"),
            ("targets[0].decimals", 2, "decimals"),
            ("targets[0].soft", True, "soft"),
            ("targets[0].pending", "口径未定", "pending"),
            ("targets[0].window", "plan", "window"),
            ("targets[1].condition", "ROOMS_ONLINE/ROOMS>=0.95", "condition"),
            ("targets[1].condition", "ROOMS_ONLINE>=0.96", "condition"),
            ("targets[1].condition", "ROOMS_ONLINE/ROOMS>0.96", "condition"),
            ("targets[0].goals[0].due", DAY(2025, 6, 30), "goals"),
            ("targets[0].goals[0].comparator", ">", "goals"),
            ("targets[0].goals[0].value", 71, "goals"),
            ("targets[0].goals[0].pacing", "step", "goals"),
            ("targets[5].goals[0].basis", "absolute", "goals"),
        ],
    )
    def test_what_measures_changes_only_from_a_later_quarter_on(self, tmp_path, now, path, value, name):
        where = path.split(".")[0] + ".since"
        assert problems_of(tmp_path, changed(now, **{path: value})) == [
            (where, f"改了 {name}：第 1 版口径自 2023Q1 起用，改动须写明更晚的起用季度 since（现为 2023Q1）。")
        ]

    def test_another_measure_names_all_that_it_changes(self, tmp_path, now):
        edits = {"targets[3].measure": "judgement", "targets[3].numerator": ["V_TALENTS"]}
        data = changed(now, **edits, **{"targets[3].goals[0]": {"due": DAY(2025, 12, 31)}})
        assert problems_of(tmp_path, data) == [
            (
                "targets[3].since",
                "改了 measure、numerator、goals：第 1 版口径自 2023Q1 起用，"
                "改动须写明更晚的起用季度 since（现为 2023Q1）。",
            )
        ]

    def test_a_later_quarter_without_a_change_is_refused(self, tmp_path, now):
        assert problems_of(tmp_path, changed(now, **{"targets[0].since": "2024Q1"})) == [
            (
                "targets[0].since",
                "第 1 版口径自 2023Q1 起用，口径没有改动，since 应仍为 2023Q1（现为 2024Q1）。",
            )
        ]

    def test_an_earlier_quarter_than_the_newest_versions_is_refused(self, tmp_path, now):
        data = changed(now, **{"targets[0].since": "2024Q1", "targets[0].goals[0].value": 75})
        load_plan(write(tmp_path, data), by=None)
        assert problems_of(tmp_path, changed(data, **{"targets[0].since": "2023Q3"})) == [
            ("targets[0].since", "第 2 版口径自 2024Q1 起用，since 不能改到更早（现为 2023Q3）。")
        ]

    def test_sections_may_stand_in_the_database_alone(self, tmp_path, now):
        check_plan(write(tmp_path, changed(now, **{"adoption.sections": DROP})))
        check_plan(write(tmp_path, changed(now, adoption=DROP)))

    def test_without_an_adoption_a_section_of_no_district_is_named(self, tmp_path, now):
        data = changed(
            now, **{"adoption": DROP, "elements[8]": of_bureau("NEW", entered_by="army", reviewed_by="army")}
        )
        assert [path for path, _ in problems_of(tmp_path, data)] == [
            "elements[8].entered_by",
            "elements[8].reviewed_by",
        ]

    def test_another_district_needs_the_section_for_what_is_new(self, tmp_path, now):
        data = changed(now, **{"adoption.district": {"code": "other", "name": "别区"}, "adoption.baselines": []})
        data["adoption"]["sections"].append({"code": "party", "name": "党建科"})
        data["plan"]["actions"][0]["tasks"].append({"no": 3, "name": "党建", "section": "party"})
        data["targets"].append(data["targets"][2] | {"code": "MORE", "home": {"task": 3}})
        reason = "已采用本方案的开发区没有科室“party”，请先在管理后台添加。"
        assert problems_of(tmp_path, data) == [
            ("plan.actions[0].tasks[2].section", reason),
            ("targets[6].section", reason),
        ]
