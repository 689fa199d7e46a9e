"""One target in a bulletin: everything that its tables and its prose say about it, as JSON."""

import datetime
from collections.abc import Sequence
from typing import Any

from base.quarters import Period
from base.templatetags.quarters import deadline
from reports.bulletin.clauses import because, said_in
from reports.bulletin.references import tight
from reports.readings import Reading
from targets.models import Goal
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
    next_due = _due_within(definition.goals.all(), period.moved(1))
    row = {
        "code": reading.code,
        "name": reading.name,
        "task": {"no": task.no, "name": task.name} if task else None,
        "section": reading.section,
        "section_code": reading.section_code,
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
        "over": reading.over,
        "ceiling": bool(reading.comparator and reading.comparator.towards_less),
        "because": because(reading),
        "reason": _in_a_line(reason),
        "short": list(short),
        "next_due": deadline(next_due),
        "next_due_on": next_due.isoformat() if next_due else "",
        "before": _then(before),
        "year_ago": _then(year_ago),
    }
    return row | {"why": why(row)}


def _in_a_line(note: str) -> str:
    """What somebody wrote in lines, to stand within a sentence."""
    lines = (line.strip().rstrip("。；") for line in note.splitlines())
    return "；".join(line for line in lines if line)


def why(row: Row) -> str:
    """Why it is red or yellow, for tables; empty where it is neither."""
    said = said_in(row)
    return f"{said}（{tight(row['completeness'])}）" if said and row["provisional"] else said


def _due_within(goals: list[Goal], period: Period) -> datetime.date | None:
    """When the last of the goals that fall due within ``period`` is due."""
    return max((goal.due for goal in goals if goal.due_quarter in period), default=None)


def _then(reading: Reading | None) -> dict[str, str] | None:
    if reading is None:
        return None
    return {"status": reading.status, "value": reading.value, "due": reading.due}
