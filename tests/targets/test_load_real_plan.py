"""The three-year plan itself loads, and loads again without a change."""

from collections import Counter
from pathlib import Path

import pytest
from django.db.models import Q

from targets.loader import load_plan
from targets.models import AdoptedTarget, Clause, ClauseNumber, Element, Target, TargetDefinition
from tasks.models import Action, AdoptedTask, Objective, Plan, Safeguard, Task

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parents[2] / "fixtures" / "plan_2023_2025.yaml"


@pytest.fixture
def loaded(db):
    return load_plan(FILE, by=None)


def test_the_plan_has_its_seven_actions_and_26_tasks(loaded):
    parts = [model.objects.count() for model in (Plan, Objective, Action, Task, Safeguard)]
    assert parts == [1, 7, 7, 26, 3]
    assert list(Task.objects.values_list("no", flat=True)) == list(range(1, 27))
    assert AdoptedTask.objects.count() == 26


def test_every_target_has_a_definition_and_a_section(loaded):
    targets = Target.objects.count()
    assert TargetDefinition.objects.filter(version=1).count() == targets
    assert AdoptedTarget.objects.count() == targets


def test_every_task_has_a_target_and_at_least_85_targets_are_counted(loaded):
    assert not Task.objects.filter(targets=None).exists()
    measures = Counter(TargetDefinition.objects.values_list("measure", flat=True))
    assert measures.total() - measures["judgement"] >= 85


def test_evidence_is_asked_where_a_paper_exists(loaded):
    asking = Element.objects.filter(evidence=True)
    assert asking.count() == 22
    assert not asking.filter(Q(unit="人") | Q(value_type__in=["verdict", "decimal"])).exists()


def test_it_loads_again_without_a_change(loaded):
    again = load_plan(FILE, by=None).changes
    assert again.is_empty
    assert {(tally.created, tally.changed, tally.versions) for tally in again.tallies.values()} == {(0, 0, 0)}


def test_every_number_of_it_is_accounted_for(loaded):
    numbers = ClauseNumber.objects.filter(clause__plan=loaded.plan)
    assert (numbers.count(), numbers.exclude(target=None).count(), numbers.exclude(none="").count()) == (397, 291, 106)
    assert not Clause.objects.filter(summary="").exists()
    assert set(Target.objects.filter(numbers=None).values_list("code", flat=True)) == {"SUPERVISION", "IDEOLOGY"}
