"""What changed between two periods: which targets stand better, which worse, which have turned red.

A yearly goal that was achieved and has begun anew is no step back (as in bulletin/groups.py), and what was not rated
then, or is not now, has not moved, unless it is red now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from base.quarters import Quarter
from base.templatetags.status import STATUSES, Mark
from reports.models import Status
from reports.readings import Reading
from reports.tally import RED

RANKED = {Status.OVERDUE: 0, Status.BEHIND: 0, Status.AT_RISK: 1, Status.ON_TRACK: 2, Status.ACHIEVED: 3}


@dataclass(frozen=True, slots=True)
class Then:
    """A target's result in the earlier period."""

    status: str
    due: Quarter | None


@dataclass(frozen=True, slots=True)
class Move:
    reading: Reading
    then: Then

    @property
    def before(self) -> Mark:
        return STATUSES[self.then.status]


@dataclass(frozen=True, slots=True)
class Moves:
    """In the order of the readings."""

    red: list[Move] = field(default_factory=list)
    worse: list[Move] = field(default_factory=list)
    better: list[Move] = field(default_factory=list)


def moves_of(readings: Iterable[Reading], earlier: Mapping[int, Then]) -> Moves:
    """``earlier``: by target id."""
    moves = Moves()
    for reading in readings:
        then = earlier.get(reading.result.target_id)
        if then is None:
            continue
        steps = _steps(reading, then)
        if reading.status in RED and then.status not in RED:
            moves.red.append(Move(reading, then))
        elif steps:
            (moves.better if steps > 0 else moves.worse).append(Move(reading, then))
    return moves


def _steps(reading: Reading, then: Then) -> int:
    if reading.status not in RANKED or then.status not in RANKED:
        return 0
    begun_anew = then.status == Status.ACHIEVED and then.due != reading.result.due
    steps = RANKED[Status(reading.status)] - RANKED[Status(then.status)]
    return 0 if begun_anew and steps < 0 else steps
