"""How much is still to be done: towards more only, at least 0 (measurement.md §6)."""

import numpy as np

from . import exact
from .arrays import Bools, Floats
from .model import Measure
from .status import Case


def gaps(case: Case) -> Floats:
    """S: in units of the numerator (ratio), of units (share) or of the count; NaN where there is none.

    A district is short of whole units of the numerator; a school's row is its part of it.
    """
    target, now, aim = case.subject.target, case.now, case.aim.value
    short = np.full_like(aim, np.nan)
    if target.measure is Measure.RATIO:
        part = aim * now.denominator / target.scale - now.numerator
        short = np.where(case.subject.scopes.district, exact.ceil(part), part)
    if target.measure is Measure.SHARE:
        short = exact.ceil(aim * now.denominator / 100 - now.numerator)
    if target.measure is Measure.COUNT:
        short = aim - now.value
    return np.where(_is_known(case), np.maximum(0.0, short), np.nan)


def short_units(case: Case) -> tuple[str, ...]:
    """The units that still have to meet the condition of a share, if the district has a value and a goal to miss."""
    if case.subject.target.measure is not Measure.SHARE or not _is_known(case)[0]:
        return ()
    parts, units = case.now.parts, case.subject.ledger.book.units
    return tuple(units[place].code for place in np.flatnonzero(parts.denominator > parts.numerator))


def _is_known(case: Case) -> Bools:
    """S: there is a value and a goal, towards more."""
    known: Bools = ~np.isnan(case.now.value) & ~np.isnan(case.aim.value) & (not case.goal.comparator.towards_less)
    return known
