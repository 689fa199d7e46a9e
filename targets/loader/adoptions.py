"""Storing what districts take on with a plan: the file's own district, and those that adopted the plan before."""

from collections.abc import Mapping

from base.sync import Changes
from schools.models import Section
from targets.loader.draft import Draft, Item
from targets.loader.spec import amount
from targets.models import AdoptedTarget, Target
from tasks.actions import adopt, take_on_new_tasks
from tasks.models import Adoption, Plan

OWN = ["baseline_value", "baseline_date", "baseline_source", "ok_at", "warn_at"]


def store_adoptions(draft: Draft, plan: Plan, targets: Mapping[str, Target], changes: Changes) -> None:
    """The file's district takes on everything as the file says; others only what is new in the plan."""
    own = adopt(plan, draft.adoption.data, changes=changes) if draft.adoption else None
    if own:
        _take_on_targets(draft, own, targets, changes)
    for adoption in Adoption.objects.filter(plan=plan).exclude(pk=own and own.pk).select_related("district"):
        take_on_new_tasks(adoption, changes=changes)
        _take_on_new_targets(draft, adoption, targets, changes)


def section_code(item: Item, draft: Draft) -> str | None:
    """Of the section that answers for a target of the file: its own, else that of its task; None if none is named."""
    task = draft.numbers("task").get(item.item("home").get("task"))
    return item.get("section") or (task.get("section") if task else None)


def _take_on_targets(draft: Draft, adoption: Adoption, targets: Mapping[str, Target], changes: Changes) -> None:
    """The responsible section of every target; baselines and thresholds where the file names them."""
    stored = {one.target_id: one for one in adoption.targets.select_related("section")}
    baselines = {item.get("target"): item for item in draft.adoption.items("baselines")}
    thresholds = {item.get("target"): item for item in draft.adoption.items("thresholds")}
    wanted = list(_assigned(draft, adoption, targets).values())
    for one in wanted:
        code = one.target.code
        _keep_own(one, stored.get(one.target_id))
        _take_own(one, baselines.get(code), thresholds.get(code))
    changes.sync(stored.values(), wanted, key="target_id", fields=["section", *OWN])


def _take_on_new_targets(draft: Draft, adoption: Adoption, targets: Mapping[str, Target], changes: Changes) -> None:
    stored = set(adoption.targets.values_list("target__code", flat=True))
    new = [one for code, one in _assigned(draft, adoption, targets).items() if code not in stored]
    changes.sync((), new, key="target_id", fields=["section"])


def _assigned(draft: Draft, adoption: Adoption, targets: Mapping[str, Target]) -> dict[str, AdoptedTarget]:
    """Every target with the section that answers for it, unsaved, by code."""
    sections = {section.code: section for section in Section.objects.filter(district=adoption.district_id)}
    assigned = {}
    for item in draft.targets:
        section = sections.get(section_code(item, draft) or "")
        if section:
            code = item.get("code")
            assigned[code] = AdoptedTarget(adoption=adoption, target=targets[code], section=section)
    return assigned


def _keep_own(one: AdoptedTarget, stored: AdoptedTarget | None) -> None:
    for name in OWN if stored else ():
        setattr(one, name, getattr(stored, name))


def _take_own(one: AdoptedTarget, baseline: Item | None, thresholds: Item | None) -> None:
    if baseline:
        one.baseline_value = amount(baseline, "value")
        one.baseline_date, one.baseline_source = baseline.get("date"), baseline.get("source")
    if thresholds:
        one.ok_at, one.warn_at = amount(thresholds, "ok_at"), amount(thresholds, "warn_at")
