"""What the checks of a plan file must be like (docs/decisions/0048)."""

from collections.abc import Callable, Iterator

from targets.loader.draft import Item, repeated
from targets.loader.problems import Fault
from targets.loader.world import Known, World
from targets.models import About, CheckKind, ValueType

NUMBERS = ("integer", "decimal")
COUNTS = (*NUMBERS, "boolean")
# By kind: the keys that it must have, and those that it may; of what stands in neither it has none.
KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "at_most": (("left", "right"), ()),
    "sum": (("left", "right"), ()),
    "implies": (("left", "right"), ()),
    "not_falling": (("elements",), ()),
    "jump": (("threshold", "minimum"), ("elements",)),
    "peers": (("elements", "threshold", "minimum", "schools"), ("per",)),
}
SIDES = ("left", "right", "elements", "per")
LEAST_Z = 1
EACH = ("not_falling", "jump")  # look at one element at a time


def check_checks(world: World) -> Iterator[Fault]:
    yield from repeated(world.draft.checks, "code", "核对规则编码")
    yield from _jumps_share_nothing(world)
    for check in world.draft.checks:
        if check.has("kind"):
            for one in CHECKS:
                yield from one(check, world)


def _known(check: Item, world: World, *sides: str) -> Iterator[tuple[tuple[str | int, ...], Known]]:
    """The elements on these sides (all, if none is given), so far as there are such elements."""
    for side in sides or SIDES:
        for path, code in check.values(side):
            if code in world.elements:
                yield path, world.elements[code]


def _jumps_share_nothing(world: World) -> Iterator[Fault]:
    """So that it is plain which of them holds."""
    seen: set[str] = set()
    bare = 0
    for check in world.draft.checks:
        if check.get("kind") != CheckKind.JUMP:
            continue
        bare += "elements" not in check.data
        if bare > 1 and "elements" not in check.data:
            yield check.at("elements"), "不写 elements 的 jump 只能有一条：它管其他 jump 没有写到的全部时点数。"
        for path, code in check.values("elements"):
            if code in seen:
                yield path, f"{code} 已在另一条 jump 里。"
            seen.add(code)


def _is_made_of_its_parts(check: Item, world: World) -> Iterator[Fault]:
    kind = check.get("kind")
    must, may = KEYS[kind]
    for key in (*SIDES, "threshold", "minimum", "schools"):
        if key in must and key not in check.data:
            yield check.at(key), f"{kind} 须有 {key}。"
        elif key not in (*must, *may) and key in check.data:
            yield check.at(key), f"{kind} 没有 {key}，请删去。"
    if kind == CheckKind.IMPLIES:
        for side in ("left", "right"):
            if len(check.get(side, ())) > 1:
                yield check.at(side), "implies 的两边各写一个填报项。"


def _severity_fits(check: Item, world: World) -> Iterator[Fault]:
    if check.get("kind") in (CheckKind.JUMP, CheckKind.PEERS) and check.get("severity") == "hard":
        yield check.at("severity"), f"{check.get('kind')} 只能是 soft：数值异常的，写明原因就可以提交。"


def _threshold_fits(check: Item, world: World) -> Iterator[Fault]:
    if check.get("kind") == CheckKind.PEERS and check.has("threshold") and check.get("threshold") < LEAST_Z:
        yield check.at("threshold"), f"peers 的 threshold 是稳健 z 值，应为 {LEAST_Z}–10，一般用 3.5。"


def _elements_are_known(check: Item, world: World) -> Iterator[Fault]:
    seen: set[str] = set()
    for side in SIDES:
        for path, code in check.values(side):
            if code not in world.elements and world.draft.root.lists("elements"):
                yield path, f"没有填报项 {code}：文件和数据库里都没有。"
            if code in seen:
                yield path, f"{code} 不能既在一边又在另一边。"
        seen |= {code for _, code in check.values(side)}


def _elements_are_alike(check: Item, world: World) -> Iterator[Fault]:
    known = [(path, one) for path, one in _known(check, world) if one.about]
    if check.get("kind") == CheckKind.PEERS:
        for path, one in known:
            if one.about != "school":
                yield path, f"peers 比较各校，{one.code} 按{About(one.about).label}填。"
    elif check.get("kind") not in EACH:
        for path, one in known[1:]:
            first = known[0][1]
            if one.about != first.about:
                ways = f"{first.code} 按{About(first.about).label}填，{one.code} 按{About(one.about).label}填"
                yield path, f"一条核对规则的各项须同类：{ways}。"


def _values_fit(check: Item, world: World) -> Iterator[Fault]:
    fitting = COUNTS if check.get("kind") == CheckKind.IMPLIES else NUMBERS
    for path, one in _known(check, world):
        if one.value_type and one.value_type not in fitting:
            wanted = "、".join(str(ValueType(value_type).label) for value_type in fitting)
            yield path, f"{check.get('kind')} 的填报项应是{wanted}，{one.code} 是{ValueType(one.value_type).label}。"


def _periods_fit(check: Item, world: World) -> Iterator[Fault]:
    for path, one in _known(check, world) if check.get("kind") == CheckKind.NOT_FALLING else ():
        if one.period_kind == "flow":
            yield path, f"累计数是时点数（stock），{one.code} 是期内数，每次重新算起。"


def _stages_meet(check: Item, world: World) -> Iterator[Fault]:
    own = set(check.get("stages", ()))
    for path, one in _known(check, world):
        if own and one.stages and not own & one.stages:
            yield path, f"填报项 {one.code} 的学段与 stages 没有交集，永远核对不到。"
    for sides in (("left", "right"), ("elements", "per")):
        reported = [[one.stages for _, one in _known(check, world, side)] for side in sides]
        met = [frozenset().union(*side) if all(side) else None for side in reported if None not in side and side]
        if check.get("kind") not in EACH and len(met) == 2 and None not in met and not met[0] & met[1]:
            yield check.at(sides[1]), "两边的填报项没有共同的学段，永远核对不到。"


def _quarters_meet(check: Item, world: World) -> Iterator[Fault]:
    """A check looks when its left side is asked: what is of a period must be asked then too; of peers, everything."""
    first, second = ("elements", "per") if check.get("kind") == CheckKind.PEERS else ("left", "right")
    left = [one for _, one in _known(check, world, first)]
    if not left or any(one.asked_in is None for one in left):
        return
    quarters = frozenset().union(*(one.asked_in for one in left))
    for path, one in _known(check, world, second):
        together = one.period_kind == "flow" or check.get("kind") == CheckKind.PEERS
        if together and one.asked_in is not None and not quarters & one.asked_in:
            yield path, f"{one.code} 与另一边从不在同一季度填报，永远核对不到。"


CHECKS: tuple[Callable[[Item, World], Iterator[Fault]], ...] = (
    _is_made_of_its_parts,
    _severity_fits,
    _threshold_fits,
    _elements_are_known,
    _elements_are_alike,
    _values_fit,
    _periods_fit,
    _stages_meet,
    _quarters_meet,
)
