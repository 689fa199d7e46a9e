"""A bulletin's content against the stored results that it is made from."""

import json
import re

import pytest

from base.quarters import Period, Quarter
from reports.bulletin.content import content_of
from reports.bulletin.outline import LONGEST, length_of
from reports.bulletin.references import printed, typed, unknown
from reports.charts import builders, paint
from reports.measuring import measure
from reports.models import Measurement
from tests import factories
from tests.reports.contents import texts_in, without_names

PERIODS = ["2023H2", "2024H1", "2024H2", "2025H1"]


@pytest.fixture(scope="module")
def told(passing_world):
    """The bulletin of 2025H1, as it comes back from JSON, and the results it is made from."""
    with passing_world() as adoption:
        for period in PERIODS:
            measurement = measure(adoption, Period.parse(period), by=None)
        content = json.loads(json.dumps(content_of(measurement), allow_nan=False))
        results = {result.target.code: result for result in measurement.results.of_district().with_parts()}
        earlier = Measurement.objects.get(period="2024H2").results.of_district()
        content["earlier"] = dict(earlier.values_list("target__code", "status"))
        return content, results


@pytest.fixture(scope="module")
def content(told):
    return told[0]


def rows_of(content):
    return [row for part in [*content["actions"], content["safeguards"]] for row in part["rows"]]


def test_the_head_names_the_half_year(content):
    assert content["head"] == {
        "title": "关于2025年上半年教育高质量发展三年行动方案目标任务完成情况的通报",
        "district": "开发区",
        "office": "开发区社会事业局",
        "plan": "教育高质量发展三年行动方案",
        "period": "2025H1",
        "period_label": "2025年上半年",
        "addressees": "各学校（幼儿园）、各科室",
        "as_of": "2025年6月底",
    }


def test_every_target_stands_once_at_its_home_with_its_stored_result(told):
    content, results = told
    rows = {row["code"]: row for row in rows_of(content)}
    assert len(rows_of(content)) == len(rows) == len(results)
    for action in content["actions"]:
        assert {results[row["code"]].target.task.action.no for row in action["rows"]} == {action["no"]}
    for code, row in rows.items():
        result = results[code]
        has_value = result.status != "no_data"
        stored = (result.status, result.value, result.definition.version, result.provisional and has_value)
        assert (row["status"], row["number"], row["version"], row["provisional"]) == stored
        assert row["before"]["status"] == content["earlier"][code]


def test_counts_add_up(content):
    tally = content["tally"]
    parts = [*content["actions"], content["safeguards"]]
    assert tally["total"] == sum(tally["counts"].values()) == len(rows_of(content))
    for status, count in tally["counts"].items():
        assert sum(part["counts"][status] for part in parts) == count
        assert sum(row["status"] == status for row in rows_of(content)) == count
    outside = sum(tally["counts"][status] for status in ("not_due", "not_rated", "no_baseline"))
    completion = tally["completion"]
    assert (completion["achieved"], completion["of"]) == (tally["counts"]["achieved"], tally["total"] - outside)
    assert completion["shown"] == f"{100 * completion['achieved'] / completion['of']:.1f}%"
    assert (tally["before"]["label"], tally["year_ago"]["label"]) == ("2024年下半年", "2024年上半年")


def test_red_ones_say_whose_they_are_by_when_and_why(content):
    red = [row for row in rows_of(content) if row["status"] in ("behind", "overdue")]
    assert sorted(row["code"] for row in content["red"]) == sorted(row["code"] for row in red)
    assert [row["status"] for row in content["red"]] == sorted((row["status"] for row in red), reverse=True)
    for row in content["red"]:
        assert row["section"]
        assert row["due"]
        assert row["why"]
        assert row["action"]


def test_every_number_about_a_target_in_the_prose_is_one_of_its_row(content):
    """Numbers that a name does not hold: value, goal, expected value, gap and completeness, as the row shows them."""
    for action in content["actions"]:
        for row in action["rows"]:
            known = " ".join(
                [row["value"], row["goal"], row["expected"], row["missing"], row["due"], row["completeness"]]
            )
            figures = set(re.findall(r"\d+(?:\.\d+)?", known.replace(",", "")))
            assert set(re.findall(r"\d+(?:\.\d+)?", row["why"])) <= figures, row["why"]


def test_no_number_in_the_text_is_typed(content):
    """What stands as digits is a part of a name; everything else is a reference to a figure that there is."""
    texts = texts_in(content)
    assert [number for text in texts.values() for number in typed(without_names(text, content))] == []
    assert [key for text in texts.values() for key in unknown(text, content["figures"])] == []
    assert "25" in printed(texts["summary"], content["figures"])


def test_the_body_is_no_longer_than_an_office_wants(content):
    assert 1500 < length_of(content) <= LONGEST


