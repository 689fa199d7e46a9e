"""The figures: what stands in them, and that Plotly takes them."""

import json

import pytest

from reports.charts import builders
from reports.charts.figure import DARK, LIGHT, decimals_of, nice_ticks, on, shorten, width_of
from reports.charts.painter import colour_at
from reports.charts.table import table_of
from tests.reports.figures import (
    CHANGE,
    COMPLETENESS,
    GAP,
    GRADES,
    HEAT,
    HISTORY,
    PARETO,
    STATUS,
    STRIP,
    TREND,
    every_figure,
)


@pytest.mark.parametrize(("name", "figure"), every_figure().items())
def test_figure_is_accepted_by_plotly(name, figure):
    graph_objects = pytest.importorskip("plotly.graph_objects")

    made = graph_objects.Figure(figure)

    assert len(made.data) == len(figure["data"])


@pytest.mark.parametrize(("name", "figure"), every_figure().items())
def test_figure_is_plain_json(name, figure):
    assert json.loads(json.dumps(figure, allow_nan=False)) == json.loads(json.dumps(figure))


def test_status_chart_has_a_trace_per_status_that_occurs():
    figure = builders.build_status_chart(STATUS)

    assert {trace["name"]: trace["x"] for trace in figure["data"]} == {
        "● 已达成": [5, 4],
        "▲ 正常推进": [4, 9],
        "◆ 偏慢": [0, 2],
        "■ 逾期未达": [0, 1],
        "○ 未到节点": [0, 1],
    }
    assert figure["layout"]["barmode"] == "stack"
    assert figure["data"][0]["text"] == ["5", "4"]
    assert figure["data"][2]["text"] == ["", "2"]
    assert figure["data"][2]["hovertext"][1] == "强师：偏慢 2 项"


def test_status_chart_without_rows_is_empty_but_drawable():
    figure = builders.build_status_chart({"rows": []})

    assert figure["data"] == []
    assert figure["layout"]["xaxis"]["tickvals"] == [0, 0.25, 0.5, 0.75, 1]


def test_history_chart_stands_upright():
    figure = builders.build_history_chart(HISTORY)

    assert [(trace["name"], trace["x"], trace["y"]) for trace in figure["data"]] == [
        ("● 已达成", [0, 1], [20, 31]),
        ("■ 滞后", [0, 1], [8, 4]),
    ]
    assert figure["layout"]["xaxis"]["ticktext"] == ["2024下", "2025上"]


def test_trend_chart_shows_results_expected_line_and_goals():
    figure = builders.build_trend_chart(TREND)
    expected, goal, value = figure["data"]

    assert expected["y"] == [16.0, 17.0, 18.5, 20.0]
    assert (goal["y"], goal["text"]) == ([None, 18, None, 20], ["", "18%", "", "20%"])
    assert value["y"] == [15.94, None, 18.6, None]
    assert value["text"] == ["", "", "18.6%", ""]
    assert value["marker"]["symbol"] == ["circle", "circle", "circle-open", "circle"]
    assert value["connectgaps"] is True


def test_trend_chart_fills_the_band_of_a_forecast():
    points = [
        {"label": "2024下", "value": 10},
        {"label": "2025上", "value": 12, "forecast": 12, "low": 12, "high": 12},
        {"label": "2025下", "forecast": 14, "low": 13, "high": 15.5},
    ]

    figure = builders.build_trend_chart({"unit": "%", "points": points})
    band = figure["data"][0]

    assert (band["x"], band["y"], band["fill"]) == ([1, 2, 2, 1], [12, 13, 15.5, 12], "toself")
    assert table_of(figure).columns == ["预测", "预测下限", "预测上限", "完成值"]


def test_trend_line_breaks_where_a_value_is_missing():
    points = [
        {"label": "1", "value": 1},
        {"label": "2", "value": None, "status": "no_data"},
        {"label": "3", "value": 2},
    ]

    (value,) = builders.build_trend_chart({"unit": "个", "points": points})["data"]

    assert value["connectgaps"] is False


def test_trend_chart_of_a_percentage_stays_under_100():
    points = [{"label": "2024上", "value": 96.0}, {"label": "2024下", "value": 99.8, "goal": 100}]

    figure = builders.build_trend_chart({"unit": "%", "points": points})

    assert figure["layout"]["yaxis"]["tickvals"][-1] == 100


def test_trend_chart_leaves_out_a_line_that_has_no_number():
    figure = builders.build_trend_chart({"unit": "个", "points": [{"label": "2024上", "value": 3}]})

    assert [trace["name"] for trace in figure["data"]] == ["完成值"]


