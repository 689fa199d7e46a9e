"""Words for reading the definitions of targets."""

from typing import TYPE_CHECKING, Self

from django.db import models

from base.quarters import Quarter

if TYPE_CHECKING:
    from targets.models import TargetDefinition
    from tasks.models import Adoption, Plan


class TargetDefinitionQuerySet(models.QuerySet["TargetDefinition"]):
    def with_parts(self) -> Self:
        """Terms with their elements and goals, in a fixed number of queries."""
        return self.select_related("target__task__action", "target__safeguard", "target__objective").prefetch_related(
            "terms__element", "goals"
        )


def definitions_in_force(adoption: "Adoption", quarter: Quarter) -> "list[TargetDefinition]":
    """Of every target of the plan the definition in force in ``quarter`` (the first one if that is earlier), with its
    parts, in the plan's order."""
    from targets.models import TargetDefinition

    chosen: dict[int, TargetDefinition] = {}
    for definition in (
        TargetDefinition.objects.with_parts()
        .filter(target__plan_id=adoption.plan_id)
        .order_by("target__position", "target_id", "since")
    ):
        if definition.since <= quarter or definition.target_id not in chosen:
            chosen[definition.target_id] = definition
    return list(chosen.values())


def latest_definitions(plan: "Plan") -> "list[TargetDefinition]":
    """Of every target of the plan the newest version, with its parts, in the plan's order."""
    from targets.models import TargetDefinition

    newest = {
        definition.target_id: definition
        for definition in TargetDefinition.objects.with_parts()
        .filter(target__plan=plan)
        .order_by("target__position", "target_id", "version")
    }
    return list(newest.values())
