"""Which goal is in view, when it is measured, what its value is and whether it is met (measurement.md §4)."""

from dataclasses import dataclass

import numpy as np

from base.quarters import Period, Quarter

from .arrays import Bools, Floats
from .evidence import Moment
from .exact import COMPARED
from .model import Basis, Comparator, Goal, Window
from .subject import Subject
from .values import MET, take


def goal_in_view(subject: Subject, period: Period) -> tuple[int, Quarter]:
    """The place of the goal in view and the measuring quarter m.

    The last goal due within the period, else the next one due, else the last of all. A closed year stays as it ended.
    """
    goals = subject.target.goals
    within = [place for place, goal in enumerate(goals) if goal.due in period]
    if within:
        return within[-1], goals[within[-1]].due
    ahead = [place for place, goal in enumerate(goals) if goal.due > period.last]
    if ahead:
        return ahead[0], period.last
    stays = subject.has_yearly_window or subject.is_ceiling(goals[-1])
    return len(goals) - 1, goals[-1].due if stays else period.last


def window_opens(subject: Subject, goal: Goal) -> Quarter:
    """The first quarter of the window to which the goal belongs: its year, its school year (Q4–Q3) or the plan."""
    if subject.target.window is Window.PLAN:
        return subject.plan_start
    first = 1 if subject.target.window is Window.YEAR else 4
    return goal.due - (goal.due.number - first) % 4


def moment_of(subject: Subject, goal: Goal, at: Quarter) -> Moment:
    """The goal looked at in quarter ``at``: it looks only at its own window."""
    return Moment(at, window_opens(subject, goal) if subject.has_flows else None, subject.plan_start)


def moment_last_year(subject: Subject, goal: Goal) -> Moment:
    """Last year over its whole window; of a stock, four quarters before the due date. Earlier flows serve here."""
    if not subject.has_flows:
        return Moment(goal.due - 4, None, subject.ledger.origin)
    opens = window_opens(subject, goal)
    return Moment(opens - 1, opens - 4, subject.ledger.origin)


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal as a number in every scope (S), NaN where it does not hold or cannot be computed.

    ``lacking`` marks the scopes in which a unit lacks the last year's figure that the goal builds on.
    """

    value: Floats
    maximum: Floats
    lacking: Bools


def aim_of(subject: Subject, goal: Goal, at: Quarter) -> Aim:
    """The value of ``goal`` by its basis, as it can be computed in quarter ``at``."""
    figure, lacking = _figure(subject, goal, at)
    figure = np.where(subject.goal_holds, figure, np.nan)
    lacking = lacking & subject.goal_holds
    amount = MET if goal.value is None else goal.value  # a judgement's goal is a due date alone, met by `met`
    maximum = np.nan if goal.maximum is None else goal.maximum
    if goal.basis is Basis.LAST_YEAR_TIMES:
        return Aim(figure * amount, figure * maximum, lacking)
    return Aim(figure + amount, figure + maximum, lacking)


def _figure(subject: Subject, goal: Goal, at: Quarter) -> tuple[Floats, Bools]:
    """What the goal's number is added to or multiplied with, NaN where there is none; and where a unit lacks it."""
    scopes, whole = subject.scopes, np.zeros(len(subject.scopes.codes), dtype=np.bool_)
    if goal.basis is Basis.ABSOLUTE:
        return scopes.filled(0.0), whole
    if goal.basis is Basis.BASELINE_PLUS:  # a baseline is the district's
        baseline = subject.target.baseline_value
        return np.where(scopes.district, np.nan if baseline is None else baseline, np.nan), whole
    moment = moment_last_year(subject, goal)
    if moment.at > at:  # not before that year is over
        return scopes.filled(np.nan), whole
    last = take(subject, goal, moment)
    useless = (last.value == 0) & (goal.basis is Basis.LAST_YEAR_TIMES)
    return np.where(useless, np.nan, last.value), scopes.any(last.evidence.missing)


def meets(subject: Subject, goal: Goal, value: Floats, aim: Floats) -> Bools:
    """S: whether ``value`` meets the goal, whose value is ``aim``. A count of 0 meets every ``<``."""
    spotless = subject.is_count and goal.comparator is Comparator.LESS
    result: Bools = COMPARED[goal.comparator](value, aim) | (spotless & (value == 0) & ~np.isnan(aim))
    return result


def missed(subject: Subject, goal: Goal, aim: Floats) -> Bools:
    """S: an earlier goal, measured at its own due quarter from the values approved now, has a value and is not met."""
    then = take(subject, goal, moment_of(subject, goal, goal.due))
    return ~np.isnan(then.value) & ~np.isnan(aim) & ~meets(subject, goal, then.value, aim)
