"""What is expected between goals: the anchor, and the straight line from it to the goal in view (measurement.md §4)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from base.quarters import Quarter

from . import exact
from .arrays import Floats, Ints
from .goals import meets, window_opens
from .model import Element, Goal, Pacing, Window
from .subject import Subject


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a linear expectation starts in each scope (S): a value (NaN: none) at the end of a quarter."""

    value: Floats
    at: Ints


def anchor_of(subject: Subject, place: int, aims: list[Floats]) -> Anchor:
    """The start for goal number ``place``. ``aims`` are the values of all goals up to it.

    The first candidate that has a value; none for ``step`` goals and ceilings, nor where it already meets the goal.
    """
    goal = subject.target.goals[place]
    value = subject.scopes.filled(np.nan)
    at = np.full(value.shape, int(goal.due) - 1, dtype=np.int64)
    if goal.pacing is Pacing.STEP or subject.is_ceiling(goal):
        return Anchor(value, at)
    for start, quarter in _candidates(subject, place, aims):
        at = np.where(np.isnan(value), int(quarter), at)
        value = np.where(np.isnan(value), start, value)
    useless = np.isnan(aims[place]) | meets(subject, goal, value, aims[place])
    return Anchor(np.where(useless, np.nan, value), at)


def _candidates(subject: Subject, place: int, aims: list[Floats]) -> Iterator[tuple[Floats, Quarter]]:
    """Starts in the order in which they are tried. The start of a quarter is the end of the one before."""
    target, goal, nothing = subject.target, subject.target.goals[place], subject.scopes.filled(0.0)
    if subject.is_count and subject.has_yearly_window:
        yield nothing, window_opens(subject, goal) - 1
    for earlier in reversed(range(place)):
        yield aims[earlier], target.goals[earlier].due
    if target.baseline_value is not None and target.baseline_at is not None and target.baseline_at < goal.due:
        yield np.where(subject.scopes.district, target.baseline_value, np.nan), target.baseline_at
    if subject.is_count and subject.has_flows and target.window is Window.PLAN:
        yield nothing, subject.plan_start - 1


def expected_of(subject: Subject, goal: Goal, aim: Floats, anchor: Anchor, at: Quarter) -> Floats:
    """What is expected in quarter ``at`` (S), NaN where nothing is. ``aim`` is the goal's value."""
    if at >= goal.due:
        return aim
    if goal.pacing is Pacing.STEP:
        return np.full_like(aim, np.nan)
    read_at = min(_last_asked(element, subject.plan_start, at) for element in subject.elements)
    passed, whole = np.maximum(0, read_at - anchor.at), np.maximum(1, int(goal.due) - anchor.at)
    straight = anchor.value + (aim - anchor.value) * passed / whole
    expected = np.where(np.isnan(anchor.value), aim, straight)
    return _rounded_down(expected, anchor.value) if subject.is_count else expected


def _last_asked(element: Element, since: Quarter, at: Quarter) -> int:
    """The last quarter ≤ ``at`` in which it was asked; before all time if it never was."""
    last_year = (at - back for back in range(4))
    return next((int(one) for one in last_year if one >= since and one.number in element.asked_in), 0)


def _rounded_down(expected: Floats, anchor: Floats) -> Floats:
    """To a whole number, but on the way down never past the anchor."""
    whole: Floats = exact.floor(expected)
    passes = exact.less(whole, anchor) & exact.at_least(expected, anchor)
    return np.where(passes, anchor, whole)
