"""The book laid out by unit, element and quarter: who was open, was asked what, gave what (measurement.md §2).

One ``Ledger`` serves all targets of a measurement. Its arrays have the axes U (units), E (elements), Q (quarters from
``origin`` to the period's last one).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from base.quarters import Period, Quarter

from .arrays import Bools, Floats, Ints, last, some
from .model import Book, Facts, PeriodKind, Target

ALL = -1  # every bit set: an empty set of stages or ownerships means all of them


@dataclass(frozen=True, slots=True)
class Ledger:
    """``called`` says when an element is asked at all, ``asked`` of whom; neither knows the plan's start."""

    book: Book
    origin: Quarter
    index: dict[str, int]  # element code → its place on axis E
    bits: dict[str, int]  # stage or ownership → its bit
    flows: Bools  # E
    given: Floats  # U × E × Q, 0 where blank
    present: Bools  # U × E × Q
    open: Bools  # U × Q
    stages: Ints  # U × Q, bits in force
    ownership: Ints  # U × Q, bits in force
    called: Bools  # E × Q
    reports: Bools  # U × E × Q
    asked: Bools  # U × E × Q

    def position(self, quarter: Quarter) -> int:
        """Its place on axis Q; the first one for anything earlier."""
        return max(0, quarter - self.origin)

    def mask(self, names: Iterable[str]) -> int:
        """The bits of these stages or ownerships; of none at all: every bit."""
        return sum(self.bits[name] for name in names if name) or ALL


def lay_out(book: Book, period: Period) -> Ledger:
    """The ledger of ``book`` up to the end of ``period``."""
    origin = origin_of(book.plan_start, book.targets, period)
    length = period.last - origin + 1
    bits = _bits(book)
    values = _values(book, origin, length)
    open_ = _open(book, origin, length)
    called = _called(book, origin, length)
    stages, ownership = _facts(book, origin, length, bits)
    reports = _reports(book, stages, bits)
    return Ledger(
        book=book,
        origin=origin,
        index={element.code: place for place, element in enumerate(book.elements)},
        bits=bits,
        flows=np.array([element.period_kind is PeriodKind.FLOW for element in book.elements], dtype=np.bool_),
        given=np.nan_to_num(values),
        present=~np.isnan(values),
        open=open_,
        stages=stages,
        ownership=ownership,
        called=called,
        reports=reports,
        asked=reports & called & open_[:, None, :],
    )


def origin_of(plan_start: Quarter, targets: Iterable[Target], period: Period) -> Quarter:
    """Where the axis begins, whatever the history: two years before the plan and its first goal. That has the window of
    last year's figure, and the last time a stock was asked before it. Of what is older only the latest value of a stock
    still says something: it carries."""
    dues = [goal.due for target in targets for goal in target.goals]
    return Quarter(min([plan_start, period.last, *dues]) - 8)


def _values(book: Book, origin: Quarter, length: int) -> Floats:
    """The approved values on the ledger's axis; those after the period are not looked at. A stock whose latest value is
    older than the axis has it at the axis' first quarter."""
    laid = np.full((len(book.units), len(book.elements), length), np.nan)
    offset = book.first_quarter - origin
    older, there = max(0, -offset), max(0, offset)
    seen = book.values[:, :, older : older + max(0, length - there)]
    laid[:, :, there : there + seen.shape[2]] = seen
    if older:
        first = laid[:, :, 0]
        first[...] = np.where(np.isnan(first), _latest(book.values[:, :, :older]), first)
    return laid


def _latest(values: Floats) -> Floats:
    """U × E: the last that is there, NaN where none is."""
    rows, columns = np.indices(values.shape[:2])
    result: Floats = np.where(some(~np.isnan(values)), values[rows, columns, last(~np.isnan(values))], np.nan)
    return result


def _called(book: Book, origin: Quarter, length: int) -> Bools:
    """The quarters of a year in which an element is asked."""
    numbers = [(origin + at).number for at in range(length)]
    called = [[number in element.asked_in for number in numbers] for element in book.elements]
    return np.array(called, dtype=np.bool_).reshape(len(book.elements), length)


def _open(book: Book, origin: Quarter, length: int) -> Bools:
    """Open from the quarter of its opening to the one before its closing."""
    quarters = int(origin) + np.arange(length)
    opened = np.array([int(unit.opened) for unit in book.units], dtype=np.int64)
    never = int(origin) + length
    closed = np.array([never if unit.closed is None else int(unit.closed) for unit in book.units], dtype=np.int64)
    result: Bools = (opened[:, None] <= quarters) & (quarters < closed[:, None])
    return result


def _bits(book: Book) -> dict[str, int]:
    """A bit for every stage and ownership that the book names."""
    facts: list[Facts | Target] = [*(fact for unit in book.units for fact in unit.facts), *book.targets]
    names = {stage for one in [*facts, *book.elements] for stage in one.stages} | {one.ownership for one in facts}
    return {name: 1 << place for place, name in enumerate(sorted(names - {""}))}


def _facts(book: Book, origin: Quarter, length: int, bits: dict[str, int]) -> tuple[Ints, Ints]:
    """Stages and ownership in force in each quarter. The first facts of a unit hold for all earlier quarters too."""
    stages = np.full((len(book.units), length), ALL, dtype=np.int64)
    ownership = stages.copy()
    for row, unit in enumerate(book.units):
        for number, facts in enumerate(unit.facts):
            start = max(0, facts.since - origin) if number else 0
            stages[row, start:] = sum(bits[stage] for stage in facts.stages) or ALL
            ownership[row, start:] = bits.get(facts.ownership, ALL)
    return stages, ownership


def _reports(book: Book, stages: Ints, bits: dict[str, int]) -> Bools:
    """A unit reports the elements about its kind and of its own stages in that quarter."""
    kinds = [[unit.kind is element.about for element in book.elements] for unit in book.units]
    about = np.array(kinds, dtype=np.bool_).reshape(len(book.units), len(book.elements))
    wanted = np.array([sum(bits[stage] for stage in one.stages) or ALL for one in book.elements], dtype=np.int64)
    result: Bools = about[:, :, None] & ((stages[:, None, :] & wanted[:, None]) != 0)
    return result
