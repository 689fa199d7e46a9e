"""Loading a plan file: read → check its shape → check its meaning → store, all or nothing (docs/plan-file.md).

    outcome = load_plan("fixtures/plan_2023_2025.yaml", by=None)

raises PlanFileError with every problem found; the outcome says what was made and changed.
"""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from base.sync import Changes
from schools.models import User
from targets.loader.draft import Draft
from targets.loader.meaning import faults_of_meaning
from targets.loader.problems import PlanFileError, Problem
from targets.loader.shape import faults_of_shape
from targets.loader.source import Source, read
from targets.loader.store import store
from targets.loader.world import World
from tasks.models import Plan

__all__ = ["Outcome", "PlanFileError", "Problem", "check_plan", "load_plan"]


@dataclass(frozen=True, slots=True)
class Outcome:
    plan: Plan
    changes: Changes


def load_plan(file: str | Path, *, by: User | None) -> Outcome:
    """Bring the database in line with a plan file; raises PlanFileError, and changes nothing, if anything is wrong.

    ``by`` is None for the system's own command. A second run with the same file changes nothing.
    """
    source = read(file)
    with transaction.atomic():
        world = _checked(source)
        changes = Changes(by=by, why=f"载入 {source.file}")
        plan = store(world, changes)
        changes.record()
    return Outcome(plan, changes)


def check_plan(file: str | Path) -> None:
    """Raise PlanFileError with everything that would keep ``load_plan`` from loading the file."""
    _checked(read(file))


def _checked(source: Source) -> World:
    """The file beside the database, free of faults."""
    faults = faults_of_shape(source.data)
    world = World(Draft(source, faults))
    faults += faults_of_meaning(world)
    if faults:
        problems = {source.problem(fault): None for fault in faults}
        raise PlanFileError(sorted(problems, key=lambda problem: problem.line or 0))
    return world
