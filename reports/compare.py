"""对比: two half-years side by side, target by target, and one target by kinds of schools. Reads stored rows alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.breakdown import DIMENSIONS, Group, breakdown_of
from reports.charts import Chart, builders
from reports.history import COUNTABLE, short_label
from reports.models import Measurement, Result
from reports.moves import Then, moves_of
from reports.readings import Reading
from targets.loader.spec import differences, stored_spec
from targets.models import About, GoalScope, TargetDefinition

MOST_DRAWN = 25
WORSE, BETTER, CHANGED, SAME, NEW = "变差", "变好", "口径已变，不可比", "没有变化", "前期没有结果"
KINDS = (WORSE, BETTER, CHANGED, SAME, NEW)


@dataclass(frozen=True, slots=True)
class Pair:
    """A target in both; ``before``: None where it had no result."""

    before: Reading | None
    after: Reading
    kind: str


@dataclass(frozen=True, slots=True)
class GroupPair:
    name: str
    before: Group | None
    after: Group | None


@dataclass(frozen=True)
class Comparison:
    before: Measurement
    after: Measurement
    pairs: list[Pair]

    @cached_property
    def kinds(self) -> list[tuple[str, list[Pair]]]:
        """The pairs by how they changed, what asks for attention first."""
        found = [(kind, [pair for pair in self.pairs if pair.kind == kind]) for kind in KINDS]
        return [(kind, pairs) for kind, pairs in found if pairs]

    @property
    def groupable(self) -> list[tuple[str, str]]:
        """Code and name of the targets that may be shown by kinds of schools: none that is sensitive."""
        ones = [pair.after for pair in self.pairs if pair.before and pair.kind != CHANGED]
        return [(one.code, one.name) for one in ones if _by_school(one) and not one.definition.sensitive]

    @property
    def chart(self) -> Chart | None:
        """What got worse or better, as far as it is a number with a goal."""
        moved = [one for kind, pairs in self.kinds if kind in (WORSE, BETTER) for one in pairs]
        drawn = [pair for pair in moved if pair.after.definition.measure in COUNTABLE and pair.after.result.goal]
        if not drawn:
            return None
        names = {"before": short_label(self.before.period), "after": short_label(self.after.period)}
        rows = [_drawn(pair) for pair in drawn[:MOST_DRAWN]]
        note = "小点为前期，大的形状为后期，竖线为目标。"
        note += f"列出前 {MOST_DRAWN} 项，全部见下表。" if len(drawn) > MOST_DRAWN else ""
        return Chart("change", "状态变了的目标", builders.build_change_chart(names | {"rows": rows}), note)


def comparison_of(before: Measurement, after: Measurement) -> Comparison:
    found: dict[int, dict[int, Reading]] = {before.pk: {}, after.pk: {}}
    results = Result.objects.filter(measurement__in=found).of_district().with_own(after.adoption)
    parts = results.select_related("definition__target").prefetch_related("definition__goals", "definition__terms")
    for result in parts.order_by("target__position"):
        found[result.measurement_id][result.target_id] = Reading(result, result.own)
    earlier, later = found[before.pk], found[after.pk]
    changed = _changed(earlier, later)
    then = {pk: Then(one.status, one.result.due) for pk, one in earlier.items() if pk not in changed}
    moves = moves_of(later.values(), then)
    kinds = {move.reading.result.target_id: WORSE for move in [*moves.red, *moves.worse]}
    kinds |= {move.reading.result.target_id: BETTER for move in moves.better} | dict.fromkeys(changed, CHANGED)
    pairs = [Pair(earlier.get(pk), one, kinds.get(pk, SAME if pk in earlier else NEW)) for pk, one in later.items()]
    return Comparison(before, after, pairs)


def groups_of(comparison: Comparison, code: str) -> list[tuple[str, list[GroupPair]]]:
    """A groupable target by stage, ownership and group, in both half-years."""
    after = next(pair.after for pair in comparison.pairs if pair.after.code == code)
    sides = [_dimensions(one, after) for one in (comparison.before, comparison.after)]
    found = []
    for name in DIMENSIONS:
        then, now = (side.get(name, {}) for side in sides)
        names = dict.fromkeys([*now, *then])
        if names:
            found.append((name, [GroupPair(one, then.get(one), now.get(one)) for one in names]))
    return found


def _dimensions(measurement: Measurement, of: Reading) -> dict[str, dict[str, Group]]:
    """Groups by dimension and name, of the schools' stored results of the target of ``of``."""
    results = Result.objects.filter(measurement=measurement, target=of.result.target_id).of_units()
    readings = []
    for result in results.select_related("unit").prefetch_related("unit__facts"):
        result.definition = of.definition  # they measure alike
        readings.append(Reading(result))
    dimensions = breakdown_of(readings, is_rated=of.definition.goal_scope == GoalScope.EACH)
    return {one.name: {group.name: group for group in one.groups} for one in dimensions}


def _changed(earlier: dict[int, Reading], later: dict[int, Reading]) -> set[int]:
    """Ids of the targets that were measured in another way then; new words alone change nothing."""
    both = [(pk, earlier[pk].definition, later[pk].definition) for pk in later if pk in earlier]
    return {pk for pk, then, now in both if then.pk != now.pk and _measures_otherwise(then, now)}


def _measures_otherwise(then: TargetDefinition, now: TargetDefinition) -> bool:
    return bool(differences(stored_spec(then), stored_spec(now)))


def _by_school(one: Reading) -> bool:
    return one.definition.elements[0].about == About.SCHOOL


def _drawn(pair: Pair) -> dict[str, object]:
    """A row of ``build_change_chart``."""
    before, after = pair.before, pair.after
    return {
        "label": after.name,
        "before": before.result.value if before else None,
        "before_shown": before.value if before else "",
        "after": after.result.value,
        "after_shown": after.value,
        "goal": after.result.goal,
        "goal_shown": after.goal,
        "unit": after.unit,
        "status": after.status,
    }


def half_years_of(measurements: Sequence[Measurement]) -> list[Measurement]:
    """Those that can be compared, the newest first: half-years that bulletins are made from."""
    return [one for one in measurements if one.period.length == 2 and not one.is_live]
