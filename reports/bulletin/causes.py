"""Why a target's figures differ between two editions: what the later one was computed from and the earlier one was not.

Pure: two ``Frozen`` and ``told`` in, JSON out. The period is the same, so time alone is never a cause. ``told`` is what
only the database knew when the later edition was sent, kept beside the causes so that they can be found again:

- ``elements``: {code: {name, unit, type, section}} of elements whose values differ; ``units``: {code: {name, into}} of
  the units that are named; ``hidden``: codes of elements whose values by school only few may see (measurement.md §7);
- ``values``: {entry id: {at, reason}} of values that are named: when it was approved, why it was corrected.

A cause is {kind, …}, and ``said_of`` says it in words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from base.quarters import Quarter
from base.templatetags.numbers import number, unit
from reports.bulletin.references import tight
from reports.frozen import Frozen
from targets import values
from targets.core import model as core
from targets.models import Element, ValueType

Told = Mapping[str, Any]
Cause = dict[str, Any]
Target = core.Target | None

MOST = 5  # values of an element that are named
NUMBERS = (ValueType.INTEGER, ValueType.DECIMAL)


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs; None where an edition has none. ``pk`` is the entry's."""

    pk: int
    unit: str
    element: str
    quarter: int
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "new"
        return "withdrawn" if self.after is None else "corrected"


@dataclass(frozen=True)
class Sources:
    """What differs between two editions' sources: values by element, units by code."""

    before: Frozen
    after: Frozen
    values: Mapping[str, Sequence[Change]]
    units: Mapping[str, tuple[core.Unit | None, core.Unit | None]]


def compared(before: Frozen, after: Frozen) -> Sources:
    return Sources(before, after, _values(before, after), _differing(before.units, after.units))


def _values(before: Frozen, after: Frozen) -> dict[str, list[Change]]:
    """Of elements that both read: one that only a new definition reads was reported long ago. The newest first."""
    both = {element.code for element in before.elements} & {element.code for element in after.elements}
    old, new = ({tuple(row[2:5]): (row[0], row[5]) for row in one.values} for one in (before, after))
    found: dict[str, list[Change]] = defaultdict(list)
    for place in sorted(old.keys() | new.keys(), key=lambda place: (place[1], -place[2], place[0])):
        was, now = old.get(place), new.get(place)
        if place[1] in both and (was and was[1]) != (now and now[1]):
            pk = (now or was)[0]
            found[place[1]].append(Change(pk, *place, was and was[1], now and now[1]))
    return dict(found)


def _differing(old: Iterable[Any], new: Iterable[Any]) -> dict[str, tuple[Any, Any]]:
    """What has another content, or is not in both, by code."""
    was, now = {one.code: one for one in old}, {one.code: one for one in new}
    codes = sorted(was.keys() | now.keys())
    return {code: (was.get(code), now.get(code)) for code in codes if was.get(code) != now.get(code)}


def named(sources: Sources, hidden: Iterable[str]) -> list[Change]:
    """The values that are told one by one."""
    return [one for code, found in sources.values.items() if code not in hidden for one in found[:MOST]]


def causes_of(target: str, sources: Sources, told: Told) -> list[Cause]:
    """Why the target's figures differ; never empty."""
    was, now = (_target(frozen, target) for frozen in (sources.before, sources.after))
    if was is None or now is None:
        return [{"kind": "added" if now else "dropped"}]
    read = tuple(dict.fromkeys((*now.elements, *was.elements)))
    found = [*_definition(was, now, sources), *_elements(read, sources)]
    for element in read:
        found += _of_values(element, sources.values.get(element, []), told)
    found += _of_units(was, now, sources, told)
    return found or [{"kind": "program"}]


def _target(frozen: Frozen, code: str) -> Target:
    return next((target for target in frozen.targets if target.code == code), None)


def _definition(was: core.Target, now: core.Target, sources: Sources) -> list[Cause]:
    before, after = (frozen.versions[was.code] for frozen in (sources.before, sources.after))
    own = {"baseline_value": None, "baseline_at": None, "ok_at": 1.0, "warn_at": 0.8, "goals": ()}
    found: list[Cause] = []
    if before != after:
        found.append({"kind": "definition", "before": before, "after": after})
    elif replace(was, **own) != replace(now, **own):
        found.append({"kind": "redefined"})
    if was.goals != now.goals:
        found.append({"kind": "goal"})
    if (was.baseline_value, was.baseline_at) != (now.baseline_value, now.baseline_at):
        found.append({"kind": "baseline", "before": _baseline(was), "after": _baseline(now)})
    if (was.ok_at, was.warn_at) != (now.ok_at, now.warn_at):
        found.append({"kind": "threshold", "before": _lines(was), "after": _lines(now)})
    return found


def _baseline(target: core.Target) -> str:
    at = f"（{target.baseline_at.label}）" if target.baseline_at is not None else ""
    return "无" if target.baseline_value is None else f"{number(target.baseline_value)}{at}"


