"""What the totals of a year's assessment are worth: categories, quota, grades, bands (measurement.md §9)."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

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


def grade(schemes: Mapping[str, Scheme], sheets: Sequence[Score]) -> list[Graded]:
    """The grades of ``sheets``, in their order; ``schemes`` by category."""
    groups = groups_of(schemes, sheets)
    found: dict[str, Graded] = {}
    for group in set(groups.values()):
        found |= _graded(schemes, group, [sheet for sheet in sheets if sheet.category in group])
    return [found[sheet.code] for sheet in sheets]


def groups_of(schemes: Mapping[str, Scheme], sheets: Sequence[Score]) -> dict[str, tuple[str, ...]]:
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


def _graded(schemes: Mapping[str, Scheme], group: tuple[str, ...], sheets: Sequence[Score]) -> dict[str, Graded]:
    totals = sorted(sheet.total for sheet in sheets if sheet.total is not None)
    excellent = _excellent(schemes, sheets)
    found = {}
    for sheet in sheets:
        if sheet.total is None:
            found[sheet.code] = Graded(sheet.code, group)
            continue
        worth = Grade.EXCELLENT if sheet.code in excellent else _below_excellent(schemes[sheet.category], sheet.total)
        final = max(worth, sheet.best_grade, key=list(Grade).index)
        found[sheet.code] = Graded(sheet.code, group, final, _band(sheet.total, totals))
    return found


def _excellent(schemes: Mapping[str, Scheme], sheets: Sequence[Score]) -> set[str]:
    """Codes of those with the highest totals within the quota; who is tied across its edge is not among them.

    The quota is counted of all who are assessed, but who is vetoed takes no place in it.
    """
    assessed = [sheet for sheet in sheets if sheet.total is not None]
    places = math.floor(sum((schemes[sheet.category].quota for sheet in assessed), Fraction(0)))
    wanted = [
        (sheet.total, sheet.code)
        for sheet in assessed
        if sheet.total is not None
        and sheet.total >= schemes[sheet.category].excellent_from
        and sheet.best_grade is Grade.EXCELLENT
    ]
    wanted.sort(reverse=True)
    if len(wanted) <= places:
        return {code for _, code in wanted}
    first_without = wanted[places][0]
    return {code for total, code in wanted[:places] if total > first_without}


def _below_excellent(scheme: Scheme, total: Fraction) -> Grade:
    if total >= scheme.good_from:
        return Grade.GOOD
    return Grade.PASS if total >= scheme.pass_from else Grade.FAIL


def _band(total: Fraction, totals: Sequence[Fraction]) -> Band | None:
    """By the share of those who have more; ``totals`` ascend."""
    if len(totals) < FEWEST:
        return None
    above = len(totals) - bisect_right(totals, total)
    return list(Band)[3 * above // len(totals)]
