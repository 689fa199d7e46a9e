"""A second, slow implementation of measurement.md §9, written sentence by sentence from that page.

It shares only the data types with the core. A figure is looked up by name, exact fractions are handed over beside it
(``exact``: target → value, goal, anchor), so that nothing here has to guess what a float stands for.
"""

import math
from fractions import Fraction

from targets.core.model import Measure, Status
from targets.core.scoring import Grade, Mark, Reason

LEFT = {Status.NOT_DUE: Mark.NOT_DUE, Status.NOT_RATED: Mark.NOT_RATED, Status.NO_BASELINE: Mark.NO_BASELINE}


def naive_attainment(figure, value, goal, anchor):
    if figure.status is Status.NO_DATA:
        return Fraction(0)
    if figure.status is Status.ACHIEVED:
        return Fraction(1)
    a = min(max(_unclamped(figure, value, goal, anchor), Fraction(0)), Fraction(1))
    return Fraction(8, 10) if figure.soft and a < Fraction(8, 10) else a


def _unclamped(figure, value, goal, anchor):
    if figure.measure is Measure.JUDGEMENT:
        return {Status.ON_TRACK: Fraction(1, 2), Status.BEHIND: Fraction(0)}[figure.status]
    if figure.measure is Measure.MILESTONE:
        return Fraction(0)
    if figure.ceiling:
        return Fraction(0) if figure.status is Status.OVERDUE else Fraction(1)
    if figure.measure is Measure.SHARE and not figure.of_district:
        return Fraction(0)
    above, below = (goal, value) if figure.towards_less else (value, goal)
    if figure.of_district and anchor is not None:
        above, below = value - anchor, goal - anchor
        if figure.towards_less:  # both are counted downwards
            above, below = -above, -below
    return Fraction(0) if below <= 0 else above / below


def naive_sheet(scheme, brought, exact):
    """A dictionary: lines (target → mark, attainment, points), score, total, reason."""
    weights, attained, marks = {}, {}, {}
    for target in scheme.lines:
        weights[target] = scheme.lines[target]
        if target not in brought.figures:
            marks[target] = Mark.NOT_CONCERNED
            continue
        figure = brought.figures[target]
        if figure.status in LEFT:
            marks[target] = LEFT[figure.status]
            continue
        marks[target] = Mark.MISSING if figure.status is Status.NO_DATA else Mark.COUNTED
        attained[target] = naive_attainment(figure, *exact[target])
    if scheme.timeliness > 0:
        weights[""] = scheme.timeliness
        marks[""] = Mark.NOT_CONCERNED
        if brought.quarters_due > 0:
            marks[""] = Mark.COUNTED
            attained[""] = Fraction(brought.quarters_in_time) / brought.quarters_due
    staying = sum(weights[target] for target in attained)
    points = {target: 100 * weights[target] * attained[target] / staying for target in attained if staying}
    lines = {target: (marks[target], attained.get(target), points.get(target)) for target in weights}
    reason = _reason(brought, staying, sum(weights.values()))
    if reason is not None:
        return {"lines": lines, "score": None, "total": None, "reason": reason}
    score = 100 * sum(weights[target] * attained[target] for target in attained) / staying
    bonus = sum(scheme.bonuses[event.kind] for event in brought.bonuses if not event.lifted)
    deductions = sum(scheme.deductions[event.kind] for event in brought.deductions if not event.lifted)
    total = min(105, max(0, score + min(bonus, 5) - deductions))
    return {"lines": lines, "score": score, "total": total, "reason": None}


def _reason(brought, staying, whole):
    if brought.closed and brought.successor is not None:
        return Reason.MERGED
    if brought.closed:
        return Reason.CLOSED
    if brought.open_quarters < 2:
        return Reason.OPENED_LATE
    return Reason.TOO_LITTLE if staying < whole / 2 else None


def naive_grades(schemes, everybody, totals):
    """Code → grade (None: not assessed). ``totals`` by code, None for who is not assessed."""
    number = {
        category: len([b for b in everybody if b.category == category and totals[b.code] is not None])
        for category in schemes
    }
    pairs = [(c, schemes[c].merge_into) for c in schemes if number[c] < 4 and schemes[c].merge_into is not None]
    grades = {}
    for one in everybody:
        if totals[one.code] is None:
            grades[one.code] = None
            continue
        with_it = {one.category}
        for _ in schemes:
            for small, other in pairs:
                if small in with_it or other in with_it:
                    with_it |= {small, other}
        peers = [b for b in everybody if b.category in with_it and totals[b.code] is not None]
        places = math.floor(sum(schemes[b.category].quota for b in peers))
        grades[one.code] = _grade(schemes, one, peers, places, totals)
    return grades


def _grade(schemes, one, peers, places, totals):
    scheme, total = schemes[one.category], totals[one.code]
    vetoes = [scheme.vetoes[veto.kind] for veto in one.vetoes if not veto.lifted]
    if Grade.FAIL in vetoes:
        return Grade.FAIL
    if total < scheme.pass_from:
        return Grade.FAIL
    if Grade.PASS in vetoes:
        return Grade.PASS
    if total >= scheme.excellent_from:
        # All that have as much or more must find a place.
        rivals = 0
        for peer in peers:
            fit = totals[peer.code] >= schemes[peer.category].excellent_from
            clean = all(veto.lifted for veto in peer.vetoes)
            if fit and clean and totals[peer.code] >= total:
                rivals += 1
        return Grade.EXCELLENT if rivals <= places else Grade.GOOD
    return Grade.GOOD if total >= scheme.good_from else Grade.PASS
