"""What the clauses of a plan must be like: every number is carried by a goal of a target, or says why not."""

from collections.abc import Iterator

from targets.loader.check_plan import PARTS
from targets.loader.check_targets import CLAUSES
from targets.loader.draft import Item, repeated
from targets.loader.problems import Fault
from targets.loader.world import World


def part_of(clause: Item) -> tuple[str, int] | None:
    """The part of the plan that a clause is, as kind and number: 三-16 is task 16; an action's heading names it."""
    section, _, no = str(clause.get("code", "")).partition("-")
    if section in CLAUSES and no.isdecimal():
        return CLAUSES[section], int(no)
    return ("action", clause.get("action")) if clause.has("action") else None


def check_clauses(world: World) -> Iterator[Fault]:
    yield from repeated(world.draft.clauses, "code", "条款")
    for clause in world.draft.clauses:
        yield from _is_known(clause, world)
        for number in clause.items("numbers"):
            yield from _is_accounted_for(number)
            yield from _goal_is_known(number, world)


def _is_known(clause: Item, world: World) -> Iterator[Fault]:
    part = part_of(clause)
    if part and world.draft.lacks(*part):
        yield clause.at("code"), f"方案里没有第 {part[1]} 项{PARTS[part[0]]}。"
    elif part is None and clause.has("code") and "name" not in clause.data:
        yield clause.at("name"), "缺少 name。"


def _is_accounted_for(number: Item) -> Iterator[Fault]:
    """Of the keys, not of what they hold."""
    keys = number.data.keys() & {"target", "due", "row", "none", "reason"}
    if keys - {"row"} != {"target", "due"} and keys != {"none", "reason"}:
        yield number.at("expression"), "写承载它的 target 和 due，或写它不是目标的 none 和 reason。"


def _goal_is_known(number: Item, world: World) -> Iterator[Fault]:
    if not number.has("target", "due"):
        return
    code = number.get("target")
    target = next((one for one in world.draft.targets if one.get("code") == code), None)
    if target is None:
        yield number.at("target"), f"没有目标 {code}。"
    elif number.get("due") not in {goal.get("due", number.get("due")) for goal in target.items("goals")}:
        yield number.at("due"), f"{code} 没有这一天到期的目标值。"
