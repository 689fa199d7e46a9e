"""What a year's assessment comes to: subjects into the core, rows out. Nothing is written here but unsaved rows."""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reports.assessment.schemes import SENSITIVE, sensitive_codes
from reports.assessment.subjects import Inputs, Subject, Year, half_year_of, unknown
from reports.models import Assessment, LineScore, SubjectScore
from reports.models.assessment import PLACES
from reports.queries import measurement_of
from targets.core.grading import Graded, grade
from targets.core.scoring import TIMELINESS, Line, Score, score

WHOLE = 100
FIGURES = ("status", "value", "numerator", "denominator", "goal", "anchor", "measured_at", "due", "provisional")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One subject with what the core made of it."""

    subject: Subject
    score: Score
    graded: Graded


def sheets_of(year: Year) -> list[Sheet]:
    """Everybody's, in the order of ``Year.subjects``."""
    subjects = list(year.subjects())
    scores = [score(one.core, one.brought) for one in subjects]
    graded = grade(year.by_core, scores)
    return [Sheet(*each) for each in zip(subjects, scores, graded, strict=True)]


def faults_of(year: Year) -> Iterator[str]:
    """Why a year can't be computed, in Chinese."""
    if not year.schemes:
        yield f"{year.year}年还没有考核方案，请先用 load_scheme 载入。"
    sensitive, measured = sensitive_codes(year.adoption.plan), year.results[None].keys()
    for category, scheme in year.schemes.items():
        core, name = year.by_core[category], scheme.get_category_display()
        if core.weight != WHOLE:
            yield f"{name}：各项权重加上报送及时性应合计 100，现为 {float(core.weight):g}。"
        if core.merge_into and core.merge_into not in year.schemes:
            yield f"{name}：要并入的类别没有考核方案。"
        yield from (f"{name}：{SENSITIVE.format(code)}" for code in core.lines if code in sensitive)
        missing = [code for code in core.lines if code not in measured]
        yield from (f"{name}：目标 {code} 在{year.measurement.period.label}没有测算结果。" for code in missing)
    for code in unknown(year):
        yield f"登记的事项里有“{code}”，考核方案里没有这种情形。"


def checksum_of(sheets: Sequence[Sheet]) -> str:
    """SHA-256 of all that was computed, exact, with the versions of the schemes."""
    digest = hashlib.sha256()
    for sheet in sheets:
        one, graded = sheet.score, sheet.graded
        figures = [[getattr(result, name) for name in FIGURES] for result in sheet.subject.results.values()]
        row = [one.code, one.category, sheet.subject.scheme.version, *map(str, (one.score, one.total, one.bonus))]
        row += [str(one.deduction), one.best_grade, one.reason, graded.grade, graded.band, graded.group, figures]
        row += [[line.target, str(line.weight), line.mark, str(line.attainment)] for line in one.lines]
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()


def fingerprint_of(year: Year) -> str:
    """SHA-256 of all that an assessment is computed from: schemes, the measurement (by its own checksum), who is
    assessed, what happened to whom, forms in time, who answers for what. Nothing is scored."""
    schemes = [scheme.pk for scheme in year.schemes.values()]
    everybody = [(repr(replace(one.brought, figures={})), sorted(one.core.lines)) for one in year.subjects()]
    told = [year.measurement.checksum, schemes, sorted(sensitive_codes(year.adoption.plan)), everybody]
    return hashlib.sha256(json.dumps([*told, list(unknown(year))]).encode()).hexdigest()


def has_changed(assessment: Assessment) -> bool:
    """Whether something that it was computed from is another now, for pages; ``is_stale`` says whether that changes a
    score."""
    measurement = measurement_of(assessment.adoption, half_year_of(assessment.year))
    if measurement is None:
        return True
    return fingerprint_of(Inputs(assessment.adoption, assessment.year, measurement)) != assessment.fingerprint


def is_stale(assessment: Assessment) -> bool:
    """Whether computing again would give something else: a scheme, a result, a form, an occurrence has changed."""
    measurement = measurement_of(assessment.adoption, half_year_of(assessment.year))
    if measurement is None:
        return True
    year = Year(assessment.adoption, assessment.year, measurement)
    return any(faults_of(year)) or checksum_of(sheets_of(year)) != assessment.checksum


def rows_of(assessment: Assessment, sheets: Sequence[Sheet]) -> tuple[list[SubjectScore], list[LineScore]]:
    """Unsaved, in the order of ``sheets``; each line knows its subject."""
    subjects = [_subject(assessment, sheet) for sheet in sheets]
    lines = [row for subject, sheet in zip(subjects, sheets, strict=True) for row in _lines(subject, sheet)]
    return subjects, lines


def _subject(assessment: Assessment, sheet: Sheet) -> SubjectScore:
    one, graded = sheet.score, sheet.graded
    unit = sheet.subject.unit
    return SubjectScore(
        assessment=assessment,
        scheme=sheet.subject.scheme,
        unit=unit,
        section=sheet.subject.section,
        **columns_of(one, graded),
        grouped=graded.group,
        reason=one.reason or "",
        successor=unit.successor if unit else None,
    )


def _lines(subject: SubjectScore, sheet: Sheet) -> Iterator[LineScore]:
    stored = {line.target.code: line for line in sheet.subject.scheme.lines.all()}
    brought = sheet.subject.brought
    for line in sheet.score.lines:
        row = LineScore(subject=subject, line=stored.get(line.target), mark=line.mark, **counted_as(line))
        if line.target == TIMELINESS and brought.quarters_due:
            row.value, row.goal = brought.quarters_in_time, brought.quarters_due
        elif line.target in sheet.subject.results:
            result = sheet.subject.results[line.target]
            row.definition_id = result.definition_id
            for name in FIGURES:
                setattr(row, name, getattr(result, name))
        yield row


def counted_as(line: Line) -> dict[str, Decimal | None]:
    """As a LineScore stores it."""
    weight = Decimal(line.weight.numerator) / line.weight.denominator
    return {"weight": weight, "attainment": stored_points(line.attainment), "points": stored_points(line.points)}


def columns_of(score: Score, graded: Graded) -> dict[str, Any]:
    """As a SubjectScore and a RevisedScore store it."""
    return {
        "score": stored_points(score.score),
        "bonus": stored_points(score.bonus),
        "deduction": stored_points(score.deduction),
        "total": stored_points(score.total),
        "best_grade": score.best_grade.value,
        "grade": graded.grade.value if graded.grade else "",
        "band": graded.band.value if graded.band else "",
    }


def stored_points(number: Fraction | None) -> Decimal | None:
    """Rounded down to ``PLACES`` places: rounding half up to fewer later gives what it would have given at once."""
    return None if number is None else Decimal(math.floor(number * 10**PLACES)).scaleb(-PLACES)
