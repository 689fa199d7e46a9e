"""The static picture shows the numbers of the figure, where the axes say."""

import re
from xml.etree import ElementTree

import pytest

from reports.charts import Chart, builders
from reports.charts.painter import NARROW, WIDE, colour_at, paint
from reports.charts.svg import element, paint_of, short
from tests.reports.figures import CHANGE, COMPLETENESS, GAP, HISTORY, STATUS, TREND, every_figure

SVG = "{http://www.w3.org/2000/svg}"


def parsed(figure, width=WIDE):
    return ElementTree.fromstring(paint(figure, width, ident="x", says="说明"))


def titled(root, tag):
    """The marks of a kind by what they say."""
    marks = root.find(f"{SVG}g[@class='marks']")
    return {
        mark.find(f"{SVG}title").text: mark
        for mark in marks.iter(f"{SVG}{tag}")
        if mark.find(f"{SVG}title") is not None
    }


def texts(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def number(mark, name):
    return float(mark.get(name))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("name", "figure"), every_figure().items())
def test_picture_is_wellformed_and_says_what_it_is(name, figure, width):
    root = parsed(figure, width)

    assert root.get("role") == "img"
    assert root.get("viewBox").split()[2] == str(width)
    assert root.find(f"{SVG}title").text == figure["layout"]["meta"]["title"]
    assert root.find(f"{SVG}desc").text == "说明"
    assert root.get("aria-labelledby") == "x-t x-d"


@pytest.mark.parametrize(("name", "figure"), every_figure().items())
def test_picture_needs_no_css(name, figure):
    drawn = paint(figure)

    assert "style=" not in drawn
    assert set(re.findall(r'class="(\w+)"', drawn)) <= {"legend", "marks"}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("name", "figure"), every_figure().items())
def test_picture_keeps_within_its_box(name, figure, width):
    root = parsed(figure, width)
    height = float(root.get("viewBox").split()[3])

    for rect in root.iter(f"{SVG}rect"):
        assert number(rect, "x") >= 0
        assert number(rect, "x") + number(rect, "width") <= width + 0.01
        assert 0 <= number(rect, "y") <= height


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_status_bars_are_as_long_as_their_numbers(width):
    figure = builders.build_status_chart(STATUS)
    bars = titled(parsed(figure, width), "rect")
    left, right = figure["layout"]["xaxis"]["range"]
    margin = figure["layout"]["margin"]
    unit = (width - margin["l"] - margin["r"]) / (right - left)

    for said, count in [("领航：已达成 5 项", 5), ("强师：正常推进 9 项", 9), ("强师：未到节点 1 项", 1)]:
        assert number(bars[said], "width") == pytest.approx(count * unit - 1.5, abs=0.02)
    assert len(bars) == 7  # zeros are not drawn


def test_stacked_bars_stand_end_to_end():
    bars = titled(parsed(builders.build_status_chart(STATUS)), "rect")

    first, second = bars["强师：已达成 4 项"], bars["强师：正常推进 9 项"]

    assert number(first, "x") + number(first, "width") + 1.5 == pytest.approx(number(second, "x"), abs=0.02)
    assert number(first, "y") == number(second, "y")


def test_columns_grow_upwards():
    bars = titled(parsed(builders.build_history_chart(HISTORY)), "rect")

    assert number(bars["2025上：已达成 31 项"], "height") > number(bars["2024下：已达成 20 项"], "height")
    assert number(bars["2025上：滞后 4 项"], "y") < number(bars["2025上：已达成 31 项"], "y")


def test_numbers_stand_in_bars_that_have_room():
    root = parsed(builders.build_status_chart(STATUS))

    inside = [text.text for text in root.iter(f"{SVG}text") if text.get("fill") != "currentColor"]

    assert inside == ["5", "4", "4", "9", "2", "1", "1"]


def test_a_number_without_room_is_left_out():
    rows = [{"label": "领航", "counts": {"achieved": 500, "on_track": 4}}]

    root = parsed(builders.build_status_chart({"rows": rows}))

    assert "500" in texts(root)
    assert "4" not in texts(root)


def test_points_of_a_trend_lie_where_the_axis_says():
    figure = builders.build_trend_chart(TREND)
    root = parsed(figure)
    circle = titled(root, "circle")["2025上 完成值 18.6%"]
    ticks = {text.text: number(text, "y") for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "end"}
    low, high = ticks["18%"], ticks["20%"]

    assert number(circle, "cy") == pytest.approx(low + (high - low) * (18.6 - 18) / 2 - 13 * 0.36, abs=0.05)
    assert circle.get("fill") == "none"  # provisional: hollow


def test_a_line_does_not_bridge_what_is_missing():
    figure = builders.build_trend_chart(TREND)
    assert line_lengths(figure) == [4, 2]

    figure["data"][-1]["connectgaps"] = False
    assert line_lengths(figure) == [4, 1, 1]


