"""What stored scores come to with the adjustments that were decided: stored lines into the same core functions that
computed them (targets/core/scoring.py, grading.py). Reads only.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import Prefetch

from reports.assessment.computing import columns_of
from reports.assessment.schemes import for_core, stored_as
from reports.assessment.subjects import figure_of
from reports.models import (
    Adjustment,
    AdjustmentKind,
    Assessment,
    Category,
    KindOf,
    LineScore,
    Mark,
    Occurrence,
    Reason,
    Result,
    RevisedScore,
    SubjectScore,
)
from reports.models.assessment import OF_DISTRICT
from targets.core import scoring
from targets.core.exact import COMPARED
from targets.core.grading import grade
from targets.core.model import Comparator, Measure, Status
from targets.models import Goal, TargetDefinition

EVENTS = {KindOf.BONUS: "bonuses", KindOf.DEDUCTION: "deductions", KindOf.VETO: "vetoes"}


def subjects_of(assessment: Assessment, *, only: int | None = None) -> list[SubjectScore]:
    """Everybody's stored scores (or ``only`` the one of that id) with all that a sheet needs, in order.

    A fixed number of queries."""
    definitions = TargetDefinition.objects.with_parts()
    lines = LineScore.objects.select_related("line__target").prefetch_related(Prefetch("definition", definitions))
    found = assessment.scores.select_related("unit", "section", "scheme", "successor", "revised")
    found = found if only is None else found.filter(pk=only)
    return list(
        found.prefetch_related(
            Prefetch("lines", lines), "scheme__kinds", "scheme__lines__target", "unit__facts", "successor__facts"
        )
    )


@dataclass(frozen=True)
class Decided:
    """What counts beside the stored lines: occurrences as they were when it was computed, and adjustments, by unit and
    section. Two queries."""

    computed_at: datetime.datetime  # what was lifted later was still in force
    occurrences: Mapping[tuple[int | None, int | None], Sequence[Occurrence]]
    adjustments: Mapping[int | None, Sequence[Adjustment]]

    @classmethod
    def of(cls, assessment: Assessment) -> "Decided":
        happened = defaultdict(list)
        found = Occurrence.objects.filter(adoption=assessment.adoption_id, year=assessment.year)
        for one in found.filter(confirmed_at__lte=assessment.computed_at):
            happened[one.unit_id, one.section_id].append(one)
        adjusted = defaultdict(list)
        decided = Adjustment.objects.filter(objection__assessment=assessment)
        for one in decided.select_related("objection__decided_by", "target", "occurrence").prefetch_related(
            "target__definitions"
        ):
            adjusted[one.objection.unit_id].append(one)
        return cls(assessment.computed_at, happened, adjusted)

    def occurrences_of(self, subject: SubjectScore) -> Sequence[Occurrence]:
        return self.occurrences.get((subject.unit_id, subject.section_id), ())

    def adjustments_of(self, subject: SubjectScore) -> Sequence[Adjustment]:
        return self.adjustments.get(subject.unit_id, ()) if subject.unit_id else ()


def score_of(subject: SubjectScore, decided: Decided) -> scoring.Score:
    """Of one, by the core, with all adjustments. Wants ``subjects_of``."""
    return scoring.score(scheme_of(subject), brought_of(subject, decided))


def revised_of(assessment: Assessment) -> list[RevisedScore]:
    """Unsaved: of everybody whose outcome the adjustments change."""
    decided, subjects = Decided.of(assessment), subjects_of(assessment)
    scores = [score_of(one, decided) for one in subjects]
    found = []
    for subject, score, graded in zip(subjects, scores, grade(schemes_of(assessment), scores), strict=True):
        columns = columns_of(score, graded)
        if score.total is not None and any(getattr(subject, name) != value for name, value in columns.items()):
            found.append(RevisedScore(subject=subject, **columns))
    return found


def schemes_of(assessment: Assessment) -> dict[str, scoring.Scheme]:
    """By category, in their order, as computing has them."""
    found = {scheme.category: scheme for scheme in assessment.schemes.prefetch_related("lines__target", "kinds")}
    return {category: for_core(stored_as(found[category])) for category in Category.values if category in found}


def scheme_of(subject: SubjectScore) -> scoring.Scheme:
    """The part of its scheme that concerns it, which is what its lines are."""
    weights = {code_of(line): Fraction(line.weight) for line in subject.lines.all()}
    timeliness = weights.pop(scoring.TIMELINESS, Fraction(0))
    return replace(for_core(stored_as(subject.scheme)), lines=weights, timeliness=timeliness)


def code_of(line: LineScore) -> str:
    return line.line.target.code if line.line else scoring.TIMELINESS


def brought_of(subject: SubjectScore, decided: Decided) -> scoring.Brought:
    """What it brings, with all adjustments. Wants ``subjects_of``."""
    of_district = subject.scheme.category in OF_DISTRICT
    figures = {
        code_of(line): figure_of(result_of(line, subject), line.definition, of_district=of_district)
        for line in subject.lines.all()
        if line.definition is not None and line.mark != Mark.NOT_CONCERNED
    }
    timely = next((line for line in subject.lines.all() if line.line is None), None)
    due, in_time = (int(timely.goal or 0), int(timely.value or 0)) if timely else (0, 0)
    adjustments = decided.adjustments_of(subject)
    lines = {code_of(line): line for line in subject.lines.all() if can_correct(line)}  # computed again, others may
    for one in adjustments:
        if one.kind == AdjustmentKind.VALUE and one.target is None:
            in_time = min(due, int(one.value or 0))
        elif one.kind == AdjustmentKind.VALUE and one.target.code in lines:
            code = one.target.code
            figures[code] = corrected(figures[code], lines[code], one.value)
    place = subject.unit or subject.section
    return scoring.Brought(
        code=f"{'unit' if subject.unit_id else 'section'}:{place.code}",
        category=subject.scheme.category,
        figures=figures,
        quarters_due=due,
        quarters_in_time=in_time,
        open_quarters=0 if subject.reason == Reason.OPENED_LATE else scoring.FEWEST_QUARTERS,
        closed=subject.reason in (Reason.CLOSED, Reason.MERGED),
        successor=subject.successor.code if subject.successor else None,
        adjustment=sum((Fraction(one.points) for one in adjustments if one.points is not None), Fraction(0)),
        **_events(subject, decided),
    )


def _events(subject: SubjectScore, decided: Decided) -> dict[str, tuple[scoring.Event, ...]]:
    kinds = {one.code: KindOf(one.kind) for one in subject.scheme.kinds.all()}
    lifted = {one.occurrence_id for one in decided.adjustments_of(subject)}
    events: dict[str, list[scoring.Event]] = {name: [] for name in EVENTS.values()}
    for one in decided.occurrences_of(subject):
        if one.code in kinds:
            is_lifted = one.pk in lifted or (one.lifted_at is not None and one.lifted_at <= decided.computed_at)
            events[EVENTS[kinds[one.code]]].append(scoring.Event(one.code, lifted=is_lifted))
    return {name: tuple(found) for name, found in events.items()}


def result_of(line: LineScore, subject: SubjectScore) -> Result:
    """The stored figures of a line as the result that they were (unsaved)."""
    names = ("definition", "status", "value", "numerator", "denominator", "goal", "anchor", "due", "provisional")
    unit = None if subject.scheme.category in OF_DISTRICT else subject.unit_id
    return Result(unit_id=unit, **{name: getattr(line, name) for name in names})


def corrected(figure: scoring.Figure, line: LineScore, value: float) -> scoring.Figure:
    """With another value, and the status that decides how a line with that value is counted."""
    goal = goal_of(line)
    comparator = Comparator(goal.comparator) if goal else Comparator.AT_LEAST
    spotless = comparator is Comparator.LESS and value == 0 and figure.measure is Measure.COUNT
    if spotless or bool(COMPARED[comparator](value, figure.goal)):
        status = Status.ACHIEVED
    else:
        status = Status.OVERDUE if figure.ceiling else Status.BEHIND
    return replace(figure, value=value, status=status)


def goal_of(line: LineScore) -> Goal | None:
    goals = line.definition.goals.all() if line.definition else ()
    return next((goal for goal in goals if goal.due_quarter == line.due), None)


def can_correct(line: LineScore) -> bool:
    """Whether a figure can take the place of the stored one: the line counts, and a value decides how much."""
    if line.mark not in (Mark.COUNTED, Mark.MISSING):
        return False
    return line.line is None or (line.goal is not None and line.definition.measure != Measure.JUDGEMENT)
