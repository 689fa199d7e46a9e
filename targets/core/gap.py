"""How much is still to be done: towards more only, at least 0 (measurement.md §6)."""

import numpy as np

from . import exact
from .arrays import Floats
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
        short = now.denominator - now.numerator
    if target.measure is Measure.COUNT:
        short = aim - now.value
    known = ~np.isnan(now.value) & ~np.isnan(aim) & (not case.goal.comparator.towards_less)
    return np.where(known, np.maximum(0.0, short), np.nan)


def short_units(case: Case) -> tuple[str, ...]:
    """The units that still have to meet the condition of a share."""
    if case.subject.target.measure is not Measure.SHARE or case.goal.comparator.towards_less:
        return ()
    parts, units = case.now.parts, case.subject.ledger.book.units
    return tuple(units[place].code for place in np.flatnonzero(parts.denominator > parts.numerator))
