"""Why a target is red or yellow, or can't be rated, in sentences made from its result and its schools' results."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from reports.bulletin.clauses import because, said_of
from reports.bulletin.prose import listed
from reports.models import Status
from reports.readings import URGENT, Reading
from targets.models import Measure

FEW = 5  # schools that are named as making most of a gap
MOST = 0.6  # of the gap: then a few make it
MANY = 8  # schools short at least, for a few of them to be few


@dataclass(frozen=True, slots=True)
class Share:
    """A school's part of the gap: ``part`` and ``so_far`` (with those before it) 0–1."""

    name: str
    gap: float
    missing: str
    part: float
    so_far: float


def shares_of(schools: Sequence[tuple[str, Reading]]) -> list[Share]:
    """Who makes the gap, the largest part first: of rates that hold for every school."""
    short = [(name, one) for name, one in schools if (one.result.gap or 0) > 0 and not one.is_of_one_in_a_share]
    short.sort(key=lambda pair: -pair[1].result.gap)
    whole = sum(one.result.gap for _, one in short)
    so_far = accumulate(one.result.gap for _, one in short)
    return [
        Share(name, one.result.gap, one.missing, one.result.gap / whole, reached / whole)
        for (name, one), reached in zip(short, so_far, strict=True)
    ]


def causes_of(reading: Reading, schools: Sequence[tuple[str, Reading]]) -> list[str]:
    """The most telling first; empty for what is neither red nor yellow nor without data. ``schools``: all, or
    none where the reader may not see all by name."""
    if reading.status == Status.NO_BASELINE:
        return ["目标按基期或上年的数计算，这个数还没有登记，不能评定。"]
    if reading.status == Status.NO_DATA:
        return [f"没有可用的数据（{reading.completeness}），不能评定。"]
    if reading.status not in URGENT:
        return []
    found = [_against_the_goal(reading), _missing(reading), *_few(reading, schools)]
    return [one for one in found if one]


def _against_the_goal(reading: Reading) -> str:
    """As the bulletin says it, and how much of the way was gone."""
    said, result = said_of(reading), reading.result
    if because(reading) == "pace" and result.anchor is not None and result.pace is not None:
        said += f"，只走完应走路程的{max(0, int(100 * result.pace + 1e-9))}%"
    return f"{said}。"


def _missing(reading: Reading) -> str:
    result = reading.result
    said = []
    if result.units_missing:
        counted = "，按未达标计" if reading.definition.measure == Measure.SHARE else ""
        said.append(f"{result.units_missing} 个单位缺报{counted}")
    if result.units_carried:
        said.append(f"{result.units_carried} 个单位沿用以前的数")
    return f"报送不全：应报 {result.units_expected}，{'，'.join(said)}。" if said else ""


def _few(reading: Reading, schools: Sequence[tuple[str, Reading]]) -> list[str]:
    """Whether a few schools make most of the gap, or it is spread."""
    if reading.definition.measure == Measure.SHARE:
        short = [name for name, one in schools if one.result.value is not None and one.result.value < 100]
        return [f"{listed(short, '所')}没有达标。"] if short and reading.missing else []
    shares = shares_of(schools)
    if not shares:
        return []
    if len(shares) < MANY:
        return [f"{listed([one.name for one in shares], '所')}低于目标，其余学校已达到。"]
    few = shares[:FEW]
    part = int(100 * few[-1].so_far)
    if few[-1].so_far >= MOST:
        names = "、".join(f"{one.name}（{one.missing}）" for one in few)
        return [f"缺口集中：{len(shares)} 所低于目标，其中{names}占 {part}%。"]
    return [f"缺口分散：{len(shares)} 所低于目标，最大的 {FEW} 所只占 {part}%。"]