def test_gap_chart_has_a_goal_line_and_a_bar_per_school():
    figure = builders.build_gap_chart(GAP)
    bars, beside = figure["data"]

    assert bars["x"] == [0, 11.8, 25.0]
    assert beside["text"] == ["缺数据", "11.8% 差 9 人", "25.0%"]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [20]
    assert figure["layout"]["annotations"][0]["text"] == "目标 20%"


def test_gap_chart_without_goal_has_no_line():
    figure = builders.build_gap_chart({**GAP, "goal": None})

    assert "shapes" not in figure["layout"]


@pytest.mark.parametrize(("towards_less", "order"), [(False, "nab"), (True, "nba")])
def test_sorted_by_gap_puts_the_missing_and_the_worst_first(towards_less, order):
    rows = [{"label": "b", "value": 3}, {"label": "n", "value": None}, {"label": "a", "value": 1}]

    assert "".join(row["label"] for row in builders.sorted_by_gap(rows, towards_less)) == order


def test_change_chart_runs_from_dot_to_the_shape_of_the_status():
    figure = builders.build_change_chart(CHANGE)
    way, goal, before, on_track, at_risk, beside = figure["data"]

    assert (way["x"], way["y"]) == ([15.9, 18.6, None], [0, 0, None])
    assert (goal["x"], goal["y"]) == ([20, 100], [0, 1])
    assert (before["x"], before["y"]) == ([15.9, 70], [0, 2])
    assert [(one["x"], one["y"], one["marker"]["symbol"]) for one in (on_track, at_risk)] == [
        ([96], [1], "triangle-up"),
        ([18.6], [0], "diamond"),
    ]
    assert beside["text"] == ["15.9%→18.6%", "—→96%", "70%→—"]


def test_change_chart_of_several_units_measures_by_the_goal():
    rows = [
        {"label": "人数", "before": 5, "after": 6, "goal": 8, "unit": " 人", "status": "behind"},
        {"label": "占比", "before": 30, "after": 40, "goal": 40, "unit": "%", "status": "achieved"},
        {"label": "事故", "before": 1, "after": 0, "goal": 0, "unit": " 起", "status": "achieved"},
    ]

    figure = builders.build_change_chart({**CHANGE, "rows": rows})

    assert figure["data"][0]["x"] == [62.5, 75, None, 75, 100, None]
    assert figure["data"][-1]["text"] == ["5 人→6 人", "30%→40%"]
    assert figure["layout"]["meta"]["title"] == "2024下到2025上的变化（以目标为 100）"


def test_table_of_a_change_chart_has_one_column_a_half_year():
    table = table_of(builders.build_change_chart(CHANGE))

    assert table.columns == ["目标", "2024下", "2025上"]
    assert table.rows == [
        ("骨干占比", ["20%", "15.9%", "18.6% ◆ 偏慢"]),
        ("达标率", ["100%", "", "96% ▲ 正常推进"]),
        ("参与率", ["", "70%", ""]),
    ]


