"""A small plan whose numbers can be checked by eye: a rate of schools, a sensitive rate, a share and a judgement."""

from base.quarters import Period, Quarter
from schools.models import Section, Unit
from targets.models import Target
from tasks.models import Adoption
from tests import factories

HALF = Period.parse("2025H1")
NOW = Quarter.parse("2025Q2")


def make_rate(
    adoption: Adoption,
    section: Section,
    code: str = "TRAINING",
    *,
    elements: str = "TRAINED TEACHERS",
    **fields: object,
) -> Target:
    """``elements``: a numerator's and a denominator's code; goal ≥ 95 % at the end of 2025, for every school."""
    numerator, denominator = (factories.make_element(code, f"{code}人数") for code in elements.split())
    action = adoption.plan.actions.first() or factories.make_action(adoption.plan)
    task = adoption.plan.tasks.first() or factories.make_task(action)
    target = factories.make_target(task, code, position=adoption.plan.targets.count())
    kind = {"measure": "ratio", "scale": 100, "decimals": 1, "unit": "%", "goal_scope": "each", "name": f"{code}率"}
    definition = factories.make_definition(target, numerator=[numerator], denominator=[denominator], **(kind | fields))
    factories.make_goal(definition, 95)
    factories.make_adopted_target(adoption, target, section)
    return target


def report(target: Target, unit: Unit, numerator: int, denominator: int, **people: object) -> None:
    """The unit's approved figures of 2025Q2."""
    definition = target.definitions.get()
    for part, value in (("numerator", numerator), ("denominator", denominator)):
        factories.make_entry(definition.terms_of(part)[0].element, unit, NOW, value, **people)
