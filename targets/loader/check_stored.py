"""What a file must leave alone because results and other plans rest on it (docs/decisions/0021, 0022)."""

from collections.abc import Iterator
from typing import Any

from targets.loader.check_plan import PARTS
from targets.loader.draft import Item
from targets.loader.problems import Fault
from targets.loader.spec import Step, compare, differences, spec_of, stored_spec
from targets.loader.world import World
from targets.models import TargetDefinition

# The attributes of an element that measure: what changes them is another element.
FROZEN = ("period_kind", "asked_in", "about", "stages", "value_type")


def check_stored(world: World) -> Iterator[Fault]:
    yield from _elements_stay_what_they_are(world)
    if world.plan:
        yield from _plan_stays(world)
        yield from _targets_stay(world)
        for target in world.draft.targets:
            stored = world.latest.get(target.get("code"))
            if stored:
                yield from _sensitive_stays(target, stored)
                yield from _definition_fits(target, stored, world)


def _elements_stay_what_they_are(world: World) -> Iterator[Fault]:
    for item in world.draft.elements:
        stored = world.stored_elements.get(item.get("code"))
        for key in FROZEN if stored else ():
            if item.sound(key) and _written(item.get(key)) != _written(getattr(stored, key)):
                yield (
                    item.at(key),
                    f"已载入的填报项不能改 {key}（原为 {_written(getattr(stored, key)) or '全部'}），"
                    "已有数据和其他方案靠它；请另用新的编码。",
                )


def _written(value: Any) -> str:
    """So that the file's and the database's values compare: lists in one order."""
    return "、".join(sorted(value)) if isinstance(value, list | tuple) else str(value or "")


def _plan_stays(world: World) -> Iterator[Fault]:
    plan = world.draft.plan
    for key in ("start", "end"):
        if plan.has(key) and plan.get(key) != getattr(world.plan, key):
            yield plan.at(key), f"已载入的方案不能改起止日期（原为 {getattr(world.plan, key)}）。"
    for kind, name in PARTS.items():
        stored = getattr(world.plan, f"{kind}s").values_list("no", flat=True)
        for no in sorted(set(stored) - world.draft.numbers(kind).keys()):
            yield plan.at("actions" if kind == "task" else f"{kind}s"), f"第 {no} 项{name}已载入，不能从文件中删去。"


def _targets_stay(world: World) -> Iterator[Fault]:
    for code in sorted(world.latest.keys() - world.draft.target_codes):
        yield (
            ("targets",),
            f"目标 {code} 已载入，不能从方案中删去；不再评的，请写明 pending（不评的理由）和起用季度 since。",
        )


def _sensitive_stays(target: Item, stored: TargetDefinition) -> Iterator[Fault]:
    if stored.sensitive and target.sound("sensitive") and not target.get("sensitive", False):
        yield target.at("sensitive"), "成绩类标记不能由方案文件取消（原为 sensitive: true）。"


def _definition_fits(target: Item, stored: TargetDefinition, world: World) -> Iterator[Fault]:
    """A changed definition needs a later quarter to hold from. Only asked of a target without other faults."""
    if not target.is_faultless or not world.draft.quarters:
        return
    wanted = spec_of(target, world.draft.quarters[0])
    if compare(stored, wanted) is not Step.REFUSED:
        return
    changed, since = differences(stored_spec(stored), wanted), wanted.definition.since
    version = f"第 {stored.version} 版口径自 {stored.since} 起用"
    if changed:
        yield (
            target.at("since"),
            f"改了 {'、'.join(changed)}：{version}，改动须写明更晚的起用季度 since（现为 {since}）。",
        )
    elif since > stored.since:
        yield target.at("since"), f"{version}，口径没有改动，since 应仍为 {stored.since}（现为 {since}）。"
    else:
        yield target.at("since"), f"{version}，since 不能改到更早（现为 {since}）。"
