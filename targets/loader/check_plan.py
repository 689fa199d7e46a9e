"""What a plan's parts must be like, and its elements (measurement.md §2)."""

from collections.abc import Iterator

from targets.loader.draft import Item, repeated
from targets.loader.problems import Fault
from targets.loader.world import World
from targets.models import BY_SCHOOL

PARTS = {"objective": "主要目标", "action": "行动", "task": "重点任务", "safeguard": "保障措施"}


def check_plan(world: World) -> Iterator[Fault]:
    plan = world.draft.plan
    if plan.has("start", "end") and plan.get("end") <= plan.get("start"):
        yield plan.at("end"), "方案的截止日期应在起始日期之后。"
    for kind, name in PARTS.items():
        yield from repeated(world.draft.parts(kind), "no", f"{name}的序号")
    for task in world.draft.tasks:
        yield from section_is_known(task, "section", world)


def check_elements(world: World) -> Iterator[Fault]:
    yield from repeated(world.draft.elements, "code", "填报项编码")
    for element in world.draft.elements:
        yield from _bounds_fit(element)
        yield from _period_fits(element)
        yield from _somebody_enters_it(element, world)


def _bounds_fit(element: Item) -> Iterator[Fault]:
    for bound in ("lower", "upper"):
        if element.has(bound, "value_type") and element.get("value_type") not in ("integer", "decimal"):
            yield element.at(bound), "只有整数和小数才有上下限。"
    if element.has("lower", "upper") and element.get("lower") > element.get("upper"):
        yield element.at("upper"), "上限小于下限。"


def _period_fits(element: Item) -> Iterator[Fault]:
    if element.get("period_kind") == "flow" and element.get("value_type") in ("date", "verdict"):
        yield element.at("period_kind"), "日期和研判不能累计，应为时点数（stock）。"


def _somebody_enters_it(element: Item, world: World) -> Iterator[Fault]:
    section = element.get("entered_by")
    by_school = section == BY_SCHOOL
    if by_school and element.get("about") == "bureau":
        yield element.at("entered_by"), "全区一个数的填报项（about: bureau）由科室填报，不能由学校填报。"
    if element.get("reviewed_by") == BY_SCHOOL:
        yield element.at("reviewed_by"), "审核的应是科室。"
    elif not by_school and element.has("entered_by") and element.get("reviewed_by") not in (None, section):
        yield element.at("reviewed_by"), "科室填报的填报项由同一科室负责，reviewed_by 应与 entered_by 相同。"
    for key in ("entered_by", "reviewed_by"):
        if element.get(key) != BY_SCHOOL:
            yield from section_is_known(element, key, world)


def section_is_known(item: Item, key: str, world: World) -> Iterator[Fault]:
    if item.has(key) and not world.has_section(item.get(key)):
        yield item.at(key), f"没有科室“{item.get(key)}”：文件的 adoption.sections 和数据库里都没有。"
