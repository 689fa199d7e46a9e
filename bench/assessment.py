"""A year's assessment in the core, as the preview of a scheme scores it: 1,000 schools × 60 targets against the same
sums in bare numpy on the same arrays, and how it grows from 100 schools on. Seconds, also of the exact sheets line by
line (what is stored), are said beside. All in processor time: nothing here waits.

    python bench/assessment.py --json FILE
"""

import gc
import random
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from common import Line, line, ratio, run, seconds

FEW, MANY, TARGETS = 100, 1000, 60
PAIRS = 25


def measured() -> list[Line]:
    from targets.core.grading import grade
    from targets.core.scoring import Scheme, score
    from targets.core.totals import table_of, totals_of

    scheme = Scheme("primary", {f"T{n}": Fraction(3, 2) for n in range(TARGETS)}, timeliness=Fraction(10))
    everybody = [brought(number, scheme) for number in range(MANY)]
    some = everybody[:60]
    table, few = table_of(scheme, everybody), table_of(scheme, everybody[:FEW])
    schemes = {"primary": scheme}

    def scored(what: Any) -> Callable[[], Any]:
        return lambda: totals_of(schemes, [what])

    if grade(schemes, scored(table)()) != grade(schemes, [score(scheme, one) for one in everybody]):
        raise SystemExit("The grades are not those of the exact sheets.")
    least = bare(scheme, table)
    collected = ratio(scored(table), scored(few), PAIRS, clock=time.process_time)
    gc.collect()
    gc.freeze()  # what schools bring is there before, and not to be walked through
    totals = scored(table)()
    say("scoring", scored(table))
    say("the same sums in bare numpy", least)
    say("grading", lambda: grade(schemes, totals))
    say("putting what schools bring into arrays", lambda: table_of(scheme, everybody), 3)
    say("all of it for 60 schools", lambda: grade(schemes, totals_of(schemes, [table_of(scheme, some)])))
    say("their sheets exactly", lambda: [score(scheme, one) for one in some], 3)
    say("every sheet exactly, line by line", lambda: [score(scheme, one) for one in everybody], 3)
    against_numpy = ratio(scored(table), least, PAIRS, clock=time.process_time)
    grown = ratio(scored(table), scored(few), PAIRS, clock=time.process_time)
    return [
        line("scoring 1,000 schools × 60 targets, against the same sums in bare numpy", against_numpy, 5),
        line("scoring 1,000 schools, against 100", grown, 11),
        line("the same while Python's collector walks through what schools bring", collected, 11),
    ]


def brought(number: int, scheme: Any) -> Any:
    """Rates of a school, some of them reached, some not rated, some missing."""
    from targets.core.model import Measure, Status
    from targets.core.scoring import Brought, Figure

    dice = random.Random(number)
    rated = [Status.ACHIEVED, Status.ON_TRACK, Status.AT_RISK, Status.BEHIND, Status.OVERDUE]
    able = dice.uniform(0.5, 1)

    def figure() -> Figure:
        pupils = dice.randint(20, 900)
        status = dice.choice([*rated * 3, Status.NOT_DUE, Status.NO_DATA])
        return Figure(status, Measure.RATIO, value=100 * dice.randint(int(able * pupils), pupils) / pupils, goal=95.0)

    figures = {target: figure() for target in scheme.lines}
    return Brought(f"S{number}", scheme.category, figures, quarters_due=4, quarters_in_time=dice.randint(2, 4))


def bare(scheme: Any, table: Any) -> Callable[[], Any]:
    """Attainments, points, totals and their order, with nothing looked at twice."""
    from targets.core.model import Status
    from targets.core.totals import ABSENT, CODE

    weights = np.array([float(weight) for weight in scheme.lines.values()])
    timeliness = float(scheme.timeliness)
    out = [CODE[status] for status in (Status.NOT_DUE, Status.NOT_RATED, Status.NO_BASELINE)] + [ABSENT]
    leaves = np.isin(np.arange(ABSENT + 1), out)

    def work() -> Any:
        reached = np.clip(table.value / table.goal, 0.0, 1.0)
        reached = np.where(table.status == CODE[Status.ACHIEVED], 1.0, reached)
        reached = np.where(table.status == CODE[Status.NO_DATA], 0.0, reached)
        stays = ~leaves[table.status]
        staying = stays @ weights + timeliness
        points = np.where(stays, reached, 0.0) @ weights + table.timeliness * timeliness
        totals = np.clip(100 * points / staying + table.extra, 0.0, 105.0)
        return totals, np.argsort(-totals)

    return work


def say(what: str, work: Callable[[], object], runs: int = PAIRS) -> None:
    sys.stderr.write(f"{what}: {1000 * seconds(work, runs, time.process_time):.1f} ms\n")


if __name__ == "__main__":
    run(measured, bare=True)
