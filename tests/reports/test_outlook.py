"""Why a target is red, where it is going, which schools it hangs on: in sentences."""

from types import SimpleNamespace

import pytest

from base.quarters import Period, Quarter
from reports.breakdown import breakdown_of
from reports.bulletin.clauses import because
from reports.bulletin.references import OF_ROW
from reports.bulletin.rows import why
from reports.diagnosis import causes_of, shares_of
from reports.outlook import outlook_of
from reports.readings import Reading
from targets.core.model import Comparator


def reading(status="behind", value=60.0, *, measure="ratio", comparator=Comparator.AT_LEAST, decimals=1, **columns):
    """A rate towards 100 % by the end of 2025, in the middle of 2025."""
    result = {
        "status": status, "value": value, "goal": 100.0, "expected": 80.0, "anchor": 40.0, "pace": 0.5, "gap": None,
        "measured_at": Quarter.parse("2025Q2"), "due": Quarter.parse("2025Q4"), "units_expected": 60, "units_fresh": 0,
        "units_missing": 0, "units_carried": 0, "numerator": value, "denominator": 100.0, "unit": None, "unit_id": None,
    } | columns  # fmt: skip
    goal = SimpleNamespace(due_quarter=result["due"], comparator=comparator, due=result["due"].end, maximum=None)
    term = SimpleNamespace(element=SimpleNamespace(unit="人"))
    result["definition"] = SimpleNamespace(
        measure=measure, decimals=decimals, unit="%", scale=100, window="year", elements=[ELEMENT],
        target=SimpleNamespace(code="A"), goals=SimpleNamespace(all=lambda: [goal]), terms_of=lambda part: [term],
    )  # fmt: skip
    return Reading(SimpleNamespace(**result))


class Asked:
    """A state that is asked every quarter."""

    period_kind = "stock"

    def is_asked_in(self, quarter):
        return True


ELEMENT = Asked()


def schools(*gaps):
    return [(f"{n}校", reading(gap=gap)) for n, gap in enumerate(gaps)]


class TestCauses:
    @pytest.mark.parametrize("status", ["achieved", "on_track", "not_due", "not_rated"])
    def test_what_is_neither_red_nor_yellow_has_none(self, status):
        assert causes_of(reading(status), []) == []

    def test_too_little_progress(self):
        assert causes_of(reading(gap=9), []) == [
            "序时应达80.0%，实际60.0%，距2025年底目标还差9人，只走完应走路程的50%。"
        ]

    def test_without_a_start_no_way_was_gone(self):
        assert causes_of(reading(gap=9, anchor=None), []) == ["序时应达80.0%，实际60.0%，距2025年底目标还差9人。"]

    def test_a_due_date_that_has_passed(self):
        late = reading("overdue", measured_at=Quarter.parse("2025Q4"), gap=9)
        assert causes_of(late, []) == ["2025年底应达到100%，实际60.0%，还差9人。"]

    def test_a_ceiling_that_is_kept_but_for_missing_reports_is_not_exceeded(self):
        most = {"goal": 5.0, "measured_at": Quarter.parse("2025Q4"), "comparator": Comparator.AT_MOST}
        assert causes_of(reading("at_risk", 3.0, units_missing=1, **most), [])[0] == (
            "目前为3.0%，因报送不全，暂不能认定。"
        )
        assert causes_of(reading("overdue", 7.0, **most), [])[0] == "要求不超过5%，实际7.0%，多出2.0个百分点。"

    @pytest.mark.parametrize("status", ["at_risk", "behind", "overdue"])
    @pytest.mark.parametrize("measured", ["2025Q2", "2025Q4"])
    def test_the_bulletin_says_the_same(self, status, measured):
        one = reading(status, measured_at=Quarter.parse(measured), gap=9, anchor=None)
        row = {name: getattr(one, name) for name in OF_ROW if name != "reason"}
        row |= {"code": "A", "because": because(one), "provisional": False}
        assert causes_of(one, [])[0] == why(row) + "。"

    def test_missing_reports(self):
        assert causes_of(reading(units_missing=3, units_carried=2), [])[1] == (
            "报送不全：应报 60，3 个单位缺报，2 个单位沿用以前的数。"
        )
        assert "3 个单位缺报，按未达标计" in causes_of(reading(units_missing=3, measure="share"), [])[1]

    def test_no_data_and_no_baseline(self):
        assert causes_of(reading("no_data"), []) == ["没有可用的数据（应报 60，已报 0），不能评定。"]
        assert causes_of(reading("no_baseline"), []) == ["目标按基期或上年的数计算，这个数还没有登记，不能评定。"]

    @pytest.mark.parametrize(
        ("gaps", "said"),
        [
            ((3, 2, 0), "0校和1校低于目标，其余学校已达到。"),
            (
                (30, 20, 9, 5, 5, 1, 1, 1, 1),
                "缺口集中：9 所低于目标，其中0校（30 人）、1校（20 人）、2校（9 人）、3校（5 人）、4校（5 人）占 94%。",
            ),
            ((1,) * 20, "缺口分散：20 所低于目标，最大的 5 所只占 25%。"),
        ],
    )
    def test_a_few_schools_or_many(self, gaps, said):
        assert causes_of(reading(gap=9), schools(*gaps))[-1].replace("\xa0", " ") == said


