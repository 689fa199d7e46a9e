"""The totals of many at once (measurement.md §9), summed in floats by numpy and decided as exact arithmetic would.

``totals_of`` is the entrance; grading.py grades what it gives. By how much a float total may be off is known. Where
something hangs on less than that (a bound of a grade, the edge of the quota or of a band, half of the weight), the
sheets concerned are written out in exact fractions (scoring.py), equal ones once. So trying a scheme on a thousand
schools takes milliseconds and gives the grades of their exact sheets.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from .arrays import Bools, Floats, Ints
from .grading import Total, groups_of, places_of, wanted_of
from .model import Measure, Status
from .scoring import HIGHEST, JUDGED, LEFT_OUT, SOFT_FLOOR, Brought, Figure, Grade, Scheme, Score, own, score

STATUSES = list(Status)
ABSENT = len(STATUSES)  # no result: the target does not concern the subject
CODE = {status: code for code, status in enumerate(STATUSES)}
# What a status alone decides: 1, 0, or that the line leaves the sum (NaN); below 0 it does not.
ALONE = np.full(ABSENT + 1, -1.0)
ALONE[[CODE[Status.ACHIEVED], CODE[Status.NO_DATA]]] = 1.0, 0.0
ALONE[[*(CODE[status] for status in LEFT_OUT), ABSENT]] = np.nan
OF_VERDICT = np.array([float(JUDGED.get(status, 0)) for status in STATUSES] + [0.0])
# A float differs from the figure that it stands for by less than half of 10^-6 (rounding.meant), or by 10^-14 of its
# size; way and whole are differences of two.
OFF, OFF_SIZE = 2e-6, 4e-14
DUST = 1e-9  # points: what adding up floats can cost a total
TOO_MUCH = 1e-3  # points: who may be off by more is scored exactly at once


@dataclass(frozen=True, eq=False)
class Table:
    """The figures of all subjects of a category, in arrays of the shape (subjects, lines), lines in the scheme's order.

    ``kinds``: a Figure for each line, of which what holds for every subject is read; where it does not (``is_mixed``)
    everybody is scored exactly. ``status``: places in
    ``STATUSES``, or ``ABSENT``; numbers are NaN where there are none. ``timeliness``: the part of the quarters due that
    were in time. ``extra``: bonus less deductions, adjusted. ``excluded``: not assessed, whatever the lines say.
    ``sheet``: the exact one of a subject, by its place.
    """

    scheme: Scheme
    codes: Sequence[str]
    best_grades: Sequence[Grade]
    kinds: Sequence[Figure]
    status: Ints
    value: Floats
    goal: Floats
    anchor: Floats
    timeliness: Floats
    extra: Floats
    excluded: Bools
    is_mixed: bool
    sheet: Callable[[int], Score] = field(repr=False)

    def attained(self) -> tuple[Floats, Floats]:
        """Attainments by line, NaN where it leaves the sum; and by how much those of a subject may be off."""
        less, judged, ceiling, zero, soft, of_district = (self._marked(is_so) for is_so in _KINDS)
        alone, way, whole, off = np.take(ALONE, self.status), self.value, self.goal, OFF
        if less.any():
            way, whole = np.where(less, whole, way), np.where(less, way, whole)
        if of_district.any():
            sign, anchored = np.where(less, -1.0, 1.0), of_district & ~np.isnan(self.anchor)
            way = np.where(anchored, sign * (self.value - self.anchor), way)
            whole = np.where(anchored, sign * (self.goal - self.anchor), whole)
            numbers = (self.value, self.goal, self.anchor)
            off += OFF_SIZE * max(float(np.max(np.nan_to_num(np.abs(each)), initial=0.0)) for each in numbers)
        left = alone < 0
        with np.errstate(divide="ignore", invalid="ignore"):
            reached = np.minimum(np.maximum(way / whole, 0.0), 1.0)
        reached[~(whole > 0)] = 0.0
        divided = left & (whole != 0)
        for marked, says in (
            (zero, lambda status: 0.0),
            (ceiling, lambda status: status != CODE[Status.OVERDUE]),
            (judged, lambda status: np.take(OF_VERDICT, status)),
        ):
            if marked.any():
                reached[:, marked] = says(self.status[:, marked])
                divided[:, marked] = False
        if soft.any():
            reached[:, soft] = np.maximum(reached[:, soft], float(SOFT_FLOOR))
        sizes = np.where(divided, np.abs(whole), np.inf)
        return np.where(left, reached, alone), off / sizes.min(axis=1, initial=np.inf)

    def _marked(self, is_so: Callable[[Figure], bool]) -> Bools:
        return np.array([is_so(one) for one in self.kinds], dtype=bool)


_KINDS: tuple[Callable[[Figure], bool], ...] = (
    lambda one: one.towards_less,
    lambda one: one.measure is Measure.JUDGEMENT,
    lambda one: one.ceiling,
    lambda one: one.measure is Measure.MILESTONE or (one.measure is Measure.SHARE and not one.of_district),
    lambda one: one.soft,
    lambda one: one.of_district,
)


def table_of(scheme: Scheme, everybody: Sequence[Brought]) -> Table:
    """What subjects of one category bring, in arrays. Raises ValueError for a sensitive line and for an event of a kind
    that the scheme does not know, as ``scoring.score`` does."""
    kinds = [_kinds_of(target, everybody) for target in scheme.lines]
    found = [[one.figures.get(target) for target in scheme.lines] for one in everybody]
    owned = [own(scheme, one) for one in everybody]
    shape = len(everybody), len(kinds)

    def numbers(name: str) -> Floats:
        rows = [[None if one is None else getattr(one, name) for one in row] for row in found]
        return np.array(rows, dtype=float).reshape(shape)

    return Table(
        scheme,
        [one.code for one in everybody],
        [one.best_grade for one in owned],
        [each[0] for each in kinds],
        np.array([[ABSENT if one is None else CODE[one.status] for one in row] for row in found], int).reshape(shape),
        numbers("value"),
        numbers("goal"),
        numbers("anchor"),
        np.array([one.quarters_in_time / one.quarters_due if one.quarters_due else np.nan for one in everybody]),
        np.array(
            [float(its.bonus - its.deduction + one.adjustment) for one, its in zip(everybody, owned, strict=True)]
        ),
        np.array([one.reason is not None for one in owned], dtype=bool),
        any(len({tuple(is_so(one) for is_so in _KINDS) for one in each}) > 1 for each in kinds),
        lambda place: score(scheme, everybody[place]),
    )


def _kinds_of(target: str, everybody: Sequence[Brought]) -> list[Figure]:
    """The figures of which the kind decides something: those that a status alone does not count. Some one at least."""
    found = [one.figures[target] for one in everybody if target in one.figures]
    if any(one.sensitive for one in found):
        raise ValueError(f"{target}: a sensitive target cannot be a line")
    return [one for one in found if ALONE[CODE[one.status]] < 0] or [Figure(Status.NOT_DUE, Measure.RATIO)]


def totals_of(schemes: Mapping[str, Scheme], tables: Sequence[Table]) -> list[Total]:
    """Of all subjects, table by table: what ``grading.grade`` makes of them is what it makes of their exact sheets."""
    found = _Totals(tables)
    groups = groups_of(schemes, found.totals)
    for group in set(groups.values()):
        found.settle_edges(schemes, group)
    return found.totals


class _Totals:
    """Totals in the tables' order, by how much each may be off (0: it is exact), and the way to the exact ones."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.totals: list[Total] = []
        self.exact: list[tuple[int, _Exact]] = []  # with the place of its first subject
        self.off = np.zeros(sum(len(table.codes) for table in tables))
        for table in tables:
            self._add(table)

    def _add(self, table: Table) -> None:
        """Who may be off by too much, or is as near to a bound as that, is settled."""
        totals, off = _sums(table)
        first, category = len(self.totals), table.scheme.category
        numbers = [None if one != one else one for one in totals.tolist()]
        facts = zip(table.codes, table.best_grades, numbers, strict=True)
        self.totals += [Total(code, category, best, number) for code, best, number in facts]
        self.exact.append((first, _Exact(table)))
        self.off[first : len(self.totals)] = off
        doubtful = ~(off <= TOO_MUCH)
        for bound in (table.scheme.excellent_from, table.scheme.good_from, table.scheme.pass_from):
            doubtful |= np.abs(totals - float(bound)) <= 2 * off
        self._settle(first + np.flatnonzero(doubtful))

    def _settle(self, places: Ints) -> None:
        for place in places[self.off[places] > 0].tolist():
            first, exact = next(pair for pair in reversed(self.exact) if pair[0] <= place)
            self.totals[place] = self.totals[place]._replace(total=exact(place - first))
            self.off[place] = 0.0

    def settle_edges(self, schemes: Mapping[str, Scheme], group: Sequence[str]) -> None:
        """Make exact what bands, and the quota, of those who are graded together hang on."""
        them = [place for place, one in enumerate(self.totals) if one.total is not None and one.category in group]
        numbers = np.array([float(self.totals[place].total or 0) for place in them])
        order = np.argsort(-numbers)
        places, numbers = np.array(them, int)[order], numbers[order]
        sheets = [self.totals[place] for place in them]
        free, wanted = places_of(schemes, sheets), wanted_of(schemes, sheets)
        edge = {one.code for one in wanted[max(free - 1, 0) : free + 1]} if free < len(wanted) else set()
        for first, end in _runs(numbers, 2 * float(np.max(self.off[places], initial=0.0))):
            crosses = 3 * first // len(them) != 3 * (end - 1) // len(them)
            if crosses or len(edge & {self.totals[place].code for place in places[first:end]}) > 1:
                self._settle(places[first:end])


