"""Writes about plans: what a plan file says of a plan's parts, and its adoption by a district."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit, clock
from base.quarters import Quarter
from base.sync import Changes
from schools.models import District, Section, Unit, UnitFacts, UnitKind, User
from tasks.models import Action, AdoptedTask, Adoption, Objective, Plan, QuarterDates, Safeguard, Task

BUREAU = "bureau"
BUREAU_OPENED = datetime.date(2000, 1, 1)
PART = ("name", "summary")
KEPT = "填报日历的规则调整以前已经开放，日期不变"

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
    sections, its calendar; what the calendar does not name stays, as do the dates of quarters that have opened or were
    moved by hand. Sections that are not named stay too.
    """
    district = _save_district(content["district"], changes)
    sections = _save_sections(district, content.get("sections", ()), changes)
    calendar = content.get("calendar", {})
    stored = Adoption.objects.filter(plan=plan, district=district)
    _keep_opened(stored.first(), **calendar)
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


# --- The calendar --------------------------------------------------------------------------------------------------


def set_rule(adoption: Adoption, *, opens_day: int, due_day: int, closes_day: int, by: User) -> Adoption:
    """Change the days by which the quarters open, are due and close, from the next one to open on: those that have
    opened keep their dates, so that nothing closes under people's hands and nobody's past becomes late.

    Raises ValidationError if the days are out of order.
    """
    days = {"opens_day": opens_day, "due_day": due_day, "closes_day": closes_day}
    with transaction.atomic():
        held = _held(adoption)
        before = _rule(held)
        _keep_opened(held, **days)
        for name, day in days.items():
            setattr(held, name, day)
        held.full_clean()
        if _rule(held) != before:
            held.save(update_fields=list(days))
            audit.record(held, "changed", by=by, before=before, after=_rule(held))
    return held


def set_quarter_dates(
    adoption: Adoption,
    quarter: Quarter,
    *,
    opens: datetime.date,
    due: datetime.date,
    closes: datetime.date,
    reason: str,
    by: User,
) -> QuarterDates:
    """Give a quarter dates of its own, or change them. Raises ValidationError (by field) for dates that can't be."""
    _require_running(adoption, quarter)
    with transaction.atomic():
        held = _held(adoption)
        before = held.dates_of(quarter)
        dates = before if before.pk else QuarterDates(adoption=held, quarter=quarter)
        told = str(before)
        dates.opens, dates.due, dates.closes, dates.reason = opens, due, closes, reason.strip()
        dates.full_clean()
        dates.save()
        audit.record(dates, "moved", by=by, before=told, after=str(dates), why=dates.reason)
    return dates


def follow_rule(adoption: Adoption, quarter: Quarter, *, by: User) -> None:
    """Take a quarter's own dates away: the rule holds again. Doing it twice changes nothing."""
    with transaction.atomic():
        held = _held(adoption)
        dates = held.moved.get(quarter)
        if dates is not None:
            after = held.dates_by_rule(quarter)
            audit.record(dates, "unmoved", by=by, before=str(dates), after=str(after), why=dates.reason)
            dates.delete()


def _require_running(adoption: Adoption, quarter: Quarter) -> None:
    if not adoption.plan.runs_in(quarter):
        raise ValidationError(f"{quarter.label}不在方案的期限内。", code="not_running")


def _held(adoption: Adoption) -> Adoption:
    """As it is now, held until the transaction ends."""
    return Adoption.objects.select_for_update(of=("self",)).select_related("plan", "district").get(pk=adoption.pk)


def _rule(adoption: Adoption) -> str:
    return f"开放 {adoption.opens_day} 日，截止 {adoption.due_day} 日，关闭 {adoption.closes_day} 日"


def _keep_opened(adoption: Adoption | None, **days: int) -> None:
    """Where ``days`` change the rule, the quarters that have opened by it get the dates they have as their own."""
    if adoption is None or all(getattr(adoption, name) == day for name, day in days.items()):
        return
    kept = [
        adoption.dates_by_rule(quarter)
        for quarter in adoption.plan.quarters
        if quarter not in adoption.moved and adoption.opens(quarter) <= clock.today()
    ]
    for dates in kept:
        dates.reason = KEPT
    QuarterDates.objects.bulk_create(kept)