def line_lengths(figure):
    lines = parsed(figure).findall(f"{SVG}g[@class='marks']/{SVG}polyline")
    return [len(line.get("points").split()) for line in lines]


def test_gap_chart_draws_goal_line_at_the_goal():
    figure = builders.build_gap_chart(GAP)
    root = parsed(figure)
    bar = titled(root, "rect")["第一小学：25.0%，已达成"]
    line = next(line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray"))
    scale = number(bar, "width") / 25.0

    assert number(line, "x1") == pytest.approx(number(bar, "x") + 20 * scale, abs=0.02)
    assert {"缺数据", "11.8% 差 9 人", "25.0%", "目标 20%"} <= set(texts(root))


def test_cells_are_coloured_by_level():
    cells = titled(parsed(builders.build_completeness_chart(COMPLETENESS)), "rect")

    assert len(cells) == 4
    looks = {said.split("：")[0]: (cell.get("fill"), cell.get("fill-opacity")) for said, cell in cells.items()}
    assert looks == {
        "第一小学 2024Q4": ("#35875f", "0.22"),
        "第一小学 2025Q1": ("#bd7f16", "0.2"),
        "第一小学 2025Q2": ("#c8423a", "1"),
        "第一中学 2025Q1": ("#bd7f16", "0.5"),
    }


def test_labels_that_would_overlap_are_thinned():
    rows = [{"label": f"20{year}年上半年", "counts": {"achieved": 1}} for year in range(15, 25)]
    root = parsed(builders.build_history_chart({"rows": rows}), NARROW)

    every = int(root.get("data-every"))
    assert every == 3
    assert [text for text in texts(root) if "半年" in text] == [
        "2024年上半年",
        "2021年上半年",
        "2018年上半年",
        "2015年上半年",
    ]


def test_legend_wraps_and_tells_its_height():
    figure = builders.build_status_chart(STATUS)

    heights = [int(parsed(figure, width).get("data-legend")) for width in (WIDE, NARROW)]

    assert heights == [26, 48]
    assert parsed(figure).get("viewBox").split()[3] == str(figure["layout"]["height"] + 26)


def test_one_trace_has_no_legend():
    assert parsed(builders.build_gap_chart(GAP)).get("data-legend") == "0"


def test_band_is_a_polygon():
    figure = builders.build_trend_chart(TREND)
    band = {"type": "scatter", "mode": "none", "name": "", "x": [0, 1, 1, 0], "y": [15, 16, 18, 17], "fill": "toself"}
    figure["data"].insert(0, {**band, "fillcolor": "rgba(53,116,184,0.2)"})

    polygon = parsed(figure).find(f"{SVG}g[@class='marks']/{SVG}polygon")

    assert (polygon.get("fill"), polygon.get("fill-opacity")) == ("#3574b8", "0.2")
    assert len(polygon.get("points").split()) == 4


def test_names_are_escaped():
    row = {"label": "<b>&", "counts": {"achieved": 1}}
    drawn = paint(builders.build_status_chart({"rows": [row]}))

    assert "<b>" not in drawn
    assert "&lt;b&gt;&amp;" in drawn


def test_chart_draws_a_page_and_a_phone_with_ids_of_their_own():
    chart = Chart("c", "七大行动", builders.build_status_chart(STATUS), "说明")

    assert 'id="c-w-t"' in chart.wide
    assert 'id="c-n-t"' in chart.narrow
    assert chart.table.rows[0][0] == "领航"


def test_attributes_are_short():
    assert element("rect", x=1.0, y=2.346, fill=None, stroke_width=2) == '<rect x="1" y="2.35" stroke-width="2"/>'
    assert [short(number) for number in (0.0, -0.001, 12.5)] == ["0", "0", "12.5"]


def test_colours_part_from_their_opacity():
    assert paint_of("#aabbcc") == {"fill": "#aabbcc"}
    assert paint_of("rgba(1,2,3,0.5)", "stroke") == {"stroke": "#010203", "stroke_opacity": "0.5"}
    assert colour_at([[0, "a"], [0.9, "a"], [0.9, "b"], [1, "b"]], 0.9) == "b"


def test_shapes_of_a_change_tell_statuses_apart():
    figure = builders.build_change_chart(CHANGE)
    root = parsed(figure)

    corners = {text: len(mark.get("points").split()) for text, mark in titled(root, "polygon").items()}
    strokes = titled(root, "line")

    assert corners == {"骨干占比：15.9%→18.6%，偏慢": 4, "达标率：—→96%，正常推进": 3}
    assert number(strokes["达标率：目标 100%"], "x1") == number(strokes["达标率：目标 100%"], "x2")
