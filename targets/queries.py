"""Words for reading the definitions of targets."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from django.db import models
from django.db.models import FilteredRelation, Q

from base.quarters import Quarter

if TYPE_CHECKING:
    from targets.models import TargetDefinition
    from tasks.models import Adoption, Plan


class Dated(Protocol):
    since: Quarter


Version = TypeVar("Version", bound=Dated)


class TargetDefinitionQuerySet(models.QuerySet["TargetDefinition"]):
    def with_parts(self) -> Self:
        """Terms with their elements and goals, in a fixed number of queries."""
        return self.select_related("target__task__action", "target__safeguard", "target__objective").prefetch_related(
            "terms", "goals"
        )

    def with_own(self, adoption: "Adoption") -> Self:
        """``own``: what the district has made of the target, its AdoptedTarget with its section."""
        return self.annotate(own=own_part(adoption)).select_related("own__section")

    def versions_of(self, plan: "Plan | int") -> "list[list[TargetDefinition]]":
        """All versions of every target of the plan, oldest first; the targets in the plan's order."""
        ordered = self.filter(target__plan=plan).order_by("target__position", "target_id", "since")
        return [list(versions) for _, versions in groupby(ordered, key=lambda definition: definition.target_id)]


def own_part(adoption: "Adoption") -> FilteredRelation:
    """To be read as ``own`` with rows that have a target; None where the district has not adopted it."""
    return FilteredRelation("target__adopted", condition=Q(target__adopted__adoption=adoption))


def in_force(versions: Sequence[Version], quarter: Quarter) -> Version:
    """Of the versions of one definition, oldest first, the newest that holds in ``quarter``; else the first one."""
    return next((version for version in reversed(versions) if version.since <= quarter), versions[0])


def definitions_in_force(adoption: "Adoption", quarter: Quarter) -> "list[TargetDefinition]":
    """Of every target of the plan the definition in force in ``quarter``, with its parts, in the plan's order."""
    from targets.models import TargetDefinition

    versions = TargetDefinition.objects.with_parts().versions_of(adoption.plan_id)
    return [in_force(one, quarter) for one in versions]


def latest_definitions(plan: "Plan") -> "list[TargetDefinition]":
    """Of every target of the plan the newest version, with its parts, in the plan's order."""
    from targets.models import TargetDefinition

    return [versions[-1] for versions in TargetDefinition.objects.with_parts().versions_of(plan)]