def _runs(numbers: Floats, gap: float) -> Iterator[tuple[int, int]]:
    """Where several stand that floats can't tell apart: from, to; ``numbers`` descend."""
    ends = [*(np.flatnonzero(numbers[:-1] - numbers[1:] > gap) + 1).tolist(), len(numbers)]
    starts = [0, *ends[:-1]]
    return ((first, end) for first, end in zip(starts, ends, strict=True) if end - first > 1)


class _Exact:
    """Exact totals; who brings the same as another is written out once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.known: dict[bytes, Fraction | None] = {}

    def __call__(self, place: int) -> Fraction | None:
        one = self.table
        columns = (one.status, one.value, one.goal, one.anchor, one.timeliness, one.extra, one.excluded)
        same = b"".join(column[place].tobytes() for column in columns)
        if same not in self.known:
            self.known[same] = one.sheet(place).total
        return self.known[same]


def _sums(table: Table) -> tuple[Floats, Floats]:
    """Totals, NaN where somebody is not assessed; and by how much they may be off, ∞ where that is not known."""
    scheme = table.scheme
    attained, off = table.attained()
    weights = np.array([float(weight) for weight in scheme.lines.values()])
    in_time = ~np.isnan(table.timeliness) & (scheme.timeliness > 0)
    stays = ~np.isnan(attained)
    staying = stays @ weights + in_time * float(scheme.timeliness)
    reached = np.where(stays, attained, 0.0) @ weights
    reached += np.where(in_time, table.timeliness, 0.0) * float(scheme.timeliness)
    half = float(scheme.weight) / 2
    doubtful = np.abs(staying - half) <= DUST * half
    assessed = ~table.excluded & (doubtful | (staying > half))
    points = np.divide(100.0 * reached, staying, out=np.zeros_like(reached), where=staying > 0)
    totals = np.clip(points + table.extra, 0.0, float(HIGHEST))
    unknown = assessed & (doubtful | table.is_mixed)
    return np.where(assessed, totals, np.nan), np.where(unknown, np.inf, 101 * off + DUST)
