"""From plain data to figures (see figure.py). The data are JSON: a published bulletin keeps them, pages draw them.

Every number that is printed comes as ``shown`` text, rounded by whoever measured; builders round nothing but ticks.
"""

from reports.charts.builders.change import build_change_chart
from reports.charts.builders.gap import build_gap_chart, build_pareto_chart, sorted_by_gap
from reports.charts.builders.grades import build_grade_chart
from reports.charts.builders.matrix import build_completeness_chart, build_heat_chart
from reports.charts.builders.status import build_history_chart, build_status_chart
from reports.charts.builders.strip import build_strip_chart
from reports.charts.builders.trend import build_trend_chart

__all__ = [
    "build_change_chart",
    "build_completeness_chart",
    "build_gap_chart",
    "build_grade_chart",
    "build_heat_chart",
    "build_history_chart",
    "build_pareto_chart",
    "build_status_chart",
    "build_strip_chart",
    "build_trend_chart",
    "sorted_by_gap",
]
