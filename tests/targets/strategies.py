"""Hypothesis strategies for valid books: whatever the loader would let through (measurement.md §2, §4), but small."""

import numpy as np
from hypothesis import strategies as st

from base.quarters import Period, Quarter
from targets.core.model import (
    About,
    Basis,
    Book,
    Comparator,
    Condition,
    Element,
    Facts,
    Goal,
    GoalScope,
    Measure,
    Pacing,
    PeriodKind,
    Target,
    Unit,
    ValueType,
    Window,
)
from tests.targets.books import BUREAU, day, quarter

FIRST, LENGTH = quarter("2021Q1"), 24
STAGES = ["primary", "junior"]
MORE = [Comparator.AT_LEAST, Comparator.MORE, Comparator.BETWEEN]
LESS = [Comparator.AT_MOST, Comparator.LESS]
LAST_YEAR = [Basis.LAST_YEAR_TIMES, Basis.LAST_YEAR_PLUS]
ASKED = {
    PeriodKind.STOCK: [{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, 4}, {3}, {1, 3}, {4}],
    PeriodKind.FLOW: [{1, 2, 3, 4}, {1, 2, 3, 4}, {2, 4}, {4}, {3}],
}
NUMBERS = [10, 8, 9, 12, 16, 18, 19, 20, 24, 25, 1, 2, 0, None]
VALUES = {
    ValueType.DECIMAL: NUMBERS,
    ValueType.BOOLEAN: [1, 0, None],
    ValueType.VERDICT: [2, 1, 0, None],
    ValueType.DATE: [day("2022-11-30"), day("2023-12-31"), day("2024-01-01"), day("2025-06-30"), None],
}
GOAL_VALUES = [95, 100, 10, 20, 33.3, 40, 50, 60, 75, 80, 90, 96, 120, 9, 2.5, 1, 0]
DELTAS = [0, 1, -1, 0.5, -0.5, 10, -10]
FACTORS = [0.5, 0.9, 1, 1.1, 1.3]
PACES = [Pacing.LINEAR, Pacing.LINEAR, Pacing.LINEAR, Pacing.STEP]

some = st.sampled_from
flags = st.booleans()
rarely = st.integers(0, 9).map(lambda n: n == 9)
plan_quarters = st.integers(quarter("2023Q1"), quarter("2025Q4")).map(Quarter)
any_quarters = st.integers(FIRST, FIRST + LENGTH - 1).map(Quarter)
PARTS = ("", "H1", "H2", "Q1", "Q2", "Q3", "Q4")
TEXTS = [f"{year}{part}" for year in (2023, 2024, 2024, 2025, 2025) for part in PARTS] + ["2022H2", "2026H1", "2026"]
periods = some(TEXTS).map(Period.parse)
changes = st.just([]) | st.lists(some([quarter(f"{y}Q{n}") for y in (2023, 2024) for n in (1, 2, 3, 4)]), max_size=2)
stage_sets = some([(), (), (), ("primary",), ("junior",), ("primary", "junior")]).map(frozenset)


@st.composite
def schools(draw, code):
    opened = draw(st.just(quarter("2010Q3")) | st.just(quarter("2010Q3")) | any_quarters)
    closed = draw(st.none() | st.none() | any_quarters)
    closed = None if closed is None or closed <= opened else closed
    facts = []
    for since in [opened, *sorted(draw(changes))]:
        if not facts or since > facts[-1].since:
            stages = draw(st.frozensets(some(STAGES), min_size=1, max_size=2))
            facts.append(Facts(since, stages, draw(some(["public", "private"]))))
    return Unit(code, About.SCHOOL, opened, closed, tuple(facts))


@st.composite
def elements(draw, code, about, value_type=None):
    kind = PeriodKind.STOCK if value_type else draw(some([PeriodKind.STOCK, PeriodKind.STOCK, PeriodKind.FLOW]))
    value_type = value_type or draw(some([ValueType.DECIMAL] * 4 + [ValueType.BOOLEAN]))
    stages = draw(stage_sets) if about is About.SCHOOL else frozenset()
    return Element(code, kind, frozenset(draw(some(ASKED[kind]))), about, stages, value_type)


@st.composite
def goals(draw, measure, may_look_back):
    found = []
    for due in sorted(draw(st.sets(plan_quarters, min_size=1, max_size=4))):
        pacing = draw(some(PACES))
        if measure is Measure.JUDGEMENT:
            found.append(Goal(due))
        elif measure is Measure.MILESTONE:
            found.append(Goal(due, draw(some([Comparator.EQUAL, Comparator.AT_LEAST])), 1.0, pacing=pacing))
        else:
            found.append(draw(numeric_goals(due, pacing, may_look_back)))
    return tuple(found)


@st.composite
def numeric_goals(draw, due, pacing, may_look_back):
    comparator = draw(some(MORE + LESS))
    if comparator is Comparator.BETWEEN:
        low = draw(some(GOAL_VALUES))
        return Goal(due, comparator, float(low), low + 10.0, pacing=pacing)
    bases = [Basis.ABSOLUTE, Basis.ABSOLUTE, Basis.BASELINE_PLUS, *(LAST_YEAR if may_look_back else [])]
    basis = draw(some(bases))
    values = {Basis.ABSOLUTE: GOAL_VALUES, Basis.LAST_YEAR_TIMES: FACTORS}.get(basis, DELTAS)
    return Goal(due, comparator, float(draw(some(values))), basis=basis, pacing=pacing)


