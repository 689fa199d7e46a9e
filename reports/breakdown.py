"""A target by kinds of schools, from the schools' stored results: sums of numerators over sums of denominators, never
an average of rates (measurement.md §3). A nine-year school is a kind of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from base.templatetags.numbers import NONE, unit
from reports.readings import Reading
from schools.models import Stage, UnitFacts
from targets.models import Measure


@dataclass(frozen=True, slots=True)
class Group:
    """``shown``: the group's value; ``short``: how many of its schools are below the goal, None where it holds for the
    district alone."""

    name: str
    schools: int
    shown: str
    short: int | None


@dataclass(frozen=True, slots=True)
class Dimension:
    name: str
    groups: list[Group]


def kind_of(facts: UnitFacts) -> str:
    return "、".join(Stage(stage).label for stage in facts.stages)


DIMENSIONS: dict[str, Callable[[UnitFacts], str]] = {
    "学段": kind_of,
    "办学性质": lambda facts: facts.get_ownership_display(),
    "集团": lambda facts: facts.group or "未入集团",
}


def breakdown_of(readings: Sequence[Reading], *, is_rated: bool) -> list[Dimension]:
    """Of the schools' readings of one target; a dimension with one group says nothing and is left out. Wants
    ``result.unit`` with its facts."""
    found = []
    for name, of in DIMENSIONS.items():
        groups: dict[str, list[Reading]] = {}
        for one in readings:
            groups.setdefault(of(one.result.unit.facts_in(one.result.measured_at)), []).append(one)
        if len(groups) > 1:
            made = [_group(group, mine, is_rated) for group, mine in groups.items()]
            found.append(Dimension(name, sorted(made, key=lambda group: -group.schools)))
    return found


def _group(name: str, readings: Sequence[Reading], is_rated: bool) -> Group:
    known = [one for one in readings if one.result.value is not None]
    short = sum(1 for one in known if one.is_urgent) if is_rated else None
    return Group(name, len(readings), _value(known), short)


def _value(known: Sequence[Reading]) -> str:
    value = _sum(known) if known else None
    return NONE if value is None else unit(known[0].digits(value), known[0].unit)


def _sum(known: Sequence[Reading]) -> float | None:
    definition = known[0].definition
    if definition.measure == Measure.COUNT:
        return sum(one.result.value for one in known)
    if definition.measure == Measure.SHARE:
        return 100 * sum(one.result.value >= 100 for one in known) / len(known)
    whole = sum(one.result.denominator for one in known)
    return float(definition.scale) * sum(one.result.numerator for one in known) / whole if whole else None
