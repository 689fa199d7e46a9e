"""The second step of checking: what a shape cannot say. Every check is a function that yields faults."""

from collections.abc import Callable, Iterator

from targets.loader.check_adoption import check_adoption
from targets.loader.check_checks import check_checks
from targets.loader.check_clauses import check_clauses
from targets.loader.check_goals import check_goals
from targets.loader.check_plan import check_elements, check_plan
from targets.loader.check_stored import check_stored
from targets.loader.check_targets import check_targets
from targets.loader.problems import Fault
from targets.loader.world import World

CHECKS: tuple[Callable[[World], Iterator[Fault]], ...] = (
    check_plan,
    check_elements,
    check_targets,
    check_goals,
    check_clauses,
    check_checks,
    check_adoption,
)


def faults_of_meaning(world: World) -> list[Fault]:
    """Everything that contradicts itself, the database or measurement.md."""
    faults = [fault for check in CHECKS for fault in check(world)]
    return [*faults, *check_stored(world.after(faults))]
