"""A target as the file defines it, ready to be stored, and how it compares with the stored definition."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from base.quarters import Quarter
from schools.models import Stage
from targets.loader.draft import Item
from targets.loader.world import split_condition, uses
from targets.models import Goal, TargetDefinition

TEXTS = ("name", "statement", "unit", "pending", "counted", "not_counted", "source", "note")
GOAL_FIELDS = ("due", "comparator", "value", "maximum", "basis", "pacing")


@dataclass(frozen=True, slots=True)
class Spec:
    """Nothing here is saved. ``terms`` are (part, element code) in order."""

    definition: TargetDefinition
    terms: tuple[tuple[str, str], ...]
    goals: tuple[Goal, ...]


class Step(Enum):
    """What the file means for the stored definition of a target."""

    FIRST = auto()  # nothing is stored yet
    SAME = auto()
    TEXTS = auto()  # only texts differ: changed in place
    VERSION = auto()  # a new version from ``since`` on
    REFUSED = auto()


def spec_of(target: Item, plan_start: Quarter) -> Spec:
    """What a faultless item of the file defines."""
    card = target.item("card")
    _, _, comparator, threshold = split_condition(target.get("condition")) if target.has("condition") else [""] * 4
    definition = TargetDefinition(
        since=Quarter.parse(target.get("since", str(plan_start))),
        name=target.get("name"),
        statement=target.get("statement"),
        unit=target.get("unit", ""),
        measure=target.get("measure"),
        condition_comparator=comparator,
        condition_threshold=Decimal(threshold) if threshold else None,
        window=target.get("window", "year"),
        scale=Decimal(target.get("scale", 1)),
        stages=in_order(target.get("stages", ())),
        ownership=target.get("ownership", ""),
        goal_scope=target.get("goal_scope", "district"),
        decimals=target.get("decimals", 0),
        soft=target.get("soft", False),
        sensitive=target.get("sensitive", False),
        pending=target.get("pending", ""),
        counted=card.get("counted", ""),
        not_counted=card.get("not_counted", ""),
        source=card.get("source", ""),
        note=card.get("note", ""),
    )
    terms = tuple((use.part.value, use.code) for use in uses(target))
    return Spec(definition, terms, tuple(_goal_of(goal) for goal in target.items("goals")))


def in_order(stages: Iterable[str]) -> tuple[str, ...]:
    """From the kindergarten up, however the file lists them."""
    return tuple(stage for stage in Stage.values if stage in set(stages))


def amount(item: Item, key: str) -> Decimal | None:
    return Decimal(item.get(key)) if item.has(key) else None


def _goal_of(goal: Item) -> Goal:
    return Goal(
        due=goal.get("due"),
        comparator=goal.get("comparator", ">="),
        value=amount(goal, "value"),
        maximum=amount(goal, "max"),
        basis=goal.get("basis", "absolute"),
        pacing=goal.get("pacing", "linear"),
        presumed=goal.get("presumed", False),
    )


def stored_spec(definition: TargetDefinition) -> Spec:
    """Of a stored definition ``with_parts``."""
    terms = tuple((term.part, term.element.code) for term in definition.terms.all())
    return Spec(definition, terms, tuple(definition.goals.all()))


def compare(stored: TargetDefinition | None, wanted: Spec) -> Step:
    """What loading ``wanted`` over the newest stored version means (docs/decisions/0021)."""
    if stored is None:
        return Step.FIRST
    before = stored_spec(stored)
    measures_alike, texts_alike = not differences(before, wanted), _texts(before) == _texts(wanted)
    if wanted.definition.since == stored.since:
        if not measures_alike:
            return Step.REFUSED
        return Step.SAME if texts_alike else Step.TEXTS
    later = wanted.definition.since > stored.since
    return Step.VERSION if later and not (measures_alike and texts_alike) else Step.REFUSED


def differences(before: Spec, after: Spec) -> list[str]:
    """The names of what measures and differs."""
    old, new = _measuring(before), _measuring(after)
    return [name for name in old if old[name] != new[name]]


def _measuring(spec: Spec) -> dict[str, Any]:
    """Everything on which a result depends, by the name that the file gives it."""
    one = spec.definition
    return {
        "measure": one.measure,
        **{part: {code for where, code in spec.terms if where == part} for part in ("numerator", "denominator")},
        "condition": (
            {term for term in spec.terms if term[0] in ("condition", "per")},
            one.condition_comparator,
            one.condition_threshold,
        ),
        "window": one.window,
        "scale": one.scale,
        "stages": set(one.stages),
        "ownership": one.ownership,
        "goal_scope": one.goal_scope,
        "decimals": one.decimals,
        "soft": one.soft,
        "pending": bool(one.pending),
        "goals": [tuple(getattr(goal, name) for name in GOAL_FIELDS) for goal in spec.goals],
    }


def _texts(spec: Spec) -> tuple[Any, ...]:
    texts = (getattr(spec.definition, name) for name in (*TEXTS, "sensitive"))
    return (*texts, *(goal.presumed for goal in spec.goals))
