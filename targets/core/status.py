"""Pace and status (measurement.md §5)."""

from dataclasses import dataclass

import numpy as np

from base.quarters import Quarter

from . import exact
from .arrays import Bools, Floats, every, some
from .expectation import Anchor
from .goals import Aim, meets
from .model import VERDICTS, Goal, Measure, Pacing, Status
from .subject import Subject
from .values import Measured


@dataclass(frozen=True, slots=True)
class Pace:
    """r = ``way`` / ``planned`` (S). It is compared before dividing, with the slack of the figures behind it."""

    way: Floats
    planned: Floats  # positive
    size: Floats

    @property
    def rate(self) -> Floats:
        return self.way / self.planned

    def reaches(self, threshold: float) -> Bools:
        result: Bools = self.way >= threshold * self.planned - exact.TOLERANCE * self.size
        return result


def pace_of(subject: Subject, goal: Goal, value: Floats, expected: Floats, anchor: Floats) -> Pace:
    """The first that holds: from the anchor; v/e; towards less 1 for nothing, e/v; else 1 if v meets e, or 0."""
    less, positive, one = goal.comparator.towards_less, exact.more(expected, 0.0), np.ones_like(value)
    cases: list[tuple[Bools, Floats, Floats]] = [
        (~np.isnan(anchor) & ~exact.equal(expected, anchor), value - anchor, expected - anchor),
        (positive & (not less), value, expected),
        (positive & less & exact.at_most(value, 0.0), one, one),
        (positive & less, expected, value),
    ]
    reached = (exact.at_most if less else exact.at_least)(value, expected) | meets(subject, goal, value, expected)
    planned, way = one, reached.astype(np.float64)
    for holds, whole, part in reversed(cases):
        planned, way = np.where(holds, part, planned), np.where(holds, whole, way)
    way = way * np.sign(planned)
    unknown = np.isnan(value) | np.isnan(expected)
    size = np.fmax(np.fmax(np.abs(value), np.abs(expected)), np.fmax(np.abs(anchor), 1.0))
    return Pace(np.where(unknown, np.nan, way), np.abs(planned), size)


@dataclass(frozen=True, slots=True)
class Case:
    """One target at its measuring quarter, set against its goal in view, in every scope (S)."""

    subject: Subject
    goal: Goal
    at: Quarter
    window_open: bool
    now: Measured
    aim: Aim
    anchor: Anchor
    expected: Floats
    pace: Pace

    @property
    def asked(self) -> Bools:
        """Every element that units of the scope report has been asked of one of them, and there is such a unit."""
        scopes, evidence = self.subject.scopes, self.now.evidence
        reported, asked = scopes.any(evidence.reported), scopes.any(evidence.asked)
        return every(asked | ~reported) & some(reported)

    @property
    def silent(self) -> Bools:
        """There are missing units or incomplete flows."""
        return self.subject.scopes.any(self.now.evidence.missing | self.now.evidence.incomplete)


def statuses(case: Case) -> list[Status]:
    """The first row of the table that holds, for each scope."""
    table = _table(case)
    holds = np.empty((len(table), len(case.now.value)), dtype=np.bool_)
    for row, (marks, _) in enumerate(table):
        holds[row] = marks
    return [table[row][1] for row in holds.argmax(axis=0).tolist()]


def _table(case: Case) -> list[tuple[Bools | bool, Status]]:
    """The ordered list of §5."""
    target, goal, value = case.subject.target, case.goal, case.now.value
    is_due, judged, ceiling = case.at >= goal.due, target.measure is Measure.JUDGEMENT, case.subject.is_ceiling(goal)
    met = meets(case.subject, goal, value, case.aim.value)
    unproven = met & case.silent & goal.comparator.towards_less  # silence must not help
    warned = case.pace.reaches(target.warn_at)
    return [
        (~case.asked | (not case.window_open), Status.NOT_DUE),
        (np.isnan(value) & ~case.now.void, Status.NO_DATA),
        (~case.subject.goal_holds | target.pending | case.now.void, Status.NOT_RATED),
        (np.isnan(case.aim.value), Status.NO_BASELINE),
        (judged & (value == VERDICTS["met"]), Status.ACHIEVED),
        (judged & (value == VERDICTS["advancing"]), Status.ON_TRACK),
        (judged, Status.BEHIND),
        (ceiling & ~met, Status.OVERDUE),
        (ceiling and not is_due, Status.ON_TRACK),
        (unproven, Status.AT_RISK if is_due else Status.ON_TRACK),
        (met, Status.ACHIEVED),
        (is_due & target.soft & warned, Status.AT_RISK),
        (is_due, Status.OVERDUE),
        (goal.pacing is Pacing.STEP, Status.NOT_DUE),
        (case.pace.reaches(target.ok_at) | _nearly(case), Status.ON_TRACK),
        (warned, Status.AT_RISK),
        (True, Status.BEHIND),
    ]


def _nearly(case: Case) -> Bools:
    """Short of e by less than one unit of the last shown decimal; towards less the other way."""
    value, expected = case.now.value, case.expected
    short = value - expected if case.goal.comparator.towards_less else expected - value
    result: Bools = short < 10.0**-case.subject.target.decimals - exact.slack(value, expected)
    return result