def test_shares_of_the_gap_add_up_the_largest_first():
    shares = shares_of(schools(1, 0, 6, 3))
    assert [(one.name, one.part, one.so_far) for one in shares] == [
        ("2校", 0.6, 0.6),
        ("3校", 0.3, 0.9),
        ("0校", 0.1, 1),
    ]


def readings(*values, **columns):
    halves = [Period.parse("2023H1").moved(n) for n in range(len(values))]
    return {
        half: reading(value=value, measured_at=half.last, **columns) for half, value in zip(halves, values, strict=True)
    }


class TestOutlook:
    def test_says_where_it_goes_and_what_it_takes(self):
        found = readings(50.0, 54.0, 58.0, 62.0, 66.0)
        outlook = outlook_of(reading().definition, found, found[Period.parse("2025H1")])
        assert outlook.sentence.replace("\xa0", " ") == (
            "照近 4 期的速度，2025年底约为 70.0%（八成可能在 69.9% 至 70.1% 之间），目标 100%。"
            "要达到目标，今后每季度需提高 17.0 个百分点；近期每季度提高 2.0 个百分点。"
        )
        assert outlook.ahead[Quarter.parse("2025Q4")]["forecast_shown"] == "70.0"

    def test_too_few_half_years_say_so(self):
        found = readings(50.0, 54.0, 58.0)
        last = found[Period.parse("2024H1")]
        assert outlook_of(last.definition, found, last).sentence == "可比的期数只有 3 期，不足 4 期，不作预测。"

    def test_no_figure_of_it_crosses_the_goal_by_rounding(self):
        found = readings(91.96, 92.96, 93.96, 94.96, goal=95.97)
        last = found[Period.parse("2024H2")]
        assert outlook_of(last.definition, found, last).text(95.96) == "95.9"

    def test_a_percentage_stays_within_100(self):
        found = readings(60.0, 72.0, 84.0, 96.0)
        last = found[Period.parse("2024H2")]
        assert outlook_of(last.definition, found, last).found.value == 100

    @pytest.mark.parametrize("columns", [{"status": "achieved"}, {"due": Quarter.parse("2025Q2")}, {"value": None}])
    def test_what_is_over_or_has_no_number_has_none(self, columns):
        one = reading(**columns)
        assert outlook_of(one.definition, {}, one) is None

    def test_a_count_that_begins_anew_each_year_has_none(self):
        one = reading()
        one.definition.elements = [SimpleNamespace(period_kind="flow")]
        assert outlook_of(one.definition, {}, one) is None
        one.definition.elements[0].is_asked_in = lambda quarter: True
        one.definition.window = "plan"
        assert outlook_of(one.definition, {}, one) is not None


def test_kinds_are_sums_never_averages_of_rates():
    def school(stages, numerator, denominator, status):
        one = reading(status, numerator=numerator, denominator=denominator)
        facts = SimpleNamespace(stages=stages, group="", get_ownership_display=lambda: "公办")
        one.result.unit = SimpleNamespace(facts_in=lambda quarter: facts)
        return one

    found = breakdown_of(
        [
            school(("primary",), 1.0, 10.0, "behind"),
            school(("primary",), 90.0, 90.0, "achieved"),
            school(("junior",), 5.0, 10.0, "at_risk"),
        ],
        is_rated=True,
    )
    assert [(one.name, [(g.name, g.schools, g.shown, g.short) for g in one.groups]) for one in found] == [
        ("学段", [("小学", 2, "91.0%", 1), ("初中", 1, "50.0%", 1)])
    ]


def test_a_kind_that_is_just_below_the_goal_does_not_read_as_if_it_met_it():
    made = [reading("behind", 94.96, goal=95.0) for _ in range(2)]
    for one, stage in zip(made, ("primary", "junior"), strict=True):
        facts = SimpleNamespace(stages=(stage,), group="", get_ownership_display=lambda: "公办")
        one.result.unit = SimpleNamespace(facts_in=lambda quarter, facts=facts: facts)
    assert [group.shown for group in breakdown_of(made, is_rated=True)[0].groups] == ["94.9%", "94.9%"]
