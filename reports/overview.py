"""How a plan stands in a period: the data of the plan page, read from stored results (nothing is measured here)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.db.models import F, FilteredRelation, Q

from base.quarters import Period
from reports.models import Measurement, Result
from reports.moves import Moves, Then, moves_of
from reports.readings import URGENT, Reading
from reports.tally import RED, Counts, counts_of, share_shown, total
from tasks.models import Action, Adoption, PlanPart, Safeguard, Task


@dataclass
class Home:
    """A task or a safeguard with the readings of its targets, in the plan's order."""

    part: PlanPart
    section: str = ""
    readings: list[Reading] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        return count(self.readings)


@dataclass
class Chapter:
    """An action with its tasks."""

    action: Action
    homes: list[Home]

    @property
    def counts(self) -> Counts:
        return count(reading for home in self.homes for reading in home.readings)

    @property
    def total(self) -> int:
        return total(self.counts)


@dataclass(frozen=True)
class Overview:
    measurement: Measurement
    chapters: list[Chapter]
    safeguards: list[Home]
    before: Period | None  # the period that it is compared with
    earlier: Mapping[int, Then]  # its results by target id

    @cached_property
    def readings(self) -> list[Reading]:
        homes = [home for chapter in self.chapters for home in chapter.homes] + self.safeguards
        return [reading for home in homes for reading in home.readings]

    @cached_property
    def counts(self) -> Counts:
        return count(self.readings)

    @property
    def total(self) -> int:
        return len(self.readings)

    @property
    def alarming(self) -> int:
        """Behind or overdue."""
        return total(self.counts, *RED)

    @property
    def change(self) -> str:
        """Of the alarming ones against the earlier period, in words; empty without one."""
        if self.before is None:
            return ""
        more = self.alarming - total(counts_of(then.status for then in self.earlier.values()), *RED)
        return "与上期持平" if not more else f"比上期{'多' if more > 0 else '少'} {abs(more)} 项"

    @cached_property
    def urgent(self) -> list[Reading]:
        """Red and yellow ones, the most urgent first."""
        found = [reading for reading in self.readings if reading.is_urgent]
        return sorted(found, key=lambda reading: URGENT.index(reading.status))

    @cached_property
    def moves(self) -> Moves:
        return moves_of(self.readings, self.earlier)

    @cached_property
    def safeguard_counts(self) -> Counts:
        return count(reading for home in self.safeguards for reading in home.readings)

    @property
    def safeguard_total(self) -> int:
        return total(self.safeguard_counts)

    @property
    def reported(self) -> str:
        """How much of what is due was reported: a value is due once for each target and unit."""
        due, have = (
            sum(getattr(one.result, name) for one in self.readings) for name in ("units_expected", "units_fresh")
        )
        return share_shown(have, due)

    @property
    def missing(self) -> int:
        """Targets for which somebody has not reported."""
        return sum(1 for one in self.readings if one.result.units_missing)

    @property
    def provisional(self) -> int:
        return sum(1 for one in self.readings if one.is_provisional)


def count(readings: Iterable[Reading]) -> Counts:
    return counts_of(reading.status for reading in readings)


def overview_of(measurement: Measurement) -> Overview:
    """Read it in a fixed number of queries."""
    adoption = measurement.adoption
    readings = _readings_by_home(measurement)
    before, earlier = _earlier(measurement)
    return Overview(measurement, _chapters(adoption, readings), _safeguards(adoption, readings), before, earlier)


def _readings_by_home(measurement: Measurement) -> dict[tuple[str, int], list[Reading]]:
    results = (
        Result.objects.filter(measurement=measurement)
        .of_district()
        .with_own(measurement.adoption)
        .select_related("definition__target")
        .prefetch_related("definition__terms", "definition__goals")
        .order_by("target__position")
    )
    found: dict[tuple[str, int], list[Reading]] = {}
    for result in results:
        target = result.definition.target
        home = ("task", target.task_id) if target.task_id else ("safeguard", target.safeguard_id)
        found.setdefault(home, []).append(Reading(result, result.own))
    return found


def _chapters(adoption: Adoption, readings: dict[tuple[str, int], list[Reading]]) -> list[Chapter]:
    """With the sections to which the district gave the tasks."""
    own = FilteredRelation("adopted", condition=Q(adopted__adoption=adoption))
    found = Task.objects.filter(plan=adoption.plan_id).select_related("action")
    tasks: Sequence[Task] = found.annotate(own=own, section=F("own__section__name"))
    return [
        Chapter(action, [Home(task, task.section or "", readings.get(("task", task.pk), [])) for task in group])
        for action, group in groupby(
            sorted(tasks, key=lambda task: (task.action.no, task.no)), lambda task: task.action
        )
    ]


def _safeguards(adoption: Adoption, readings: dict[tuple[str, int], list[Reading]]) -> list[Home]:
    return [
        Home(safeguard, readings=readings.get(("safeguard", safeguard.pk), []))
        for safeguard in Safeguard.objects.filter(plan=adoption.plan_id)
    ]


def _earlier(measurement: Measurement) -> tuple[Period | None, dict[int, Then]]:
    """The period before of the same kind (of a quarter, the half-year before its own), if a bulletin's was measured,
    and its results by target id."""
    before = measurement.period.moved(-1)
    if measurement.period.length == 1:
        before = Period.half_year_of(measurement.period.first).moved(-1)
    of_bulletins = Measurement.objects.of_bulletins().filter(adoption=measurement.adoption_id, period=before)
    results = Result.objects.filter(measurement__in=of_bulletins).of_district().values_list("target", "status", "due")
    found = {target: Then(status, due) for target, status, due in results}
    return (before, found) if found else (None, {})