def test_how_much_was_reported_is_what_annex_1_counts(told):
    content, results = told
    reporting = content["reporting"]
    assert reporting["due"] == sum(result.units_expected for result in results.values())
    assert reporting["have"] == sum(result.units_fresh for result in results.values())
    assert (reporting["as_of"], reporting["closes"], reporting["open"]) == ("2025年7月3日", "2025年7月9日", True)
    assert content["summary"][0].startswith("本期数据截至{reporting.as_of}，应报{reporting.due}项次")


def test_nothing_by_school_is_told_of_sensitive_targets(content):
    sensitive = [row for row in rows_of(content) if row["sensitive"]]
    assert len(sensitive) == 9
    assert [row["short"] for row in sensitive] == [[]] * 9
    charted = {data["code"] for name in ("trends", "gaps") for data in content["charts"][name]}
    assert charted.isdisjoint(row["code"] for row in sensitive)


def test_every_chart_can_be_drawn(content):
    charts = content["charts"]
    figures = [
        builders.build_status_chart(charts["status"]),
        builders.build_history_chart(charts["history"]),
        *[builders.build_trend_chart(data) for data in charts["trends"]],
        *[builders.build_gap_chart(data) for data in charts["gaps"]],
        *[builders.build_completeness_chart(charts["completeness"][name]) for name in ("sections", "schools")],
    ]
    assert len(charts["trends"]) == 6
    assert len(charts["gaps"]) == 4
    for place, figure in enumerate(figures):
        assert "<svg" in paint(figure, 700, ident=f"c{place}", says="")


def test_charts_show_stored_results(told):
    content, results = told
    charts = content["charts"]
    assert [row["label"] for row in charts["history"]["rows"]] == ["2023下", "2024上", "2024下", "2025上"]
    assert charts["history"]["rows"][-1]["counts"] == content["tally"]["counts"]
    for trend in charts["trends"]:
        (point,) = [point for point in trend["points"] if point["label"] == "2025上"]
        assert point["value"] == results[trend["code"]].value
    for gap in charts["gaps"]:
        assert gap["goal"] == results[gap["code"]].goal
        assert len(gap["rows"]) == gap["of"] > 1
    sections = charts["completeness"]["sections"]["rows"]
    due = sum(row["cells"][-1]["due"] for row in sections if row["cells"][-1])
    assert due == sum(result.units_expected for result in results.values())


def test_schools_that_owe_nothing_are_not_listed(content):
    for row in content["charts"]["completeness"]["schools"]["rows"]:
        assert row["cells"][-1]["have"] < row["cells"][-1]["due"]


def test_a_share_in_red_names_the_schools_that_fall_short(told):
    content, results = told
    named = {row["code"]: row["short"] for row in rows_of(content) if row["short"]}
    for code, names in named.items():
        codes = results[code].short_units.split("+")
        assert [name[:2] for name in names] == codes, "the names begin with the codes here"
    assert named


def test_the_reason_of_a_verdict_is_told(today, adoption, plan, bureau, sections):
    element = factories.make_element("VERDICT", about="bureau", value_type="verdict", entered_by="basic", lower=None)
    target = factories.make_target(factories.make_task(factories.make_action(plan)), "SATISFIED")
    definition = factories.make_definition(target, name="满意度", numerator=[element], measure="judgement")
    factories.make_goal(definition, None)
    factories.make_adopted_target(adoption, target, sections["basic"])
    factories.make_entry(element, bureau, Quarter.parse("2025Q1"), 2, note="不再适用。")
    factories.make_entry(element, bureau, Quarter.parse("2025Q2"), 0, note="两所学校投诉较多。\r\n\r\n缺口仍大。")
    content = content_of(measure(adoption, Period.parse("2025H1"), by=None))
    (row,) = content["red"]
    assert (row["value"], row["section"], row["why"]) == (
        "滞后",
        "基础教育科",
        "经研判为滞后：两所学校投诉较多；缺口仍大",
    )


def test_what_waits_for_review_is_counted_by_section(today, adoption, district, sections, school):
    mine, theirs = factories.make_element("A"), factories.make_element("B", reviewed_by="safety")
    for quarter in ("2025Q1", "2025Q2", "2025Q3"):
        factories.make_entry(mine, school, Quarter.parse(quarter), 1, state="submitted")
    factories.make_entry(theirs, school, Quarter.parse("2025Q2"), 1, state="submitted")
    factories.make_entry(theirs, school, Quarter.parse("2025Q1"), 1)
    content = content_of(measure(adoption, Period.parse("2025H1"), by=None))
    assert content["waiting"] == [{"section": "基础教育科", "count": 2}, {"section": "安全科", "count": 1}]
    assert content["figures"]["waiting.all"] == "3"


def test_a_content_takes_a_fixed_number_of_queries(world, django_assert_num_queries):
    measurement = Measurement.objects.select_related("adoption__plan", "adoption__district").get(
        pk=measure(world, Period.parse("2025H1"), by=None).pk
    )
    with django_assert_num_queries(65):
        content_of(measurement)
