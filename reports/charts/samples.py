"""Invented data for the style guide: each kind of chart with every state that it can show."""

from typing import Any

from reports.charts import Chart, builders

HALF_YEARS = ("2023上", "2023下", "2024上", "2024下", "2025上", "2025下")
ACTIONS: dict[str, dict[str, int]] = {
    "领航": {"achieved": 4, "on_track": 3, "at_risk": 1, "not_due": 1},
    "强师": {"achieved": 6, "on_track": 6, "at_risk": 3, "behind": 2, "overdue": 1, "not_due": 2},
    "提优": {"achieved": 8, "on_track": 9, "at_risk": 2, "behind": 1, "not_due": 4, "no_data": 1, "not_rated": 1},
    "培英": {"achieved": 5, "on_track": 6, "at_risk": 3, "behind": 2, "no_data": 1, "no_baseline": 1},
}
VALUES = (12.8, 14.1, 15.9, 17.2, 18.6, None)
EXPECTED = (13.1, 14.5, 15.9, 17.3, 18.6, 20.0)
SCHOOLS: tuple[tuple[str, float | None, str, str], ...] = (
    ("晨星幼儿园", None, "no_data", ""),
    ("第二实验初级中学", 11.8, "behind", "9 人"),
    ("滨河小学", 17.4, "at_risk", "3 人"),
    ("新港外国语学校附属小学", 21.3, "achieved", ""),
)
CELLS: tuple[tuple[str, tuple[tuple[int, int] | None, ...]], ...] = (
    ("滨河小学", ((12, 12), (12, 12), (40, 40), (11, 12))),
    ("晨星幼儿园", (None, (8, 8), (19, 30), (0, 8))),
    ("新港外国语学校附属小学", ((12, 12), (12, 12), (39, 40), (12, 12))),
)


def samples() -> list[Chart]:
    return [
        Chart("sample-status", "各行动目标状态", builders.build_status_chart(_status()), "条长为目标项数。"),
        Chart("sample-grades", "各类学校考核等次", builders.build_grade_chart(_grades()), "条长为学校数。"),
        Chart("sample-history", "各期目标状态", builders.build_history_chart(_history())),
        Chart("sample-trend", "骨干教师占比", builders.build_trend_chart(_trend()), "菱形为目标，空心点为暂定。"),
        Chart("sample-gap", "各校骨干教师占比", builders.build_gap_chart(_gap()), "差距最大的在上。"),
        Chart("sample-pareto", "缺口在哪些学校", builders.build_pareto_chart(_pareto()), "累计为自上而下合计的占比。"),
        Chart("sample-cells", "各校数据报送", builders.build_completeness_chart(_completeness()), "空格为不需填报。"),
        Chart(
            "sample-change", "2024下到2025上", builders.build_change_chart(_change()), "小点为前期，大的形状为本期。"
        ),
        Chart("sample-strip", "骨干教师占比在各校的分布", builders.build_strip_chart(_strip()), "一点一校。"),
        Chart("sample-heat", "学校×指标", builders.build_heat_chart(_heat()), "1 骨干教师占比，2 持证率，3 心理课。"),
    ]


def _status() -> dict[str, Any]:
    return {"rows": [{"label": label, "counts": counts} for label, counts in ACTIONS.items()]}


def _grades() -> dict[str, Any]:
    counts = {"小学": {"excellent": 4, "good": 7, "pass": 3}, "初中": {"good": 3, "fail": 1, "none": 1}}
    return {"rows": [{"label": label, "counts": one} for label, one in counts.items()]}


def _history() -> dict[str, Any]:
    counts = [{"achieved": 5 + 6 * n, "on_track": 20, "at_risk": 14 - n, "behind": 9 - n} for n in range(5)]
    return {"rows": [{"label": label, "counts": one} for label, one in zip(HALF_YEARS, counts, strict=False)]}


def _trend() -> dict[str, Any]:
    points: list[dict[str, Any]] = [
        {"label": label, "value": value, "expected": expected}
        for label, value, expected in zip(HALF_YEARS, VALUES, EXPECTED, strict=True)
    ]
    points[3]["provisional"] = True
    for place, goal in ((3, 18), (5, 20)):
        points[place]["goal"] = goal
    points[4] |= {"forecast": 18.6, "forecast_shown": "", "low": 18.6, "low_shown": "", "high": 18.6, "high_shown": ""}
    points[5] |= {"forecast": 19.6, "low": 18.9, "high": 20.3}
    return {"name": "骨干教师占比", "unit": "%", "points": points}


def _gap() -> dict[str, Any]:
    names = ("label", "value", "status", "gap_shown")
    rows = [dict(zip(names, school, strict=True)) for school in SCHOOLS]
    return {"name": "骨干教师占比", "unit": "%", "goal": 20, "rows": rows}


def _pareto() -> dict[str, Any]:
    rows = [("第二实验初级中学", 9, 0.64), ("滨河小学", 3, 0.86), ("新港外国语学校附属小学", 2, 1.0)]
    names = ("label", "gap", "so_far")
    return {
        "name": "骨干教师占比",
        "rows": [dict(zip(names, row, strict=True)) | {"shown": f"{row[1]} 人"} for row in rows],
    }


def _completeness() -> dict[str, Any]:
    rows = [
        {"label": label, "cells": [cell and {"have": cell[0], "due": cell[1]} for cell in cells]}
        for label, cells in CELLS
    ]
    return {"columns": ["24Q3", "24Q4", "25Q1", "25Q2"], "rows": rows}


def _change() -> dict[str, Any]:
    names = ("label", "before", "after", "goal", "unit", "status")
    rows = [
        ("骨干教师占比", 15.9, 18.6, 20, "%", "at_risk"),
        ("近视率（不超过）", 48.2, 45.1, 45, "%", "on_track"),
        ("集团化办学覆盖率", 62, 80, 80, "%", "achieved"),
        ("体质健康优良率", 57.5, 55.0, 60, "%", "behind"),
        ("校园安全达标率", None, 96, 100, "%", "on_track"),
        ("社团参与率", 70, None, 90, "%", "no_data"),
    ]
    return {"before": "2024下", "after": "2025上", "rows": [dict(zip(names, row, strict=True)) for row in rows]}


def _strip() -> dict[str, Any]:
    marks = ((9, "behind"), (14, "at_risk"), (19.9, "on_track"), (100, "achieved"))
    groups = {"幼儿园": (6.5, 8, 8.2, 12, 17.5), "小学": (9.5, 14.2, 18.1, 18.3, 18.4, 18.6, 22.4, 26), "初中": (7, 21)}
    return {
        "name": "骨干教师占比",
        "unit": "%",
        "goal": 20,
        "groups": [
            {
                "label": label,
                "rows": [
                    {
                        "label": f"{label}{n}",
                        "value": value,
                        "status": next(code for top, code in marks if value <= top),
                    }
                    for n, value in enumerate(values, 1)
                ],
            }
            for label, values in groups.items()
        ],
    }


def _heat() -> dict[str, Any]:
    """Every status once."""
    names = ("骨干教师占比", "持证率", "心理课")
    codes = (("achieved", "on_track", "at_risk"), ("behind", "overdue", None), ("not_due", "no_data", "not_rated"))
    return {
        "columns": [{"label": str(n), "name": name} for n, name in enumerate(names, 1)],
        "rows": [
            {"label": school[0], "cells": [code and {"status": code, "shown": "18.6%"} for code in row]}
            for school, row in zip(SCHOOLS, codes, strict=False)
        ],
    }