def test_strip_chart_parts_dots_that_would_cover_each_other():
    figure = builders.build_strip_chart(STRIP)
    achieved, on_track, behind = figure["data"]

    assert (achieved["x"], achieved["y"]) == ([25.0], [0])
    assert (on_track["x"], on_track["y"]) == ([18.0, 18.0], [0, 0.13])
    assert (behind["x"], behind["y"], behind["marker"]["symbol"]) == ([11.8], [1], "square")
    assert behind["hovertext"] == ["一中：11.8%，滞后"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["小学 3 所", "初中 1 所"]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [20]


def test_a_crowd_of_dots_stays_in_its_row():
    rows = [{"label": "校", "value": 100, "status": "achieved"}] * 60

    (dots,) = builders.build_strip_chart({"unit": "%", "groups": [{"label": "小学", "rows": rows}]})["data"]

    assert len(set(dots["y"])) == 60
    assert max(map(abs, dots["y"])) <= 0.4


def test_table_of_a_strip_chart_tells_ends_and_counts():
    table = table_of(builders.build_strip_chart(STRIP))

    assert (table.head, table.columns) == ("类别", ["最低", "最高", "● 已达成", "▲ 正常推进", "■ 滞后"])
    assert table.rows == [
        ("小学 3 所", ["18.0%", "25.0%", "1", "2", "0"]),
        ("初中 1 所", ["11.8%", "11.8%", "0", "0", "1"]),
    ]


def test_heat_chart_has_a_colour_and_a_shape_for_each_status():
    figure = builders.build_heat_chart(HEAT)
    heat, dark, light = figure["data"]
    colours = [colour_at(heat["colorscale"], (value + 0.5) / 9) for value in (3, 0, 6)]

    assert heat["z"] == [[3, 0], [None, 6]]
    assert colours == ["rgba(200,66,58,1)", "rgba(53,116,184,0.3)", "rgba(152,162,174,0.16)"]
    assert (dark["x"], dark["y"], dark["text"]) == ([1, 1], [0, 1], ["●", "○"])
    assert (light["x"], light["y"], light["text"]) == ([0], [0], ["■"])
    assert heat["hovertext"] == [
        ["一小 骨干占比：11.8%，滞后", "一小 达标率：96%，已达成"],
        ["一中 骨干占比：不涉及", "一中 达标率：—，缺数据"],
    ]
    assert figure["layout"]["xaxis"]["ticktext"] == ["1", "2"]


def test_table_of_a_heat_chart_has_names_and_words():
    table = table_of(builders.build_heat_chart(HEAT))

    assert (table.head, table.columns) == ("学校", ["骨干占比", "达标率"])
    assert table.rows == [("一小", ["11.8% 滞后", "96% 已达成"]), ("一中", ["", "— 缺数据"])]


def test_grade_chart_has_a_trace_per_grade_that_occurs():
    figure = builders.build_grade_chart(GRADES)

    assert {trace["name"]: trace["x"] for trace in figure["data"]} == {
        "● 优秀": [4, 0],
        "▲ 良好": [7, 0],
        "○ 不参评": [0, 1],
    }


def test_pareto_chart_sums_up_from_the_top():
    bars, beside = builders.build_pareto_chart(PARETO)["data"]

    assert bars["x"] == [9, 3]
    assert beside["text"] == ["9 人　累计 75%", "3 人　累计 100%"]


def test_completeness_chart_says_100_of_all_alone():
    figure = builders.build_completeness_chart(COMPLETENESS)
    heat, some, none = figure["data"]

    assert heat["z"] == [[100.0, pytest.approx(99.667, abs=0.001), 0.0], [None, 50.0, None]]
    assert some["text"] == ["100", "99", "50"]
    assert none["text"] == ["0"]
    assert heat["hovertext"][0][1] == "第一小学 2025Q1：应报 300，已报 299，还缺 1"
    assert heat["hovertext"][1][0] == "第一中学 2024Q4：不需填报"


def test_table_of_a_status_chart():
    table = table_of(builders.build_status_chart(STATUS))

    assert table.head == "行动"
    assert table.columns == ["● 已达成", "▲ 正常推进", "◆ 偏慢", "■ 逾期未达", "○ 未到节点"]
    assert table.rows == [("领航", ["5", "4", "0", "0", "0"]), ("强师", ["4", "9", "2", "1", "1"])]


def test_table_of_a_trend_chart_has_the_shown_numbers():
    table = table_of(builders.build_trend_chart(TREND))

    assert table.columns == ["序时值", "目标", "完成值"]
    assert table.rows[0] == ("2024上", ["16.0%", "", "15.9%"])
    assert table.rows[3] == ("2025下", ["20.0%", "20%", ""])


def test_table_of_a_completeness_chart():
    table = table_of(builders.build_completeness_chart(COMPLETENESS))

    assert (table.head, table.columns) == ("学校", ["2024Q4", "2025Q1", "2025Q2"])
    assert table.rows == [("第一小学", ["12/12", "299/300", "0/12"]), ("第一中学", ["", "6/12", ""])]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 23, [0, 10, 20, 30]),
        (12.3, 20.5, [10, 12.5, 15, 17.5, 20, 22.5]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (5, 5, [5, 5.25, 5.5, 5.75, 6]),
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_nice_ticks_are_round_and_span_the_numbers(low, high, ticks):
    assert nice_ticks(low, high) == ticks


def test_decimals_of_ticks():
    assert [decimals_of(ticks) for ticks in ([0, 10], [0, 2.5], [0, 0.25])] == [0, 1, 2]


def test_shorten_cuts_what_is_too_wide():
    assert shorten("第一小学", 60) == "第一小学"
    assert shorten("新港外国语学校附属小学", 100) == "新港外国语学…"
    assert width_of("新港外国语学…") <= 100


def test_type_on_a_fill_is_dark_or_light():
    assert (on("#3574b8"), on("#c3cad2")) == (LIGHT, DARK)
