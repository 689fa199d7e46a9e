"""What is measured: the five measures, of any scope (measurement.md §3).

Every measure gives each unit a part of a numerator and of a denominator. A scope is a set of units, its value the
quotient of the two sums.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from .arrays import Bools, Floats, some
from .evidence import Evidence, Moment, gather
from .exact import COMPARED
from .model import VERDICTS, Comparator, Goal, Measure, ValueType
from .subject import Subject

MET = VERDICTS["met"]
QUOTIENTS = (Measure.RATIO, Measure.SHARE)


@dataclass(frozen=True, slots=True)
class Parts:
    """What each unit contributes (U). ``has`` marks the units that have what the measure needs."""

    numerator: Floats
    denominator: Floats
    has: Bools


@dataclass(frozen=True, slots=True)
class Measured:
    """One target at one moment in every scope (S). NaN: nobody has what it needs; ``void`` marks x/0, also no value."""

    evidence: Evidence
    parts: Parts
    value: Floats
    numerator: Floats
    denominator: Floats
    void: Bools


def take(subject: Subject, goal: Goal, moment: Moment) -> Measured:
    """The target's value at ``moment``. The goal says no more than which way a share counts its silent units."""
    evidence, measure = gather(subject, moment), subject.target.measure
    parts = PARTS[measure](subject, evidence, goal.comparator)
    known = subject.scopes.any(parts.has) | (measure is Measure.MILESTONE)  # a milestone always has a value
    numerator, denominator = (
        np.where(known, subject.scopes.total(part), np.nan) for part in (parts.numerator, parts.denominator)
    )
    whole = denominator if measure in QUOTIENTS else np.ones_like(numerator)
    scale = {Measure.RATIO: subject.target.scale, Measure.SHARE: 100.0}.get(measure, 1.0)
    void: Bools = known & (whole == 0)
    value = np.full_like(numerator, np.nan)
    np.divide(scale * numerator, whole, out=value, where=known & ~void)
    return Measured(evidence, parts, value, numerator, denominator, void)


def _ratio(subject: Subject, evidence: Evidence, comparator: Comparator) -> Parts:
    """A unit enters with all its elements or not at all."""
    enters = evidence.complete
    numerator = _sum(subject, subject.target.numerator, evidence)
    return Parts(numerator * enters, _sum(subject, subject.target.denominator, evidence) * enters, enters)


def _share(subject: Subject, evidence: Evidence, comparator: Comparator) -> Parts:
    """1 of 1 for a unit that meets the condition. A silent one counts against the goal, one with x/0 not at all."""
    condition, has = subject.target.condition, evidence.complete
    if condition is None:
        raise ValueError(f"{subject.target.code}: a share needs a condition")
    amount = _sum(subject, [condition.element], evidence)
    per = _sum(subject, [condition.per], evidence) if condition.per else np.ones_like(amount)
    should = evidence.expected & ~(has & (per == 0))
    quotient = np.divide(amount, per, out=np.zeros_like(amount), where=per != 0)
    met = COMPARED[condition.comparator](quotient, condition.threshold)
    meeting = should & np.where(has, met, comparator.towards_less)
    return Parts(meeting.astype(np.float64), should.astype(np.float64), has)


def _count(subject: Subject, evidence: Evidence, comparator: Comparator) -> Parts:
    """A unit adds what it has."""
    return _plain(_sum(subject, subject.target.numerator, evidence), some(evidence.given))


def _milestone(subject: Subject, evidence: Evidence, comparator: Comparator) -> Parts:
    """1 if the latest value is a date not after the quarter, or 1; else 0."""
    amount = _sum(subject, subject.target.numerator, evidence)
    dated = subject.elements[0].value_type is ValueType.DATE
    reached = amount <= evidence.at.end.toordinal() if dated else amount == 1
    return _plain((evidence.complete & reached).astype(np.float64), evidence.complete)


def _judgement(subject: Subject, evidence: Evidence, comparator: Comparator) -> Parts:
    """The verdict as a number (``VERDICTS``)."""
    return _plain(_sum(subject, subject.target.numerator, evidence), evidence.complete)


PARTS: dict[Measure, Callable[[Subject, Evidence, Comparator], Parts]] = {
    Measure.RATIO: _ratio,
    Measure.SHARE: _share,
    Measure.COUNT: _count,
    Measure.MILESTONE: _milestone,
    Measure.JUDGEMENT: _judgement,
}


def _plain(amount: Floats, has: Bools) -> Parts:
    """Of a measure that divides by nothing."""
    return Parts(amount, np.zeros_like(amount), has)


def _sum(subject: Subject, codes: Iterable[str], evidence: Evidence) -> Floats:
    """U: the sum of these elements."""
    places = [subject.target.elements.index(code) for code in codes]
    result: Floats = evidence.amounts[:, places].sum(axis=1)
    return result
