"""One target in a bulletin: everything that its tables and its prose say about it, as JSON."""

from collections.abc import Sequence
from typing import Any

from base.quarters import Period
from base.templatetags.quarters import deadline
from reports.models import Status
from reports.readings import URGENT, Reading
from targets.core.exact import COMPARED
from targets.models import Goal, Measure
from tasks.models import Task

Row = dict[str, Any]


def row_of(
    reading: Reading,
    period: Period,
    *,
    task: Task | None,
    before: Reading | None,
    year_ago: Reading | None,
    reason: str = "",
    short: Sequence[str] = (),
) -> Row:
    """``task``: its home, None for a safeguard's. ``reason``: why the bureau judged as it did, for a judgement.
    ``short``: names of the schools that a share still misses, unless it is sensitive.
    """
    result, definition = reading.result, reading.definition
    return {
        "code": reading.code,
        "name": reading.name,
        "task": {"no": task.no, "name": task.name} if task else None,
        "section": reading.section,
        "measure": definition.measure,
        "version": definition.version,
        "sensitive": definition.sensitive,
        "soft": definition.soft,
        "pending": bool(definition.pending),
        "presumed": bool(reading.goal_in_view and reading.goal_in_view.presumed),
        "goal": reading.goal,
        "due": reading.due,
        "value": reading.value,
        "number": result.value,
        "expected": reading.expected,
        "status": result.status,
        "provisional": reading.is_provisional,
        "completeness": reading.completeness,
        "complete": reading.is_complete,
        "units_expected": result.units_expected,
        "units_fresh": result.units_fresh,
        "missing": reading.missing,
        "shortfall": reading.shortfall,
        "missed": reading.missed,
        "why": why(reading, reason),
        "short": list(short),
        "next_due": _due_within(definition.goals.all(), period.moved(1)),
        "before": _then(before),
        "year_ago": _then(year_ago),
    }


def why(reading: Reading, reason: str = "") -> str:
    """Why it is red or yellow, in a clause to stand behind its name; empty where it is neither."""
    if reading.status not in URGENT:
        return ""
    clause = tight(_clause(reading, reason))
    return f"{clause}（{tight(reading.completeness)}）" if reading.is_provisional else clause


def _clause(reading: Reading, reason: str) -> str:
    result, due = reading.result, reading.due
    if reading.definition.measure == Measure.JUDGEMENT:
        return f"经研判为滞后：{reason.rstrip('。')}" if reason else "经研判为滞后"
    if reading.definition.measure == Measure.MILESTONE:
        return f"应于{due}完成，尚未完成"
    short = f"，还差{reading.missing}" if reading.missing else ""
    if reading.comparator and reading.comparator.towards_less:
        return _clause_towards_less(reading)
    if result.status == Status.OVERDUE or result.measured_at >= result.due:
        return f"{due}应达到{reading.goal}，实际{reading.value}{short}"
    if result.expected == result.goal:
        return f"{due}须达到{reading.goal}，目前{reading.value}{short}"
    return f"序时应达{reading.expected}，实际{reading.value}" + (f"，距{due}目标{short[1:]}" if short else "")


def _clause_towards_less(reading: Reading) -> str:
    """Goals that are to be kept below; a value within the goal is yellow only because reports are missing."""
    result = reading.result
    if result.value is not None and result.goal is not None and COMPARED[reading.comparator](result.value, result.goal):
        return f"目前为{reading.value}，因报送不全，暂不能认定"
    if result.expected is not None and result.measured_at < result.due and result.status != Status.OVERDUE:
        return f"序时应降至{reading.expected}，实际{reading.value}"
    return f"要求{reading.goal}，实际{reading.value}"


def tight(text: str) -> str:
    """As prose sets it: no spaces, no commas in numbers."""
    return "".join(sign for sign in text if sign not in " \u00a0,")


def _due_within(goals: list[Goal], period: Period) -> str:
    """When the last of the goals that fall due within ``period`` is due, in words; empty if none is."""
    dues = [goal.due for goal in goals if goal.due_quarter in period]
    return deadline(max(dues)) if dues else ""


def _then(reading: Reading | None) -> dict[str, str] | None:
    if reading is None:
        return None
    return {"status": reading.status, "value": reading.value, "due": reading.due}