@st.composite
def terms(draw, measure, pool):
    """Numerator, denominator and condition out of elements about the same kind."""
    if measure is Measure.SHARE:
        per = draw(st.none() | some(pool))
        threshold = draw(some([0.0, 0.5, 0.96, 1.0, 2.0]))
        comparator = draw(some([Comparator.AT_LEAST, Comparator.MORE, *LESS]))
        return {"condition": Condition(draw(some(pool)), comparator, threshold, per)}
    if measure is Measure.COUNT:
        first = draw(some(pool))
        return {"numerator": tuple(draw(st.lists(some(pool), max_size=1, unique=True).map(lambda x: {first, *x})))}
    numerator = tuple(draw(st.lists(some(pool), min_size=1, max_size=2, unique=True)))
    denominator = tuple(draw(st.lists(some(pool), min_size=1, max_size=2, unique=True)))
    return {"numerator": numerator, "denominator": denominator, "scale": draw(some([1.0, 100.0, 100.0, 1000.0]))}


@st.composite
def targets(draw, code, found):
    measure = draw(some([*Measure, Measure.RATIO, Measure.SHARE, Measure.COUNT]))
    about = draw(some([About.SCHOOL, About.SCHOOL, About.SCHOOL, About.BUREAU]))
    if measure in (Measure.MILESTONE, Measure.JUDGEMENT):
        parts = {"numerator": (draw(some(["DATE", "DONE"] if measure is Measure.MILESTONE else ["VERDICT"])),)}
    else:
        plain = (ValueType.DECIMAL, ValueType.BOOLEAN)
        pool = [e for e in found if e.about is about and e.value_type in plain and e.code != "DONE"]
        if measure is Measure.COUNT:
            kind = draw(some(sorted({e.period_kind for e in pool})))
            pool = [e for e in pool if e.period_kind is kind]
        parts = draw(terms(measure, [e.code for e in pool]))
    window = draw(some(list(Window)))
    bare = Target(code, measure, (), window=window, **parts)
    kinds = {e.period_kind for e in found if e.code in bare.elements}
    look_back = len(kinds) == 1 and (PeriodKind.STOCK in kinds or window is not Window.PLAN)
    chosen = draw(goals(measure, look_back))
    only_district = measure not in (Measure.RATIO, Measure.SHARE) or any(
        goal.basis is Basis.BASELINE_PLUS for goal in chosen
    )
    scope = GoalScope.DISTRICT if only_district else draw(some(list(GoalScope)))
    baseline = draw(st.none() | st.tuples(some(GOAL_VALUES), st.just(quarter("2022Q4")) | any_quarters))
    return Target(
        code,
        measure,
        chosen,
        window=window,
        stages=draw(stage_sets),
        ownership=draw(some(["", "", "", "public", "private"])),
        goal_scope=scope,
        decimals=draw(st.integers(0, 2)),
        soft=draw(flags),
        pending=draw(rarely),
        ok_at=draw(some([1.0, 1.0, 0.9])),
        warn_at=draw(some([0.8, 0.8, 0.5])),
        baseline_value=None if baseline is None else float(baseline[0]),
        baseline_at=None if baseline is None else baseline[1],
        **parts,
    )


@st.composite
def books(draw, target_strategy=targets):
    units = [draw(schools(f"S{number}")) for number in range(draw(st.integers(1, 4)))]
    units.insert(draw(st.integers(0, len(units))), BUREAU)
    found = [draw(elements(f"E{number}", About.SCHOOL)) for number in range(draw(st.integers(1, 4)))]
    found += [draw(elements(f"B{number}", About.BUREAU)) for number in range(draw(st.integers(1, 2)))]
    for kind in (ValueType.DATE, ValueType.VERDICT):
        found.append(draw(elements(kind.value.upper(), About.BUREAU, kind)))
    found.append(draw(elements("DONE", About.BUREAU, ValueType.BOOLEAN)))
    chosen = [draw(target_strategy(f"T{number}", found)) for number in range(draw(st.integers(1, 3)))]
    start = draw(some([quarter("2023Q1"), quarter("2023Q1"), quarter("2022Q4"), quarter("2023Q3")]))
    values = draw(cubes(units, found, {code for target in chosen for code in target.elements}))
    return Book(start, quarter("2025Q4"), tuple(found), tuple(chosen), tuple(units), values, FIRST)


@st.composite
def cubes(draw, units, found, used):
    """Each series repeats a short pattern with blanks. Values stand where they may be entered: asked and open."""
    cube = np.full((len(units), len(found), LENGTH), np.nan)
    for u, unit in enumerate(units):
        for e, element in enumerate(found):
            if element.about is not unit.kind or element.code not in used:
                continue
            pattern = draw(st.lists(some(VALUES[element.value_type]), min_size=1, max_size=6))
            for q in range(LENGTH):
                at = FIRST + q
                is_open = unit.opened <= at and (unit.closed is None or at < unit.closed)
                value = pattern[q % len(pattern)]
                if is_open and at.number in element.asked_in and value is not None:
                    cube[u, e, q] = value
    return cube
