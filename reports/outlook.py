"""Where a target will be when it is due if its recent pace goes on, from the results so far (history.line_of).

Wants numbers that can be laid on one line through the years: states at a time, and counts over the plan. A count that
begins anew each year has no pace across years; neither has what is judged or done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from base.quarters import Period, Quarter
from base.templatetags.numbers import number, unit
from reports.history import COUNTABLE
from reports.models import Status
from reports.readings import Reading
from targets.core.forecast import LEAST, Forecast, forecast, pace_needed
from targets.models import Measure, PeriodKind, TargetDefinition, Window

NAMES = {"forecast": "value", "low": "low", "high": "high"}  # in the chart's data, and of a Forecast


@dataclass(frozen=True)
class Outlook:
    """``found`` is None where too few results can be compared; then ``points`` says how many there are."""

    reading: Reading
    points: int
    found: Forecast | None

    @cached_property
    def needed(self) -> float | None:
        """The change by quarter that still reaches the goal."""
        result = self.reading.result
        return pace_needed(result.value, result.goal, result.measured_at, result.due)

    @property
    def sentence(self) -> str:
        if self.found is None:
            return f"可比的期数只有 {self.points} 期，不足 {LEAST} 期，不作预测。"
        said = f"照近 {self.found.points} 期的速度，{self.reading.due}约为{self._shown(self.found.value)}"
        low, high = self._shown(self.found.low), self._shown(self.found.high)
        said += f"（八成可能在{low} 至{high} 之间），目标 {self.reading.goal}。"
        if self.needed is None:
            return said
        return f"{said}要达到目标，今后每季度需{self._change(self.needed)}；近期每季度{self._change(self.found.pace)}。"

    @property
    def ahead(self) -> dict[Quarter, dict[str, Any]]:
        """For the trend chart: a line from the last result to the due date, and its band."""
        if self.found is None:
            return {}
        result = self.reading.result
        start = dict.fromkeys(NAMES, result.value) | {f"{name}_shown": "" for name in NAMES}
        end = {name: getattr(self.found, of) for name, of in NAMES.items()}
        end |= {f"{name}_shown": self.text(value) for name, value in end.items()}
        return {result.measured_at: start, result.due: end}

    def _shown(self, value: float) -> str:
        return f" {self.text(value)}{self._sign}"

    @property
    def _sign(self) -> str:
        name = self.reading.unit
        return name if name in ("%", "‰") else f" {name}" if name else ""

    def text(self, value: float) -> str:
        return self.reading.digits(value)

    def _change(self, by: float) -> str:
        size = number(abs(by), max(1, self.reading.definition.decimals))
        points = "个百分点" if self.reading.unit == "%" else self.reading.unit
        if size.strip("0.") == "":
            return "基本不变"
        return f"{'提高' if by > 0 else '降低'} {unit(size, points)}"


def outlook_of(definition: TargetDefinition, line: Mapping[Period, Reading], reading: Reading | None) -> Outlook | None:
    """For ``reading``, of the newest period of the ``line``; None where a forecast makes no sense, or is over."""
    if reading is None or not is_continuous(definition):
        return None
    result = reading.result
    if (
        reading.status == Status.ACHIEVED
        or result.value is None
        or result.goal is None
        or result.due is None
        or result.measured_at >= result.due
    ):
        return None
    points = _points(definition, {period: one for period, one in line.items() if period.last <= result.measured_at})
    return Outlook(reading, len(points), forecast_of(definition, points, result.due))


def is_continuous(definition: TargetDefinition) -> bool:
    if definition.measure not in COUNTABLE:
        return False
    flows = [element for element in definition.elements if element.period_kind == PeriodKind.FLOW]
    return not flows or definition.window == Window.PLAN


def _points(definition: TargetDefinition, line: Mapping[Period, Reading]) -> dict[Quarter, float]:
    """Each value at the quarter in which it was last asked: what is carried into the next period is no news."""
    found = {}
    for period in sorted(line):
        value = line[period].result.value
        if value is not None:
            found[asked_at(definition, period.last)] = value
    return found


def asked_at(definition: TargetDefinition, last: Quarter) -> Quarter:
    asked = [next(q for n in range(4) if element.is_asked_in(q := last - n)) for element in definition.elements]
    return min(asked)


def forecast_of(definition: TargetDefinition, points: Mapping[Quarter, float], at: Quarter) -> Forecast | None:
    """``points`` by the quarter in which they were asked. The figures go by steps of the last shown decimal; a share of
    a whole lies between 0 and 100, a number of things is not negative."""
    found = forecast(points, at, step=10.0**-definition.decimals)
    if found is None:
        return None
    most = 100.0 if definition.unit == "%" and definition.measure != Measure.COUNT else float("inf")
    value, low, high = (min(most, max(0.0, one)) for one in (found.value, found.low, found.high))
    return Forecast(value, low, high, found.pace, found.points)
