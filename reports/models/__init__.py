"""What was concluded: stored measurements (measurements.py), bulletins with their frozen editions (bulletins.py), and
yearly assessments (assessment.py), contested and published (contesting.py), and
its files (papers.py). What sections tell for bulletins: words
about their tasks, and what they do about red targets (telling.py)."""

from reports.models.assessment import (
    Assessment,
    AssessmentState,
    Band,
    Category,
    Grade,
    KindOf,
    LineScore,
    Mark,
    Occurrence,
    Reason,
    Scheme,
    SchemeKind,
    SchemeLine,
    SubjectScore,
)
from reports.models.bulletins import REASON, WORDING, Bulletin, Edition, EditionFile, EditionSources, FileKind, Wording
from reports.models.contesting import (
    About,
    Adjustment,
    AdjustmentKind,
    AssessmentEdition,
    AssessmentSources,
    Objection,
    RevisedScore,
)
from reports.models.measurements import Measurement, Result, Status
from reports.models.papers import AssessmentFile, PaperKind
from reports.models.telling import WORDS, Passage, PassageKind, Progress, Rectification

__all__ = [
    "REASON",
    "WORDING",
    "WORDS",
    "About",
    "Adjustment",
    "AdjustmentKind",
    "Assessment",
    "AssessmentEdition",
    "AssessmentFile",
    "AssessmentSources",
    "AssessmentState",
    "Band",
    "Bulletin",
    "Category",
    "Edition",
    "EditionFile",
    "EditionSources",
    "FileKind",
    "Grade",
    "KindOf",
    "LineScore",
    "Mark",
    "Measurement",
    "Objection",
    "Occurrence",
    "PaperKind",
    "Passage",
    "PassageKind",
    "Progress",
    "Reason",
    "Rectification",
    "Result",
    "RevisedScore",
    "Scheme",
    "SchemeKind",
    "SchemeLine",
    "Status",
    "SubjectScore",
    "Wording",
]
