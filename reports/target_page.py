"""What a target's page shows: its definition and goals, its results through the half-years, its schools."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from base.quarters import Period
from base.templatetags.numbers import number, unit
from base.templatetags.quarters import day, deadline
from reports.breakdown import Dimension, breakdown_of, kind_of
from reports.charts import COLUMN, Chart, builders
from reports.diagnosis import causes_of, shares_of
from reports.formula import formula, timing
from reports.health import SMALLEST
from reports.history import Readings, gap_row, line_of, readings_of, trend_of
from reports.models import Measurement, Result
from reports.outlook import Outlook, outlook_of
from reports.readings import BOUNDS, WITHOUT_UNIT, Reading
from schools.models import Stage
from targets.core import model as core
from targets.models import About, AdoptedTarget, Basis, Comparator, Goal, GoalScope, Measure, Target, TargetDefinition
from tasks.models import Adoption

MOST_BARS = 25
MOST_DOTS = 300

# Whose results may be seen: ids of schools, None for all (rules.unit_filter).
Seen = Callable[[TargetDefinition], set[int] | None]


@dataclass(frozen=True)
class TargetPage:
    target: Target
    definition: TargetDefinition  # by which the chosen period was measured; the newest without one
    versions: Sequence[TargetDefinition]
    adopted: AdoptedTarget | None
    readings: Readings
    line: Readings  # what the trend is made of
    reading: Reading | None
    schools: list[tuple[str, Reading]]  # by name, the worst first; those that the reader may see
    sees_all: bool  # of the schools

    @property
    def goals(self) -> list[tuple[str, str]]:
        """When each is due, and what it is."""
        return [(due_in_words(goal), goal_in_words(goal, self.definition)) for goal in self.definition.goals.all()]

    @property
    def formula(self) -> str:
        return formula(self.definition)

    @property
    def timing(self) -> str:
        return timing(self.definition)

    @property
    def range(self) -> str:
        """公办 小学、初中；目标适用于全区和每所学校."""
        definition = self.definition
        stages = "、".join(Stage(stage).label for stage in definition.stages) or "各学段"
        about = (
            "全区一个数"
            if definition.elements[0].about == About.BUREAU
            else f"{definition.get_ownership_display()}{stages}"
        )
        return f"{about}；{'目标对全区和每所学校' if self.is_rated else '目标只对全区'}"

    @property
    def baseline(self) -> str:
        own = self.adopted
        if own is None or own.baseline_value is None:
            return ""
        value = unit(number(own.baseline_value), self.definition.unit)
        return f"{value}（{day(own.baseline_date)}，{own.baseline_source}）"

    @property
    def is_rated(self) -> bool:
        """Whether the goal holds for every school."""
        return self.definition.goal_scope == GoalScope.EACH

    @property
    def has_parts(self) -> bool:
        """Whether the schools' results have a numerator and a denominator worth showing."""
        return self.definition.measure == Measure.RATIO

    @property
    def rows(self) -> list[tuple[Period, Reading]]:
        """Every measured period with its reading, the newest first."""
        return list(self.readings.items())

    @cached_property
    def trend(self) -> Chart | None:
        data = trend_of(self.definition, self.line, self.outlook.ahead if self.outlook else None)
        if data is None:
            return None
        note = "蓝线为完成值，虚线为序时应达值，菱形为目标；空心点为暂定。"
        if self.is_by_quarter:
            note += "已通报的半年取通报的结果，其余各季按现在核定的数测算，未发布。"
        if self.outlook and self.outlook.found:
            note += "点线为照近期速度的预测，浅色一片为八成可能的范围。"
        name = f"各{'季' if self.is_by_quarter else '半年'}完成值、序时值与目标"
        return Chart("trend", name, builders.build_trend_chart(data), note, COLUMN)

    @property
    def is_by_quarter(self) -> bool:
        """Whether the trend is."""
        return any(period.length == 1 for period in self.line)

    @cached_property
    def outlook(self) -> Outlook | None:
        """Of the chosen period."""
        return outlook_of(self.definition, self.line, self.reading)

    @cached_property
    def causes(self) -> list[str]:
        return causes_of(self.reading, self.all_schools) if self.reading else []

    @property
    def all_schools(self) -> list[tuple[str, Reading]]:
        """For what is said of them together; empty where the reader sees some alone."""
        return self.schools if self.sees_all else []

    @cached_property
    def kinds(self) -> list[Dimension]:
        return breakdown_of([one for _, one in self.all_schools], is_rated=self.is_rated)

    @cached_property
    def pareto(self) -> Chart | None:
        """Who makes the gap; none while two schools or fewer do."""
        shares = shares_of(self.all_schools) if self.drawable else []
        if len(shares) < 3:
            return None
        rows = [
            {"label": one.name, "gap": one.gap, "shown": one.missing, "so_far": one.so_far}
            for one in shares[:MOST_BARS]
        ]
        data = {"name": self.definition.name, "rows": rows}
        cut = f"共 {len(shares)} 所低于目标，列出前 {MOST_BARS} 所。" if len(shares) > MOST_BARS else ""
        return Chart("pareto", "缺口在哪些学校", builders.build_pareto_chart(data), f"缺口最大的在上。{cut}")

    @cached_property
    def strip(self) -> Chart | None:
        """How the schools lie along the scale, by kind; kinds of few schools are left out (health.SMALLEST)."""
        known = [(name, one) for name, one in self.all_schools if one.result.value is not None]
        if self.definition.measure != Measure.RATIO or not self.drawable or len(known) > MOST_DOTS:
            return None
        kinds: dict[str, list[dict[str, Any]]] = {}
        for name, one in known:
            kinds.setdefault(kind_of(one.result.unit.facts_in(one.result.measured_at)), []).append(gap_row(name, one))
        groups = [{"label": kind, "rows": rows} for kind, rows in kinds.items() if len(rows) >= SMALLEST]
        if not groups:
            return None
        few = [kind for kind, rows in kinds.items() if len(rows) < SMALLEST]
        cut = f"不足 {SMALLEST} 所的不画：{'、'.join(few)}。" if few else ""
        figure = builders.build_strip_chart(self._goal_data({"groups": groups}))
        return Chart("strip", "各校分布", figure, f"一点一校，形状和颜色为状态。{cut}")

    @property
    def drawable(self) -> list[tuple[str, Reading]]:
        """The schools that charts may show: all that the reader sees, none of a sensitive target."""
        return [] if self.definition.sensitive else self.schools

    def _goal_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """With name, unit and the schools' goal, for a chart."""
        goal = next((one.result.goal for _, one in self.drawable if one.result.goal is not None), None)
        made = {"name": self.definition.name, "unit": self.definition.unit, "goal": goal, **data}
        return made if goal is None else made | {"goal_shown": number(goal)}

    @cached_property
    def gaps(self) -> Chart | None:
        """The schools' results as bars; none where a result is just met or not."""
        if len(self.drawable) < 2 or self.definition.measure == Measure.SHARE:
            return None
        data = self._goal_data({"rows": [gap_row(name, reading) for name, reading in self.drawable][:MOST_BARS]})
        cut = f"只画差距最大的 {MOST_BARS} 所，全部见下表。" if len(self.drawable) > MOST_BARS else ""
        return Chart("gaps", "各校完成值与目标", builders.build_gap_chart(data), f"差距最大的在上。{cut}")


