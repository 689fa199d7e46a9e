"""Writes about plans: what a plan file says of a plan's parts, and its adoption by a district."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from base.sync import Changes
from schools.models import District, Section, Unit, UnitFacts, UnitKind
from tasks.models import Action, AdoptedTask, Adoption, Objective, Plan, Safeguard, Task

BUREAU = "bureau"
BUREAU_OPENED = datetime.date(2000, 1, 1)
PART = ("name", "summary")

# One part as the plan file writes it: no, name, summary; an action's short name and tasks, a task's section.
Part = Mapping[str, Any]


def save_plan(content: Part, *, changes: Changes) -> Plan:
    """Make or change the plan with this code and all its parts; parts are the same if their numbers are.

    ``content`` is the (checked) ``plan`` of a plan file. Its dates are taken once: the caller sees that they stay.
    Call it in a transaction; the caller records the changes.
    """
    wanted = Plan(code=content["code"], name=content["name"], start=content["start"], end=content["end"])
    stored = Plan.objects.filter(code=wanted.code)
    plan = changes.sync(stored, [wanted], key="code", fields=["name"])[wanted.code]
    for model, parts in ((Objective, content.get("objectives", ())), (Safeguard, content.get("safeguards", ()))):
        _save_parts([model(plan=plan, **_named(part)) for part in parts], plan, PART, changes)
    actions = _save_parts(
        [Action(plan=plan, short=part["short"], **_named(part)) for part in content["actions"]],
        plan,
        (*PART, "short"),
        changes,
    )
    tasks = [
        Task(plan=plan, action=actions[action["no"]], section_code=part["section"], **_named(part))
        for action in content["actions"]
        for part in action["tasks"]
    ]
    _save_parts(tasks, plan, (*PART, "action", "section_code"), changes)
    return plan


def _save_parts(wanted: Sequence[Any], plan: Plan, fields: Sequence[str], changes: Changes) -> dict[Any, Any]:
    """By number."""
    stored = type(wanted[0])._default_manager.filter(plan=plan) if wanted else ()
    return changes.sync(stored, wanted, key="no", fields=fields)


def _named(part: Part) -> dict[str, Any]:
    return {"no": part["no"], "name": part["name"], "summary": part.get("summary", "")}


def adopt(plan: Plan, content: Part, *, changes: Changes) -> Adoption:
    """Make or change the adoption of the plan by a district, with the sections that answer for its tasks.

    ``content`` is the (checked) ``adoption`` of a plan file: the district (made with its bureau if it is new), its
    sections, its calendar; what the calendar does not name stays. Sections that are not named stay too.
    """
    district = _save_district(content["district"], changes)
    sections = _save_sections(district, content.get("sections", ()), changes)
    calendar = content.get("calendar", {})
    stored = Adoption.objects.filter(plan=plan, district=district)
    wanted = Adoption(plan=plan, district=district, **calendar)
    adoption = changes.sync(stored, [wanted], key="plan_id", fields=list(calendar))[plan.pk]
    tasks = [
        AdoptedTask(adoption=adoption, task=task, section=sections[task.section_code]) for task in plan.tasks.all()
    ]
    changes.sync(adoption.tasks.select_related("task", "section"), tasks, key="task_id", fields=["section"])
    return adoption


def take_on_new_tasks(adoption: Adoption, *, changes: Changes) -> None:
    """Give the tasks that came into the plan since it was adopted to the sections that the plan names."""
    sections = {section.code: section for section in Section.objects.filter(district=adoption.district_id)}
    new = adoption.plan.tasks.exclude(adopted__adoption=adoption)
    wanted = [AdoptedTask(adoption=adoption, task=task, section=sections[task.section_code]) for task in new]
    changes.sync((), wanted, key="task_id", fields=["section"])


def _save_district(content: Part, changes: Changes) -> District:
    wanted = District(code=content["code"], name=content["name"])
    stored = District.objects.filter(code=wanted.code)
    district = changes.sync(stored, [wanted], key="code", fields=["name"])[wanted.code]
    if not Unit.objects.filter(district=district, kind=UnitKind.BUREAU).exists():
        bureau = Unit.objects.create(district=district, kind=UnitKind.BUREAU, code=BUREAU, opened=BUREAU_OPENED)
        UnitFacts.objects.create(unit=bureau, since=BUREAU_OPENED, name=f"{district.name}社会事业局")
        changes.note(bureau, "created", after=str(bureau))
    return district


def _save_sections(district: District, named: Sequence[Part], changes: Changes) -> dict[str, Section]:
    """All sections of the district, by code."""
    wanted = [Section(district=district, code=part["code"], name=part["name"]) for part in named]
    changes.sync(district.sections.all(), wanted, key="code", fields=["name"])
    return {section.code: section for section in Section.objects.filter(district=district)}
