"""What each target must be like (measurement.md §2, §3)."""

from collections.abc import Callable, Iterator

from base.quarters import Quarter
from targets.loader.check_plan import PARTS, section_is_known
from targets.loader.draft import Item, repeated
from targets.loader.problems import Fault
from targets.loader.world import World, uses
from targets.models import About, Measure, ValueType

CLAUSES = {"二": "objective", "三": "task", "四": "safeguard"}
# What each measure is made of; what is not named here it must not have.
MADE_OF = {
    "ratio": ("numerator", "denominator"),
    "share": ("condition",),
    "count": ("numerator",),
    "milestone": ("numerator",),
    "judgement": ("numerator",),
}
VALUE_TYPES = {"milestone": ("date", "boolean"), "judgement": ("verdict",)}
NUMBERS = ("integer", "decimal", "boolean")


def check_targets(world: World) -> Iterator[Fault]:
    yield from repeated(world.draft.targets, "code", "目标编码")
    for target in world.draft.targets:
        for check in CHECKS:
            yield from check(target, world)


def _home_is_known(target: Item, world: World) -> Iterator[Fault]:
    home = target.item("home")
    for kind in ("task", "safeguard"):
        if target.has("home") and home.has(kind):
            yield from _part_is_known(home, kind, kind, home.get(kind), world)
    if target.has("objective"):
        yield from _part_is_known(target, "objective", "objective", target.get("objective"), world)


def _clauses_are_known(target: Item, world: World) -> Iterator[Fault]:
    for path, clause in target.values("clauses"):
        section, _, no = clause.partition("-")
        if world.draft.lacks(CLAUSES[section], int(no)):
            yield path, f"方案里没有条款 {clause}（第 {no} 项{PARTS[CLAUSES[section]]}）。"


def _part_is_known(item: Item, key: str, kind: str, no: int, world: World) -> Iterator[Fault]:
    if world.draft.lacks(kind, no):
        yield item.at(key), f"方案里没有第 {no} 项{PARTS[kind]}。"


def _section_is_known(target: Item, world: World) -> Iterator[Fault]:
    yield from section_is_known(target, "section", world)


def _since_is_in_the_plan(target: Item, world: World) -> Iterator[Fault]:
    if target.has("since") and world.draft.quarters:
        first, last = world.draft.quarters
        if not first <= Quarter.parse(target.get("since")) <= last:
            yield target.at("since"), f"起用季度 {target.get('since')} 不在方案期 {first}–{last} 内。"


def _is_made_of_its_parts(target: Item, world: World) -> Iterator[Fault]:
    if not target.has("measure"):
        return
    measure = Measure(target.get("measure"))
    for key, name in (("numerator", "分子"), ("denominator", "分母"), ("condition", "达标条件")):
        wanted = key in MADE_OF[measure]
        if wanted and key not in target.data:
            yield target.at(key), f"{measure.label}（{measure.value}）须有{name} {key}。"
        elif not wanted and key in target.data:
            yield target.at(key), f"{measure.label}（{measure.value}）没有{name}，请删去 {key}。"
    if measure != Measure.RATIO and "scale" in target.data:
        yield target.at("scale"), "只有比率（ratio）才有倍数 scale。"
    if measure in VALUE_TYPES and len(target.get("numerator", ())) > 1:
        yield target.at("numerator"), f"{measure.label}（{measure.value}）只取一个填报项。"


def _elements_are_known(target: Item, world: World) -> Iterator[Fault]:
    for use in uses(target):
        if use.code not in world.elements and world.draft.root.lists("elements"):
            yield use.path, f"没有填报项 {use.code}：文件和数据库里都没有。"


def _elements_are_alike(target: Item, world: World) -> Iterator[Fault]:
    abouts = [(use, known) for use, known in world.known(target) if known.about]
    for use, known in abouts[1:]:
        if known.about != abouts[0][1].about:
            yield (
                use.path,
                (
                    f"算式各项须同类：{abouts[0][0].code} 按{About(abouts[0][1].about).label}填，"
                    f"{use.code} 按{About(known.about).label}填。"
                ),
            )


def _values_fit(target: Item, world: World) -> Iterator[Fault]:
    if not target.has("measure"):
        return
    measure = Measure(target.get("measure"))
    fitting = VALUE_TYPES.get(measure.value, NUMBERS)
    for use, known in world.known(target):
        if known.value_type and known.value_type not in fitting:
            wanted = "、".join(str(ValueType(one).label) for one in fitting)
            yield use.path, f"{measure.label}的填报项应是{wanted}，{use.code} 是{ValueType(known.value_type).label}。"
        if measure in VALUE_TYPES and known.about == "school":
            yield use.path, f"{measure.label}看全区的填报项（about: bureau），{use.code} 是按学校填的。"
        if measure in VALUE_TYPES and known.period_kind == "flow":
            yield use.path, f"{measure.label}看时点数（stock），{use.code} 是期内数。"


def _stages_meet(target: Item, world: World) -> Iterator[Fault]:
    stages = set(target.get("stages", ()))
    for use, known in world.known(target):
        if known.about == "school" and stages and known.stages and not stages & known.stages:
            yield use.path, f"填报项 {use.code} 的学段与目标的学段没有交集。"


CHECKS: tuple[Callable[[Item, World], Iterator[Fault]], ...] = (
    _home_is_known,
    _clauses_are_known,
    _section_is_known,
    _since_is_in_the_plan,
    _is_made_of_its_parts,
    _elements_are_known,
    _elements_are_alike,
    _values_fit,
    _stages_meet,
)
