"""A school's own sheet (体检单): every target that concerns it, what is still missing, and in which quarter of schools
of its kind it stands; never at which place."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.models import Measurement, Result
from reports.readings import URGENT, Reading
from reports.tally import Counts, counts_of
from schools.models import Stage, Unit, UnitFacts
from targets.core.model import Comparator
from targets.models import Measure, TargetDefinition

SMALLEST = 5  # schools of a kind; of fewer a band would tell whose value is whose
FRONT, MIDDLE, BACK = "前四分之一", "中间", "后四分之一"


@dataclass(frozen=True, slots=True)
class Line:
    """``band``: among schools of its kind; empty where there is none to tell."""

    reading: Reading
    band: str


@dataclass(frozen=True)
class Health:
    unit: Unit
    facts: UnitFacts
    measurement: Measurement
    lines: list[Line]  # in the plan's order
    peers: int  # schools of its kind whose rates can be compared, itself among them

    @property
    def kind(self) -> str:
        return "、".join(Stage(stage).label for stage in self.facts.stages)

    @cached_property
    def counts(self) -> Counts:
        return counts_of(line.reading.status for line in self.lines)

    @cached_property
    def urgent(self) -> list[Line]:
        """Red and yellow ones, the most urgent first."""
        found = [line for line in self.lines if line.reading.is_urgent]
        return sorted(found, key=lambda line: URGENT.index(line.reading.status))

    @property
    def parts(self) -> list[tuple[str, list[Line]]]:
        """By action, or safeguard."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            target = line.reading.definition.target
            found.setdefault(target.task.action.name if target.task else "保障措施", []).append(line)
        return list(found.items())


def health_of(measurement: Measurement, unit: Unit, *, seen: Callable[[TargetDefinition], set[int] | None]) -> Health:
    """Four queries, however many targets and schools. ``seen``: whose results of a definition the reader may see
    (rules.unit_filter). Wants the unit's facts."""
    facts = unit.facts_in(measurement.period.last)
    results = [result for result in _results(measurement, unit) if _may_see(result, seen(result.definition))]
    peers, values = _peers(measurement, facts, results)
    lines = [Line(Reading(one), _band(one, values[one.target_id])) for one in results]
    return Health(unit, facts, measurement, lines, peers)


def _may_see(result: Result, units: set[int] | None) -> bool:
    return units is None or result.unit_id in units


def _results(measurement: Measurement, unit: Unit) -> list[Result]:
    found = measurement.results.filter(unit=unit).select_related("definition__target__task__action")
    return list(found.prefetch_related("definition__terms", "definition__goals").order_by("target__position"))


def _peers(measurement: Measurement, facts: UnitFacts, results: Iterable[Result]) -> tuple[int, dict[int, list[float]]]:
    """How many schools have the same stages at the end of the period, and what they have of rates that may be compared,
    by target."""
    comparable = [one.target_id for one in results if _is_comparable(one.definition)]
    peers = measurement.adoption.district.units.of_kind(facts.stages, measurement.period.last)
    rows = measurement.results.filter(unit__in=peers.values("pk"), target__in=comparable)
    schools: set[int] = set()
    found: dict[int, list[float]] = defaultdict(list)
    for school, target, value in rows.order_by().values_list("unit", "target", "value"):
        schools.add(school)
        if value is not None:
            found[target].append(value)
    return len(schools), found


def _is_comparable(definition: TargetDefinition) -> bool:
    return definition.measure == Measure.RATIO and not definition.sensitive


def _band(result: Result, values: Sequence[float]) -> str:
    """By how many schools are strictly better."""
    if result.value is None or len(values) < SMALLEST:
        return ""
    less = any(Comparator(goal.comparator).towards_less for goal in result.definition.goals.all())
    better = sum(value < result.value if less else value > result.value for value in values) / len(values)
    return FRONT if better < 0.25 else BACK if better >= 0.75 else MIDDLE
