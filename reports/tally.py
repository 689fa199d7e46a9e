"""Summing up targets: counts of statuses and a completion rate; percentages are never averaged (measurement.md §5)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.models import Status
from targets.core.model import Comparator
from targets.core.rounding import shown

Counts = Mapping[str, int]

RED = (Status.BEHIND, Status.OVERDUE)
OUTSIDE = (Status.NOT_DUE, Status.NOT_RATED, Status.NO_BASELINE)  # not asked of anybody yet, or not rated


def counts_of(statuses: Iterable[str]) -> dict[str, int]:
    """By status, zeros included, in the order in which statuses are listed everywhere."""
    found = Counter(statuses)
    return {status.value: found[status] for status in Status}


def total(counts: Counts, *statuses: str) -> int:
    """How many have one of ``statuses``; all of them if none is named."""
    return sum(counts.get(status, 0) for status in statuses or Status)


@dataclass(frozen=True, slots=True)
class Completion:
    """``achieved`` of the ``of`` targets that are rated."""

    achieved: int
    of: int

    @property
    def shown(self) -> str:
        """36.9%, never 100.0% unless all are; empty where nothing is rated."""
        return share_shown(self.achieved, self.of)


def share_shown(part: int, of: int) -> str:
    """36.9%, never 100.0% unless it is all; empty where ``of`` is nothing."""
    return f"{shown(100 * part / of, 1, 100.0, Comparator.AT_LEAST)}%" if of else ""


def completion_of(counts: Counts) -> Completion:
    return Completion(total(counts, Status.ACHIEVED), total(counts) - total(counts, *OUTSIDE))
