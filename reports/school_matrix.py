"""学校×指标: how every school stands on each target that holds for it, an action at a time; none of sensitive ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.urls import reverse

from reports.charts import Chart, builders
from reports.models import Measurement, Result, Status
from reports.queries import ResultQuerySet
from reports.readings import Reading
from reports.tally import RED, Counts, counts_of
from schools.models import Stage, Unit
from targets.models import GoalScope, TargetDefinition
from tasks.models import Action

ROWS = 60  # schools on a page


@dataclass(frozen=True)
class SchoolMatrix:
    """``definitions``: the columns; ``cells``: by school and target, of the schools on ``page``."""

    measurement: Measurement
    action: Action
    definitions: list[TargetDefinition]
    page: Page
    cells: Mapping[tuple[int, int], Reading] = field(repr=False)

    @cached_property
    def counts(self) -> Counts:
        return counts_of(one.status for one in self.cells.values())

    @cached_property
    def chart(self) -> Chart:
        last, plan = self.measurement.period.last, self.measurement.adoption.plan.code
        data = {
            "columns": [{"label": str(n), "name": one.name} for n, one in enumerate(self.definitions, 1)],
            "rows": [{"label": unit.facts_in(last).name, "cells": self._row(unit)} for unit in self.page],
        }
        links = [f"{reverse('reports:health', args=[plan, unit.code])}?{self.measurement.query}" for unit in self.page]
        note = "红格、黄格多的学校在前。列的编号见上，空格为不涉及该校。"
        return Chart("matrix", f"{self.action.name}：各校各项目标", builders.build_heat_chart(data), note, links=links)

    def _row(self, unit: Unit) -> list[dict[str, str] | None]:
        found = [self.cells.get((unit.pk, one.target_id)) for one in self.definitions]
        return [one and {"status": one.status, "shown": one.value} for one in found]


def rated_definitions(measurement: Measurement) -> list[TargetDefinition]:
    """Of the targets of tasks that hold for every school, in the plan's order, with their actions."""
    found = TargetDefinition.objects.filter(pk__in=_rated(measurement).order_by().values("definition"))
    found = found.filter(target__task__isnull=False).select_related("target__task__action").prefetch_related("goals")
    return list(found.order_by("target__position"))


def actions_of(definitions: Sequence[TargetDefinition]) -> list[Action]:
    found = {one.target.task.action for one in definitions}
    return sorted(found, key=lambda action: action.no)


def school_matrix(
    measurement: Measurement, definitions: Sequence[TargetDefinition], action: Action, stage: str, at: int
) -> SchoolMatrix:
    """Three queries, however many schools. ``definitions``: of all actions; ``stage``: empty for all; ``at``: the
    page."""
    columns = {one.pk: one for one in definitions if one.target.task.action_id == action.pk}
    rated = _rated(measurement).filter(definition__in=columns)
    page = Paginator(_schools(measurement, rated, stage), ROWS).get_page(at)
    cells = {}
    for result in rated.filter(unit__in=[unit.pk for unit in page]):
        result.definition = columns[result.definition_id]
        cells[result.unit_id, result.target_id] = Reading(result)
    return SchoolMatrix(measurement, action, list(columns.values()), page, cells)


def _rated(measurement: Measurement) -> ResultQuerySet:
    """The schools' results that have a status of their own and may be seen by the whole bureau."""
    found = Result.objects.filter(measurement=measurement, definition__goal_scope=GoalScope.EACH)
    return found.of_units().without_sensitive_units()


def _schools(measurement: Measurement, rated: ResultQuerySet, stage: str) -> Sequence[Unit]:
    """The worst first."""
    red, amber = Q(results__status__in=RED), Q(results__status=Status.AT_RISK)
    schools = measurement.adoption.district.units.with_facts().filter(results__in=rated.order_by())
    tallied = schools.annotate(red=Count("results", filter=red), amber=Count("results", filter=amber))
    found = [one for one in tallied if not stage or stage in one.facts_in(measurement.period.last).stages]
    return sorted(found, key=lambda one: (-one.red, -one.amber, one.code))


def choices_of(actions: Sequence[Action]) -> dict[str, list[tuple[str, str]]]:
    return {
        "action": [(str(action.no), action.name) for action in actions],
        "stage": [("", "全部"), *Stage.choices],
    }
