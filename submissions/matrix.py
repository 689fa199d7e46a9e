"""Who handed in what, and in time: schools × quarters."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import Unit
from submissions.asking import Asking
from submissions.calendar import Phase
from submissions.states import Standing, standings


class Timeliness(models.TextChoices):
    """How a form stands against its due date; the worst last."""

    NOT_OPEN = "not_open", "没有开办"
    NONE = "none", "不用填报"
    ON_TIME = "on_time", "按时"
    UNDATED = "undated", "已报"  # brought in as history
    EXTENDED = "extended", "延期内"  # handed in after the district's due date, before its own
    GIVEN = "given", "延期"  # has more time, which is not over
    PENDING = "pending", "填报中"
    LATE = "late", "逾期"
    MISSING = "missing", "未报"


@dataclass(frozen=True, slots=True)
class Place:
    """A school's form of one quarter. ``due`` is the district's due date, without the school's own extension."""

    standing: Standing
    due: datetime.date

    @property
    def timeliness(self) -> Timeliness:
        one = self.standing
        if not one.asked:
            return Timeliness.NOT_OPEN if one.window.phase == Phase.NONE else Timeliness.NONE
        if not one.is_handed_in:
            if one.window.is_past_due:
                return Timeliness.MISSING
            return Timeliness.GIVEN if one.window.extended else Timeliness.PENDING
        if self.handed_in is None:
            return Timeliness.UNDATED
        if one.was_late:
            return Timeliness.LATE
        return Timeliness.EXTENDED if self.handed_in > self.due else Timeliness.ON_TIME

    @property
    def handed_in(self) -> datetime.date | None:
        """The day on which it was first handed in, if known."""
        at = self.standing.submission.first_submitted_at if self.standing.submission else None
        return timezone.localtime(at).date() if at else None

    @property
    def days_late(self) -> int:
        """Beyond what the school was given; until today for a form that has not come."""
        due, window = self.standing.window.due, self.standing.window
        if due is None or self.timeliness not in (Timeliness.LATE, Timeliness.MISSING):
            return 0
        return ((self.handed_in or window.today) - due).days

    @property
    def word(self) -> str:
        kind = self.timeliness
        if kind == Timeliness.LATE:
            return f"逾期 {self.days_late} 天"
        if kind == Timeliness.GIVEN:
            return f"延至{short_day(self.standing.window.due)}"
        return str(kind.label)


@dataclass(frozen=True, slots=True)
class Line:
    """A school and its forms, quarter by quarter; or all schools' forms of a quarter."""

    places: list[Place]
    unit: Unit | None = None

    @property
    def counts(self) -> Counter[str]:
        """By Timeliness."""
        return Counter(str(place.timeliness) for place in self.places)

    @property
    def in_time(self) -> int:
        counts = self.counts
        return sum(counts[kind] for kind in (Timeliness.ON_TIME, Timeliness.UNDATED, Timeliness.EXTENDED))

    @property
    def due(self) -> int:
        """Forms that should be here by now."""
        counts = self.counts
        return self.in_time + counts[Timeliness.LATE] + counts[Timeliness.MISSING]

    @property
    def asked(self) -> int:
        return sum(place.standing.asked for place in self.places)

    @property
    def filled(self) -> int:
        return sum(place.standing.filled for place in self.places)

    @property
    def approved(self) -> int:
        return sum(place.standing.counts["approved"] for place in self.places)

    @property
    def badness(self) -> tuple[int, int, int, int]:
        """Sorts the worst first: forms that never came, that came late, days, items not filled in."""
        counts, days = self.counts, sum(place.days_late for place in self.places)
        return -counts["missing"], -counts["late"], -days, self.filled - self.asked


@dataclass(frozen=True, slots=True)
class Matrix:
    quarters: list[Quarter]
    lines: list[Line]

    @property
    def totals(self) -> list[Line]:
        """Quarter by quarter."""
        return [Line([line.places[n] for line in self.lines]) for n in range(len(self.quarters))]

    @property
    def total(self) -> Line:
        return Line([place for line in self.lines for place in line.places])


def matrix_of(asking: Asking, units: Sequence[Unit], quarters: list[Quarter], *, worst_first: bool) -> Matrix:
    """Two queries besides those of ``asking``, for any number of schools and quarters; give units with facts."""
    found = standings(asking, units, quarters)
    due = {quarter: asking.window(None, quarter).due for quarter in quarters}
    lines = [
        Line([Place(found[unit.pk, quarter], due[quarter]) for quarter in quarters], unit)  # type: ignore[arg-type]
        for unit in units
    ]
    lines = [line for line in lines if line.asked]
    return Matrix(quarters, sorted(lines, key=lambda line: line.badness) if worst_first else lines)
