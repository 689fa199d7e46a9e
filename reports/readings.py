"""A result as people read it: every number as text with its unit, every date in words, nothing measured anew.

Numbers are shown by ``targets.core.rounding.shown``: never rounded across the goal (measurement.md §5).
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from base.templatetags.numbers import NONE, number, unit
from base.templatetags.quarters import deadline
from base.templatetags.status import STATUSES, Mark
from reports.models import Result, Status
from targets.core.exact import ceil
from targets.core.model import Comparator
from targets.core.rounding import shown
from targets.models import AdoptedTarget, Goal, GoalScope, Measure, TargetDefinition, TermPart

URGENT = (Status.OVERDUE, Status.BEHIND, Status.AT_RISK)  # most urgent first
WITHOUT_UNIT = ("是/否",)
BOUNDS = {Comparator.MORE: "高于 ", Comparator.LESS: "低于 ", Comparator.AT_MOST: "不超过 "}
DONE, NOT_DONE = "已完成", "未完成"
SCHOOLS = "所"  # what a share counts


@dataclass(frozen=True)
class Reading:
    """Wants ``result.definition`` with its terms' elements and its goals prefetched; reads no database itself.

    ``adopted``: the district's own, with its section; without it there is no section to name.
    """

    result: Result
    adopted: AdoptedTarget | None = None

    @property
    def definition(self) -> TargetDefinition:
        return self.result.definition

    @property
    def code(self) -> str:
        return self.definition.target.code

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def status(self) -> str:
        return self.result.status

    @property
    def mark(self) -> Mark:
        return STATUSES[self.status]

    @property
    def is_urgent(self) -> bool:
        return self.status in URGENT

    @property
    def section(self) -> str:
        return self.adopted.section.name if self.adopted else ""

    @property
    def section_code(self) -> str:
        return self.adopted.section.code if self.adopted else ""

    @cached_property
    def goal_in_view(self) -> Goal | None:
        """By the result's due quarter."""
        goals = self.definition.goals.all()
        return next((goal for goal in goals if goal.due_quarter == self.result.due), None)

    @property
    def comparator(self) -> Comparator | None:
        return Comparator(self.goal_in_view.comparator) if self.goal_in_view else None

    @property
    def unit(self) -> str:
        return "" if self.definition.unit in WITHOUT_UNIT else self.definition.unit

    @property
    def bare(self) -> str | None:
        """The value's digits alone, for charts."""
        value = self.result.value
        if value is None:
            return None
        return self.digits(value)

    def digits(self, value: float) -> str:
        """Of any value of the target, of its own or another: never across its goal."""
        return _grouped(shown(value, self.definition.decimals, self.result.goal, self.comparator))

    @property
    def value(self) -> str:
        """68.2%, 3 个, 已完成; a dash where there is none."""
        if self.definition.measure == Measure.JUDGEMENT:
            return _verdict_in(self.status)
        if self.result.value is None:
            return NONE
        if self.definition.measure == Measure.MILESTONE:
            return DONE if self.result.value >= 1 else NOT_DONE
        if self.is_of_one_in_a_share:
            return "达标" if self.result.value >= 100 else "未达标"
        return unit(self.bare, self.unit)

    @property
    def is_of_one_in_a_share(self) -> bool:
        """A single school's share is met or not."""
        return self.definition.measure == Measure.SHARE and self.result.unit_id is not None

    @property
    def goal(self) -> str:
        """70%, 低于 5 起, 10%–15%, 完成; a dash where it can't be computed or does not hold."""
        if self.definition.measure in (Measure.JUDGEMENT, Measure.MILESTONE):
            return "完成"
        if self.result.goal is None:
            return NONE
        said = number(self.result.goal)
        if self.comparator == Comparator.BETWEEN and self.goal_in_view and self.goal_in_view.maximum is not None:
            said = f"{said}–{number(_upper_end(self.result.goal, self.goal_in_view))}"
        return BOUNDS.get(self.comparator, "") + unit(said, self.unit) if self.comparator else unit(said, self.unit)

    @property
    def has_goal(self) -> bool:
        """A goal that holds here; whether it can be computed is another matter."""
        return self.result.unit_id is None or self.definition.goal_scope == GoalScope.EACH

    @property
    def expected(self) -> str:
        if self.result.expected is None:
            return NONE
        return unit(number(self.result.expected, self.definition.decimals), self.unit)

    @property
    def due(self) -> str:
        """2025年底."""
        return deadline(self.goal_in_view.due) if self.goal_in_view else ""

    @property
    def gap_unit(self) -> str:
        """Of what so many are missing: of a ratio its numerator, of a share schools."""
        if self.definition.measure == Measure.SHARE:
            return SCHOOLS
        if self.definition.measure == Measure.RATIO:
            return self.definition.terms_of(TermPart.NUMERATOR)[0].element.unit
        return self.unit

    @property
    def missing(self) -> str:
        """37 人, 2 所: what is still to be done for the goal; empty where nothing is, or where it can't be counted."""
        gap = self.result.gap
        if not gap or gap <= 0 or self.is_of_one_in_a_share:
            return ""
        return unit(_whole_or_shown(gap, self.definition), self.gap_unit)

    @property
    def over(self) -> str:
        """2 起, 0.5 个百分点: by how much it exceeds what it is to be kept below; empty where it does not."""
        result = self.result
        if not self.comparator or not self.comparator.towards_less or result.value is None or result.goal is None:
            return ""
        over = result.value - result.goal
        name = "个百分点" if self.unit == "%" else self.unit
        return unit(number(over, self.definition.decimals), name) if over > 0 else ""

    @property
    def shortfall(self) -> str:
        """What a watcher is told first: 还差 37 人, 多出 2 起, 尚未完成; else the value."""
        if self.missing:
            return f"还差 {self.missing}"
        if self.over:
            return f"多出 {self.over}"
        return "尚未完成" if self.value in (NOT_DONE, NONE) else self.value

    @property
    def is_provisional(self) -> bool:
        """Without a figure there is nothing that could be provisional."""
        return self.result.provisional and self.result.status != Status.NO_DATA

    @property
    def is_complete(self) -> bool:
        return self.result.units_fresh == self.result.units_expected

    @property
    def completeness(self) -> str:
        """应报 60，已报 56，沿用 3，缺报 1."""
        result = self.result
        parts = [("应报", result.units_expected), ("已报", result.units_fresh)]
        parts += [pair for pair in (("沿用", result.units_carried), ("缺报", result.units_missing)) if pair[1]]
        return "，".join(f"{word} {count}" for word, count in parts)

    @property
    def missed(self) -> list[str]:
        """The due dates of earlier goals that were missed, in words."""
        return [deadline(datetime.date.fromisoformat(day)) for day in self.result.missed_goals]


def _verdict_in(status: str) -> str:
    """What the bureau judged: it stands in the status (measurement.md §5, rule 5)."""
    return {Status.ACHIEVED: DONE, Status.ON_TRACK: "正常推进", Status.BEHIND: "滞后"}.get(status, NONE)


def _upper_end(goal: float, defined: Goal) -> float:
    """The computed goal, moved up by the width of the defined range."""
    return goal + float(defined.maximum - defined.value)


def _grouped(text: str) -> str:
    return f"{Decimal(text):,}"


def _whole_or_shown(gap: float, definition: TargetDefinition) -> str:
    """Heads and schools are whole; a count of something that has decimals keeps them."""
    whole = definition.measure in (Measure.RATIO, Measure.SHARE) or definition.decimals == 0
    return number(float(ceil(gap)), 0) if whole else number(gap, definition.decimals)
