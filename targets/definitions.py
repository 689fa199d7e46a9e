"""From the database to the core: elements and dated definitions as the plain data that measurement reads."""

from dataclasses import replace
from decimal import Decimal

from base.quarters import Quarter
from targets.core import model as core
from targets.models import AdoptedTarget, Element, Goal, TargetDefinition, TermPart


def core_element(element: Element) -> core.Element:
    return core.Element(
        code=element.code,
        period_kind=core.PeriodKind(element.period_kind),
        asked_in=element.asked_quarters,
        about=core.About(element.about),
        stages=frozenset(element.stages),
        value_type=core.ValueType(element.value_type),
    )


def core_target(definition: TargetDefinition) -> core.Target:
    """The definition (``with_parts``), the same for all districts."""
    return core.Target(
        code=definition.target.code,
        measure=core.Measure(definition.measure),
        goals=tuple(_core_goal(goal) for goal in sorted(definition.goals.all(), key=lambda goal: goal.due)),
        numerator=_codes(definition, TermPart.NUMERATOR),
        denominator=_codes(definition, TermPart.DENOMINATOR),
        condition=_core_condition(definition),
        window=core.Window(definition.window),
        scale=float(definition.scale),
        stages=frozenset(definition.stages),
        ownership=definition.ownership,
        goal_scope=core.GoalScope(definition.goal_scope),
        decimals=definition.decimals,
        soft=definition.soft,
        pending=bool(definition.pending),
    )


def with_own(target: core.Target, adopted: AdoptedTarget | None) -> core.Target:
    """With what is the district's own, if it has adopted the target. A baseline is taken at the end of its quarter
    (measurement.md §1)."""
    if adopted is None:
        return target
    return replace(
        target,
        ok_at=float(adopted.ok_at),
        warn_at=float(adopted.warn_at),
        baseline_value=_number(adopted.baseline_value),
        baseline_at=Quarter.containing(adopted.baseline_date) if adopted.baseline_date else None,
    )


def _core_goal(goal: Goal) -> core.Goal:
    return core.Goal(
        due=goal.due_quarter,
        comparator=core.Comparator(goal.comparator),
        value=_number(goal.value),
        maximum=_number(goal.maximum),
        basis=core.Basis(goal.basis),
        pacing=core.Pacing(goal.pacing),
    )


def _core_condition(definition: TargetDefinition) -> core.Condition | None:
    elements = _codes(definition, TermPart.CONDITION)
    if not elements or definition.condition_threshold is None:
        return None
    return core.Condition(
        element=elements[0],
        comparator=core.Comparator(definition.condition_comparator),
        threshold=float(definition.condition_threshold),
        per=next(iter(_codes(definition, TermPart.PER)), None),
    )


def _codes(definition: TargetDefinition, part: TermPart) -> tuple[str, ...]:
    return tuple(term.element.code for term in definition.terms_of(part))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
