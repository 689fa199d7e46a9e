"""What the totals of a year's assessment are worth: categories, quota, grades, bands (measurement.md §9)."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from .scoring import Grade, Scheme, Score

FEWEST = 4  # assessed: a category with fewer is graded together with another


class Band(StrEnum):
    """Where somebody stands among those who are graded together, told by thirds. Equals stand in the same one."""

    UPPER = "upper"
    MIDDLE = "middle"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Graded:
    """``group``: the categories that were graded together. Of who is not assessed the rest is None; ``band`` also
    where fewer than four are assessed."""

    code: str
    group: tuple[str, ...]
    grade: Grade | None = None
    band: Band | None = None


class Total(NamedTuple):
    """What grading needs of a sheet. ``total``: exact, or a float where nothing hangs on its error (totals.py); None:
    not assessed."""

    code: str
    category: str
    best_grade: Grade
    total: Fraction | float | None


Sheets = Sequence[Score | Total]
RANK = {grade: rank for rank, grade in enumerate(Grade)}


def grade(schemes: Mapping[str, Scheme], sheets: Sheets) -> list[Graded]:
    """The grades of ``sheets``, in their order; ``schemes`` by category."""
    groups = groups_of(schemes, sheets)
    found: dict[str, Graded] = {}
    for group in set(groups.values()):
        found |= _graded(schemes, group, [sheet for sheet in sheets if sheet.category in group])
    return [found[sheet.code] for sheet in sheets]


def groups_of(schemes: Mapping[str, Scheme], sheets: Sheets) -> dict[str, tuple[str, ...]]:
    """By category: those graded together with it, itself included, in the order of ``schemes``."""
    assessed = {category: 0 for category in schemes}
    for sheet in sheets:
        assessed[sheet.category] += sheet.total is not None
    together = {category: {category} for category in schemes}
    for category, scheme in schemes.items():
        if assessed[category] < FEWEST and scheme.merge_into is not None:
            union = together[category] | together[scheme.merge_into]
            together |= dict.fromkeys(union, union)
    return {category: tuple(one for one in schemes if one in together[category]) for category in schemes}


def _graded(schemes: Mapping[str, Scheme], group: tuple[str, ...], sheets: Sheets) -> dict[str, Graded]:
    totals = sorted(sheet.total for sheet in sheets if sheet.total is not None)
    excellent = _excellent(schemes, sheets)
    found = {}
    for sheet in sheets:
        if sheet.total is None:
            found[sheet.code] = Graded(sheet.code, group)
            continue
        worth = Grade.EXCELLENT if sheet.code in excellent else _below_excellent(schemes[sheet.category], sheet.total)
        final = max(worth, sheet.best_grade, key=RANK.__getitem__)
        found[sheet.code] = Graded(sheet.code, group, final, _band(sheet.total, totals))
    return found


def _excellent(schemes: Mapping[str, Scheme], sheets: Sheets) -> set[str]:
    """Codes of those with the highest totals within the quota; who is tied across its edge is not among them.

    The quota is counted of all who are assessed, but who is vetoed takes no place in it.
    """
    places, wanted = places_of(schemes, sheets), wanted_of(schemes, sheets)
    if len(wanted) <= places:
        return {one.code for one in wanted}
    first_without = wanted[places].total
    return {one.code for one in wanted[:places] if one.total > first_without}


def places_of(schemes: Mapping[str, Scheme], sheets: Sheets) -> int:
    """How many of a group may be excellent."""
    assessed = Counter(sheet.category for sheet in sheets if sheet.total is not None)
    return math.floor(sum((schemes[category].quota * many for category, many in assessed.items()), Fraction(0)))


class Wanted(NamedTuple):
    total: Fraction | float
    code: str


def wanted_of(schemes: Mapping[str, Scheme], sheets: Sheets) -> list[Wanted]:
    """Who of a group would be excellent without the quota, the highest total first."""
    bounds = {category: scheme.excellent_from for category, scheme in schemes.items()}
    found = [
        Wanted(sheet.total, sheet.code)
        for sheet in sheets
        if sheet.total is not None
        and sheet.best_grade is Grade.EXCELLENT
        and _reaches(sheet.total, bounds[sheet.category])
    ]
    return sorted(found, reverse=True)


def _below_excellent(scheme: Scheme, total: Fraction | float) -> Grade:
    if _reaches(total, scheme.good_from):
        return Grade.GOOD
    return Grade.PASS if _reaches(total, scheme.pass_from) else Grade.FAIL


def _reaches(total: Fraction | float, bound: Fraction) -> bool:
    """A float total is nowhere near a bound (totals.py), and comparing floats is a tenth of the work."""
    return total >= (float(bound) if isinstance(total, float) else bound)


def _band(total: Fraction | float, totals: Sequence[Fraction | float]) -> Band | None:
    """By the share of those who have more; ``totals`` ascend."""
    if len(totals) < FEWEST:
        return None
    above = len(totals) - bisect_right(totals, total)
    return list(Band)[3 * above // len(totals)]
