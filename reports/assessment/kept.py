"""What a published assessment is computed from, as data: kept when it is published, so that every sheet can be computed
again in exact fractions (``verify_editions``), whatever is corrected, renamed or defined anew afterwards.

A JSON text of ``Kept``; its SHA-256 stands in the edition's content. FORMAT 1: fractions are texts, "57/2".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from cattrs import Converter

from reports.assessment.adjusting import Decided, brought_of, scheme_of, schemes_of, subjects_of
from reports.models import Assessment
from targets.core.grading import Graded, grade
from targets.core.scoring import Brought, Scheme, Score, score

FORMAT = 1
_converter = Converter()
_converter.register_structure_hook(Fraction, lambda value, _: Fraction(value))
_converter.register_unstructure_hook(Fraction, str)


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody brought as it was computed, and with what decisions changed of it; ``lines`` and ``timeliness``:
    the part of the scheme that concerns it."""

    lines: Mapping[str, Fraction]
    timeliness: Fraction
    computed: Brought
    decided: Brought


@dataclass(frozen=True, slots=True)
class Kept:
    format: int
    schemes: tuple[Scheme, ...]
    subjects: tuple[Subject, ...]


class Outcome(NamedTuple):
    score: Score
    graded: Graded


class Again(NamedTuple):
    """What comes out for one, before and after what was decided."""

    subject: Subject
    computed: Outcome
    decided: Outcome


def keep(assessment: Assessment) -> Kept:
    """A fixed number of queries."""
    decided = Decided.of(assessment)
    computed = replace(decided, adjustments={})
    subjects = []
    for one in subjects_of(assessment):
        scheme = scheme_of(one)
        brought = brought_of(one, computed), brought_of(one, decided)
        subjects.append(Subject(scheme.lines, scheme.timeliness, *brought))
    return Kept(FORMAT, tuple(schemes_of(assessment).values()), tuple(subjects))


def text_of(kept: Kept) -> str:
    return json.dumps(_converter.unstructure(kept), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read(text: str) -> Kept:
    return _converter.structure(json.loads(text), Kept)


def recomputed(kept: Kept) -> dict[str, Again]:
    """From what is kept and nothing else, by the code of who is assessed."""
    computed = _outcomes(kept, [one.computed for one in kept.subjects])
    decided = _outcomes(kept, [one.decided for one in kept.subjects])
    found = zip(kept.subjects, computed, decided, strict=True)
    return {one.computed.code: Again(one, *outcomes) for one, *outcomes in found}


def _outcomes(kept: Kept, everybody: list[Brought]) -> Iterator[Outcome]:
    schemes = {scheme.category: scheme for scheme in kept.schemes}
    scores = [
        score(replace(schemes[one.category], lines=subject.lines, timeliness=subject.timeliness), one)
        for subject, one in zip(kept.subjects, everybody, strict=True)
    ]
    return map(Outcome, scores, grade(schemes, scores))