def _lines(target: core.Target) -> str:
    return f"正常线{number(target.ok_at)}、偏慢线{number(target.warn_at)}"


def _elements(read: Sequence[str], sources: Sources) -> list[Cause]:
    """Asked otherwise: in other quarters, of other schools."""
    differing = _differing(sources.before.elements, sources.after.elements)
    return [{"kind": "element", "code": code} for code in read if all(differing.get(code, (None,)))]


def _of_values(element: str, found: Sequence[Change], told: Told) -> list[Cause]:
    if not found:
        return []
    name = told["elements"][element]["name"]
    if element in told["hidden"]:
        return [{"kind": "hidden", "element": name, "count": len(found)}]
    causes: list[Cause] = [_value(one, told) for one in found[:MOST]]
    if len(found) > MOST:
        causes.append({"kind": "more", "element": name, "count": len(found) - MOST})
    return causes


def _value(one: Change, told: Told) -> Cause:
    element = told["elements"][one.element]
    return {
        "kind": one.kind,
        "element": element["name"],
        "quarter": Quarter(one.quarter).label,
        "unit": told["units"][one.unit]["name"],
        "before": _printed(one.before, element),
        "after": _printed(one.after, element),
        "by": element["section"],
        **told["values"].get(str(one.pk), {"at": "", "reason": ""}),
    }


def _printed(value: str | None, element: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if element["type"] in NUMBERS:
        return tight(unit(number(Decimal(value)), element["unit"]))
    return values.display(Element(value_type=element["type"]), Decimal(value))


def _of_units(was: core.Target, now: core.Target, sources: Sources, told: Told) -> list[Cause]:
    about = {element.code: element.about for frozen in (sources.before, sources.after) for element in frozen.elements}
    if all(about[code] == core.About.BUREAU for code in (*was.elements, *now.elements)):
        return []
    concerned = {
        code: pair
        for code, pair in sources.units.items()
        if any(_concerns(target, one) for target in (was, now) for one in pair if one)
    }
    causes: list[Cause] = [
        {"kind": "unit", "unit": told["units"][code]["name"], "what": _happened(*pair, told["units"][code]["into"])}
        for code, pair in list(concerned.items())[:MOST]
    ]
    more = len(concerned) - len(causes)
    return [*causes, {"kind": "units", "count": more}] if more else causes


def _concerns(target: core.Target, one: core.Unit) -> bool:
    """Whether it was ever a unit that the target counts."""
    return one.kind == core.About.SCHOOL and any(
        (not target.stages or target.stages & facts.stages) and target.ownership in ("", facts.ownership)
        for facts in one.facts
    )


def _happened(was: core.Unit | None, now: core.Unit | None, into: str) -> str:
    if was is None or now is None:
        return "新列入统计" if now else "不再列入统计"
    said = []
    if was.opened != now.opened:
        said.append(f"开办时间由{was.opened.label}改为{now.opened.label}")
    if was.closed != now.closed:
        closed = f"{now.closed.label}停办" if now.closed is not None else "停办已撤销"
        said.append(closed + (f"，并入{into}" if into and now.closed is not None else ""))
    if was.facts != now.facts:
        said.append("学段或办学性质有变动")
    return "，".join(said)


SAID = {
    "added": "新增的目标",
    "dropped": "不再列入的目标",
    "definition": "口径由第{before}版改为第{after}版",
    "redefined": "口径有改动",
    "goal": "目标值或期限有调整",
    "baseline": "基期值由{before}改为{after}",
    "threshold": "判定线由{before}改为{after}",
    "element": "数据项{code}的填报范围或时间有改动",
    "hidden": "{element}有{count}项数值变动（不列各校）",
    "more": "{element}另有{count}项数值变动",
    "unit": "{unit}{what}",
    "units": "另有{count}所学校的情况有变动",
    "unknown": "上一版没有保存来源，无从对照",
    "program": "数据、口径和学校情况都没有变动，系统的算法或表述有更新",
}


def said_of(cause: Mapping[str, Any]) -> str:
    """In words, without a sign at the end."""
    kind = cause["kind"]
    return SAID[kind].format_map(cause) if kind in SAID else _said_of_value(cause)


def _said_of_value(cause: Mapping[str, Any]) -> str:
    before, after = cause["before"], cause["after"]
    happened = {"new": f"新核定{after}", "corrected": f"由{before}更正为{after}", "withdrawn": f"撤销{before}"}
    approved = f"{cause['by']}{cause['at']}审核" if cause["at"] else ""
    reason = f"理由：{cause['reason'].rstrip('。')}" if cause["reason"] else ""
    said = "，".join(part for part in (happened[cause["kind"]], approved, reason) if part)
    return f"{cause['unit']}{cause['quarter']}{cause['element']}{said}"
