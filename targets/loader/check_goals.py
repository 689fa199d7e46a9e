"""What the goals of a target must be like (measurement.md §4)."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from base.quarters import Quarter
from targets.loader.draft import Item
from targets.loader.problems import Fault
from targets.loader.world import World

LAST_YEAR = ("last_year_times", "last_year_plus")
TOWARDS_LESS = ("<=", "<")


def check_goals(world: World) -> Iterator[Fault]:
    for target in world.draft.targets:
        yield from _scope_fits(target)
        yield from _order_fits(target)
        yield from _direction_is_one(target)
        for goal in target.items("goals"):
            for check in CHECKS:
                yield from check(goal, target, world)


def _scope_fits(target: Item) -> Iterator[Fault]:
    if target.get("goal_scope") != "each":
        return
    if target.get("measure") == "count":
        yield target.at("goal_scope"), "计数（count）的目标只对全区，goal_scope 应为 district。"
    if any(goal.get("basis") == "baseline_plus" for goal in target.items("goals")):
        yield target.at("goal_scope"), "比基期增减（baseline_plus）的目标只对全区，goal_scope 应为 district。"


def _order_fits(target: Item) -> Iterator[Fault]:
    dated = [goal for goal in target.items("goals") if goal.has("due")]
    for before, goal in pairwise(dated):
        quarters = Quarter.containing(before.get("due")), Quarter.containing(goal.get("due"))
        if quarters[0] == quarters[1]:
            yield goal.at("due"), f"一个季度只能有一个目标值，{quarters[1]} 已有一个。"
        elif quarters[1] < quarters[0]:
            yield goal.at("due"), "目标值应按到期日先后排列。"


def _direction_is_one(target: Item) -> Iterator[Fault]:
    compared = [goal for goal in target.items("goals") if goal.has("comparator")]
    for goal in compared[1:]:
        if (goal.get("comparator") in TOWARDS_LESS) != (compared[0].get("comparator") in TOWARDS_LESS):
            yield goal.at("comparator"), "同一目标的各期应朝同一方向：都越大越好，或都越小越好。"


def _due_is_in_the_plan(goal: Item, target: Item, world: World) -> Iterator[Fault]:
    if goal.has("due") and world.draft.quarters:
        first, last = world.draft.quarters
        if not first <= Quarter.containing(goal.get("due")) <= last:
            yield goal.at("due"), f"到期日 {goal.get('due')} 不在方案期 {first}–{last} 内。"


def _due_ends_a_school_year(goal: Item, target: Item, world: World) -> Iterator[Fault]:
    if target.get("window") != "school_year" or not goal.has("due"):
        return
    flows = any(known.period_kind == "flow" for _, known in world.known(target))
    if flows and Quarter.containing(goal.get("due")).number != 3:
        yield goal.at("due"), "按学年累计的目标在第三季度到期（学年为上年第四季度至当年第三季度）。"


def _is_complete(goal: Item, target: Item, world: World) -> Iterator[Fault]:
    if not target.has("measure"):
        return
    if target.get("measure") == "judgement":
        for key in ("comparator", "value", "max", "basis"):
            if key in goal.data:
                yield goal.at(key), f"研判（judgement）的目标只有到期日，请删去 {key}。"
        return
    for key in ("comparator", "value"):
        if key not in goal.data:
            yield goal.at(key), f"缺少 {key}。"


def _between_has_a_maximum(goal: Item, target: Item, world: World) -> Iterator[Fault]:
    if not goal.has("comparator"):
        return
    if goal.get("comparator") != "between" and "max" in goal.data:
        yield goal.at("max"), "只有 between 才有上限 max。"
    elif goal.get("comparator") == "between" and "max" not in goal.data:
        yield goal.at("max"), "between 须有上限 max。"
    elif goal.has("value", "max") and goal.get("max") < goal.get("value"):
        yield goal.at("max"), "上限 max 不能小于 value。"


def _comparator_fits(goal: Item, target: Item, world: World) -> Iterator[Fault]:
    if not target.has("measure") or target.get("measure") == "judgement":
        return
    milestone = target.get("measure") == "milestone"
    if goal.get("comparator") == "=" and not milestone:
        yield goal.at("comparator"), "= 只用于创成（milestone）。"
    if milestone and goal.get("comparator", "=") not in ("=", ">="):
        yield goal.at("comparator"), "创成（milestone）的比较应为 =。"


def _value_fits(goal: Item, target: Item, world: World) -> Iterator[Fault]:
    measure, value = target.get("measure"), goal.get("value")
    if value is None or goal.get("basis", "absolute") != "absolute":
        return
    if measure == "milestone" and value != 1:
        yield goal.at("value"), "创成（milestone）的目标值应为 1。"
    if measure == "share" and not 0 <= value <= 100:
        yield goal.at("value"), "达标单位占比（share）的目标值应在 0 到 100 之间。"
    if measure == "count" and value < 0:
        yield goal.at("value"), "计数（count）的目标值不能小于 0。"


def _basis_fits(goal: Item, target: Item, world: World) -> Iterator[Fault]:
    basis = goal.get("basis", "absolute")
    if basis == "absolute" or target.get("measure") == "judgement":
        return
    if target.get("measure") == "milestone":
        yield goal.at("basis"), "创成（milestone）的目标值是绝对值（absolute）。"
    if basis not in LAST_YEAR:
        return
    flows = any(known.period_kind == "flow" for _, known in world.known(target))
    if flows and target.get("window") == "plan":
        yield goal.at("basis"), "与上年相比的目标须用时点数，或按年累计（window 为 year 或 school_year）。"
    if basis == "last_year_times" and goal.get("value", 1) <= 0:
        yield goal.at("value"), "上年的倍数应大于 0。"


CHECKS: tuple[Callable[[Item, Item, World], Iterator[Fault]], ...] = (
    _due_is_in_the_plan,
    _due_ends_a_school_year,
    _is_complete,
    _between_has_a_maximum,
    _comparator_fits,
    _value_fits,
    _basis_fits,
)
