"""Data for each kind of chart, small enough to be checked by eye."""

from typing import Any

from reports.charts import builders
from reports.charts.figure import Figure

STATUS = {
    "rows": [
        {"label": "领航", "counts": {"achieved": 5, "on_track": 4}},
        {"label": "强师", "counts": {"achieved": 4, "on_track": 9, "at_risk": 2, "overdue": 1, "not_due": 1}},
    ]
}
TREND: dict[str, Any] = {
    "name": "骨干教师占比",
    "unit": "%",
    "points": [
        {"label": "2024上", "value": 15.94, "shown": "15.9", "expected": 16.0, "expected_shown": "16.0"},
        {"label": "2024下", "value": None, "expected": 17.0, "expected_shown": "17.0", "goal": 18, "goal_shown": "18"},
        {"label": "2025上", "value": 18.6, "shown": "18.6", "expected": 18.5, "expected_shown": "18.5"},
        {"label": "2025下", "expected": 20.0, "expected_shown": "20.0", "goal": 20, "goal_shown": "20"},
    ],
}
TREND["points"][2]["provisional"] = True
GAP = {
    "name": "骨干教师占比",
    "unit": "%",
    "goal": 20,
    "goal_shown": "20",
    "rows": [
        {"label": "第一幼儿园", "value": None, "status": "no_data"},
        {"label": "第一中学", "value": 11.8, "shown": "11.8", "status": "behind", "gap_shown": "9 人"},
        {"label": "第一小学", "value": 25.0, "shown": "25.0", "status": "achieved"},
    ],
}
COMPLETENESS = {
    "columns": ["2024Q4", "2025Q1", "2025Q2"],
    "rows": [
        {"label": "第一小学", "cells": [{"have": 12, "due": 12}, {"have": 299, "due": 300}, {"have": 0, "due": 12}]},
        {"label": "第一中学", "cells": [None, {"have": 6, "due": 12}, {"have": 0, "due": 0}]},
    ],
}
HISTORY = {
    "rows": [
        {"label": "2024下", "counts": {"achieved": 20, "behind": 8}},
        {"label": "2025上", "counts": {"achieved": 31, "behind": 4}},
    ]
}
CHANGE = {
    "before": "2024下",
    "after": "2025上",
    "rows": [
        {"label": "骨干占比", "before": 15.9, "after": 18.6, "goal": 20, "unit": "%", "status": "at_risk"},
        {"label": "达标率", "before": None, "after": 96, "goal": 100, "unit": "%", "status": "on_track"},
        {"label": "参与率", "before": 70, "after": None, "goal": None, "unit": "%", "status": "no_data"},
    ],
}
STRIP = {
    "name": "骨干教师占比",
    "unit": "%",
    "goal": 20,
    "groups": [
        {
            "label": "小学",
            "rows": [
                {"label": "一小", "value": 18.0, "shown": "18.0", "status": "on_track"},
                {"label": "二小", "value": 18.0, "shown": "18.0", "status": "on_track"},
                {"label": "三小", "value": 25.0, "shown": "25.0", "status": "achieved"},
            ],
        },
        {"label": "初中", "rows": [{"label": "一中", "value": 11.8, "shown": "11.8", "status": "behind"}]},
    ],
}
HEAT = {
    "columns": [{"label": "1", "name": "骨干占比"}, {"label": "2", "name": "达标率"}],
    "rows": [
        {"label": "一小", "cells": [{"status": "behind", "shown": "11.8%"}, {"status": "achieved", "shown": "96%"}]},
        {"label": "一中", "cells": [None, {"status": "no_data", "shown": "—"}]},
    ],
}
GRADES = {"rows": [{"label": "小学", "counts": {"excellent": 4, "good": 7}}, {"label": "初中", "counts": {"none": 1}}]}
PARETO = {
    "name": "骨干占比",
    "rows": [
        {"label": "一中", "gap": 9, "shown": "9 人", "so_far": 0.75},
        {"label": "一小", "gap": 3, "shown": "3 人", "so_far": 1.0},
    ],
}


def every_figure() -> dict[str, Figure]:
    made: dict[str, Any] = {
        "status": builders.build_status_chart(STATUS),
        "history": builders.build_history_chart(HISTORY),
        "trend": builders.build_trend_chart(TREND),
        "gap": builders.build_gap_chart(GAP),
        "change": builders.build_change_chart(CHANGE),
        "strip": builders.build_strip_chart(STRIP),
        "heat": builders.build_heat_chart(HEAT),
        "grades": builders.build_grade_chart(GRADES),
        "pareto": builders.build_pareto_chart(PARETO),
        "completeness": builders.build_completeness_chart(COMPLETENESS),
    }
    return made
