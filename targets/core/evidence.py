"""Who the units of a target are at a moment, and what they have given: fresh, carried, missing (measurement.md §2)."""

from dataclasses import dataclass

import numpy as np

from base.quarters import Quarter

from .arrays import Bools, Floats, Ints, every, last, some
from .model import Measure
from .subject import Subject


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is measured. ``opens`` begins the window of the flows; without flows there is no window (None).

    ``asking_since`` is the plan's start: "asking begins with the plan". Only last year's figures reach behind it.
    """

    at: Quarter
    opens: Quarter | None
    asking_since: Quarter

    @property
    def is_open(self) -> bool:
        return self.opens is None or self.opens <= self.at

    @property
    def flows_since(self) -> Quarter:
        """The first quarter whose flows count."""
        return self.asking_since if self.opens is None else max(self.opens, self.asking_since)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the units of one target have given by a moment. Axes: U (units), K (elements of the target, in its order).

    Only members report, only expected ones are asked and counted. An element that a unit does not report counts 0 for
    it; ``amounts`` are 0 where nothing is given.
    """

    at: Quarter
    member: Bools  # U: is a unit of the target
    expected: Bools  # U
    reported: Bools  # U × K
    asked: Bools  # U × K: has been asked (a flow: in the window)
    given: Bools  # U × K: there is an amount
    amounts: Floats  # U × K
    carried: Bools  # U
    missing: Bools  # U
    incomplete: Bools  # U: a flow of which some asked quarters are lacking

    @property
    def fresh(self) -> Bools:
        return self.expected & ~self.missing & ~self.carried

    @property
    def complete(self) -> Bools:
        """U: an expected unit with all the elements that it reports."""
        return self.expected & every(self.given | ~self.reported)


def gather(subject: Subject, moment: Moment) -> Evidence:
    """The evidence for the target at ``moment``. A unit counts once, by its worst element."""
    ledger, places, flows = subject.ledger, subject.places, subject.flows
    until = ledger.position(moment.at) + 1
    member, reported = _members(subject, moment)
    expected = _expected(subject, moment, reported)
    asked = ledger.asked[:, places, :until] & reported[:, :, None] & _in_time(subject, moment)
    present = ledger.present[:, places, :until]
    there, lacking = asked & present, asked & ~present
    latest = last(present)
    has = np.where(flows, some(there), (latest >= 0) & reported & expected[:, None])
    old = np.where(flows, some(lacking), latest < last(asked))
    if subject.target.measure is Measure.JUDGEMENT:  # older than its last asked quarter it is missing (§3)
        has &= ~old
    due = some(asked)  # what has not been asked yet is fresh
    missing = some(due & ~has)
    if subject.target.measure is Measure.RATIO:  # a quarter enters with all of the flows asked in it or not at all (§3)
        there &= ~some(lacking[:, flows], axis=1)[:, None, :]
    given: Bools = moment.is_open & np.where(flows, some(there), has)
    sums = (ledger.given[:, places, :until] * there).sum(axis=2)
    return Evidence(
        at=moment.at,
        member=member,
        expected=expected,
        reported=reported,
        asked=due,
        given=given,
        amounts=np.where(flows, sums, _given_in(subject, latest)) * given,
        carried=some(due & old) & ~missing,
        missing=missing,
        incomplete=some(due & old & flows),
    )


def _members(subject: Subject, moment: Moment) -> tuple[Bools, Bools]:
    """Who is a unit of the target (U), and the elements that it reports (U × K), by the facts of ``_standing``."""
    ledger, target = subject.ledger, subject.target
    standing = _standing(subject, moment)
    rows = np.arange(len(standing))
    reports = ledger.reports[rows[:, None], subject.places, standing[:, None]]
    member: Bools = (
        (standing >= 0)
        & ((ledger.stages[rows, standing] & ledger.mask(target.stages)) != 0)
        & ((ledger.ownership[rows, standing] & ledger.mask([target.ownership])) != 0)
        & some(reports)
    )
    return member, reports & member[:, None]


def _standing(subject: Subject, moment: Moment) -> Ints:
    """U: the quarter whose facts hold for each unit: now if it is open, −1 if it is out of the question.

    A target made of flows alone also has those that closed within its window, with the facts of the last asked quarter
    in which they were open.
    """
    ledger, now = subject.ledger, subject.ledger.position(moment.at)
    standing = np.where(ledger.open[:, now], now, -1)
    if subject.flows_alone:
        called = some(ledger.called[subject.places, : now + 1], axis=0)
        called[: ledger.position(moment.flows_since)] = False
        standing = np.maximum(standing, last(ledger.open[:, : now + 1] & called))
    return standing


def _expected(subject: Subject, moment: Moment, reports: Bools) -> Bools:
    """U: expected from the first quarter in which it was open and asked one of the elements that it reports."""
    ledger = subject.ledger
    since, until = ledger.position(moment.asking_since), ledger.position(moment.at) + 1
    return some(some(ledger.asked[:, subject.places, since:until]) & reports)


def _in_time(subject: Subject, moment: Moment) -> Bools:
    """K × quarters up to now: within the time of asking, a flow within its window."""
    position = subject.ledger.position
    since = np.where(subject.flows, position(moment.flows_since), position(moment.asking_since))
    result: Bools = np.arange(position(moment.at) + 1) >= since[:, None]
    return result


def _given_in(subject: Subject, quarters: Ints) -> Floats:
    """U × K: what each unit gave of each element in the quarter named for it."""
    rows = np.arange(len(quarters))[:, None]
    result: Floats = subject.ledger.given[rows, subject.places, quarters]
    return result