def target_page(
    versions: Sequence[TargetDefinition],
    measurement: Measurement | None,
    measurements: Sequence[Measurement],
    *,
    seen: Seen,
    quarters_of: Adoption | None = None,
) -> TargetPage:
    """Everything of a target in one period, in a fixed number of queries. ``versions``: the oldest first, with parts
    and their own. ``quarters_of``: whose quarters may be seen."""
    target, own = versions[-1].target, versions[-1].own
    asked = _in_line(measurements, measurement)
    readings, quarters = readings_of(asked, target, versions, own, quarters_of=quarters_of)
    reading = readings.get(measurement.period) if measurement else None
    definition = reading.definition if reading else versions[-1]
    units = seen(definition)
    schools = _schools(measurement, definition, own, units) if measurement else []
    line = line_of(definition, readings, quarters)
    return TargetPage(target, definition, versions, own, readings, line, reading, schools, sees_all=units is None)


def _in_line(measurements: Sequence[Measurement], chosen: Measurement | None) -> list[Measurement]:
    """One of each period: a live one where it is chosen, else those of bulletins."""
    return [
        one for one in measurements if one == chosen or not (one.is_live or (chosen and one.period == chosen.period))
    ]


def _schools(
    measurement: Measurement, definition: TargetDefinition, own: AdoptedTarget | None, units: set[int] | None
) -> list[tuple[str, Reading]]:
    if units is not None and not units:
        return []
    results = Result.objects.filter(measurement=measurement).of_target(definition.target).of_units()
    if units is not None:
        results = results.filter(unit__in=units)
    found = {}
    for result in results.select_related("unit").prefetch_related("unit__facts"):
        result.definition = definition
        found[result.pk] = (result.unit.facts_in(result.measured_at).name, Reading(result, own))
    towards_less = any(core.Comparator(goal.comparator).towards_less for goal in definition.goals.all())
    rows = [{"key": key, "value": reading.result.value} for key, (_, reading) in found.items()]
    return [found[row["key"]] for row in builders.sorted_by_gap(rows, towards_less)]


def goal_in_words(goal: Goal, definition: TargetDefinition) -> str:
    """不低于 70%, 比基期增加 10 个百分点, 为上年的 1.3 倍: as it is defined, by its basis."""
    if goal.value is None or definition.measure in (Measure.JUDGEMENT, Measure.MILESTONE):
        return "完成"
    name = "" if definition.unit in WITHOUT_UNIT else definition.unit
    if goal.basis == Basis.BASELINE_PLUS:
        return f"比基期{_change(goal, name)}"
    if goal.basis == Basis.LAST_YEAR_PLUS:
        return f"比上年{_change(goal, name)}" if goal.value else _than_last_year(goal)
    if goal.basis == Basis.LAST_YEAR_TIMES:
        return f"不低于上年的 {number(goal.value)} 倍"
    if goal.maximum is not None:
        return f"{number(goal.value)}–{unit(number(goal.maximum), name)}"
    bound = BOUNDS.get(Comparator(goal.comparator), "不低于 ")
    return bound + unit(number(goal.value), name)


def _change(goal: Goal, name: str) -> str:
    points = " 个百分点" if name == "%" else name and f" {name}"
    return f"{'增加' if goal.value > 0 else '减少'} {number(abs(goal.value))}{points}"


def _than_last_year(goal: Goal) -> str:
    return {Comparator.LESS: "少于上年", Comparator.MORE: "多于上年"}.get(Comparator(goal.comparator), "与上年持平")


def due_in_words(goal: Goal) -> str:
    """2025年底, with （推定） where the plan names no date."""
    return deadline(goal.due) + ("（推定）" if goal.presumed else "")
