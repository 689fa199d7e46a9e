"""Small books for the tests of the core: a few words each, everything else has a default."""

import datetime
from collections.abc import Callable, Iterable

import numpy as np

from base.quarters import Period, Quarter
from targets.core.model import (
    DISTRICT,
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

BUREAU = Unit("bureau", About.BUREAU, Quarter.parse("2000Q1"))


def quarter(text: str) -> Quarter:
    return Quarter.parse(text)


def day(text: str) -> int:
    """A date as a value."""
    return datetime.date.fromisoformat(text).toordinal()


def stock(code: str, asked: Iterable[int] = (1, 2, 3, 4), **rest: object) -> Element:
    return element(code, PeriodKind.STOCK, asked, **rest)


def flow(code: str, asked: Iterable[int] = (1, 2, 3, 4), **rest: object) -> Element:
    return element(code, PeriodKind.FLOW, asked, **rest)


def element(
    code: str,
    kind: PeriodKind,
    asked: Iterable[int],
    about: str = "school",
    stages: str = "",
    value_type: str = "decimal",
) -> Element:
    return Element(code, kind, frozenset(asked), About(about), frozenset(stages.split()), ValueType(value_type))


def school(
    code: str,
    stages: str = "primary",
    ownership: str = "public",
    opened: str = "2010Q3",
    closed: str | None = None,
    then: tuple[tuple[str, str, str], ...] = (),
) -> Unit:
    """``then``: later facts as (quarter, stages, ownership)."""
    facts = [Facts(quarter(opened), frozenset(stages.split()), ownership)]
    facts += [Facts(quarter(since), frozenset(more.split()), owner) for since, more, owner in then]
    return Unit(code, About.SCHOOL, quarter(opened), quarter(closed) if closed else None, tuple(facts))


def schools(count: int) -> list[Unit]:
    return [school(f"S{number}") for number in range(1, count + 1)]


def goal(
    due: str,
    value: float | None = None,
    comparator: str = ">=",
    basis: str = "absolute",
    pacing: str = "linear",
    maximum: float | None = None,
) -> Goal:
    return Goal(quarter(due), Comparator(comparator), value, maximum, Basis(basis), Pacing(pacing))


def target(measure: Measure, goals: tuple[Goal, ...], **rest: object) -> Target:
    """Words instead of enums; ``baseline=(value, quarter)``."""
    if baseline := rest.pop("baseline", None):
        rest |= {"baseline_value": baseline[0], "baseline_at": quarter(baseline[1])}
    rest["window"] = Window(rest.get("window", "year"))
    rest["goal_scope"] = GoalScope(rest.get("goal_scope", "district"))
    rest["stages"] = frozenset(str(rest.get("stages", "")).split())
    return Target(str(rest.pop("code", "T")), measure, goals, **rest)


def ratio(numerator: str, denominator: str, *goals: Goal, **rest: object) -> Target:
    """A rate in per cent."""
    terms = {"numerator": tuple(numerator.split()), "denominator": tuple(denominator.split())}
    return target(Measure.RATIO, goals, **{"scale": 100.0, "decimals": 1} | terms | rest)


def share(code: str, comparator: str, threshold: float, *goals: Goal, per: str | None = None, **rest: object) -> Target:
    condition = Condition(code, Comparator(comparator), threshold, per)
    return target(Measure.SHARE, goals, **{"condition": condition, "decimals": 1} | rest)


def count(numerator: str, *goals: Goal, **rest: object) -> Target:
    return target(Measure.COUNT, goals, numerator=tuple(numerator.split()), **rest)


def milestone(code: str, *goals: Goal, **rest: object) -> Target:
    return target(Measure.MILESTONE, goals, numerator=(code,), **rest)


def judgement(code: str, *goals: Goal, **rest: object) -> Target:
    return target(Measure.JUDGEMENT, goals, numerator=(code,), **rest)


def book(
    targets: Target | list[Target],
    values: dict[str, str],
    units: Iterable[Unit] = (),
    elements: Iterable[Element] = (),
    start: str = "2023Q1",
    end: str = "2025Q4",
) -> Book:
    """``values`` reads ``{"S1 KIDS": "2024Q3=95 2024Q4=96"}``. Elements not given are stocks of schools, asked each
    quarter. Units not given are the school S1 and the bureau."""
    targets = [targets] if isinstance(targets, Target) else targets
    units = [*units] or [school("S1"), BUREAU]
    given = {element.code: element for element in elements}
    codes = dict.fromkeys(code for each in targets for code in each.elements)
    elements = [given.get(code) or stock(code) for code in codes]
    first = quarter("2021Q1")
    cube = np.full((len(units), len(elements), 28), np.nan)
    rows = {unit.code: number for number, unit in enumerate(units)}
    columns = {code: number for number, code in enumerate(codes)}
    for key, cells in values.items():
        unit, code = key.split()
        for cell in cells.split():
            when, value = cell.split("=")
            cube[rows[unit], columns[code], quarter(when) - first] = float(value)
    return Book(quarter(start), quarter(end), tuple(elements), tuple(targets), tuple(units), cube, first)


def result(measure: Callable, book: Book, period: str, scope: str = DISTRICT):
    """The one row of a scope in a book with one target."""
    (row,) = [row for row in measure(book, Period.parse(period)) if row.scope == scope]
    return row


def scopes(measure: Callable, book: Book, period: str) -> list[str]:
    return sorted(row.scope for row in measure(book, Period.parse(period)))
