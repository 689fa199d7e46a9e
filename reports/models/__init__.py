"""What was concluded: stored measurements (measurements.py), bulletins with their frozen editions (bulletins.py). What
sections tell for them: words about their tasks, and what they do about red targets (telling.py)."""

from reports.models.bulletins import REASON, WORDING, Bulletin, Edition, EditionFile, EditionSources, FileKind, Wording
from reports.models.measurements import Measurement, Result, Status
from reports.models.telling import WORDS, Passage, PassageKind, Progress, Rectification

__all__ = [
    "REASON",
    "WORDING",
    "WORDS",
    "Bulletin",
    "Edition",
    "EditionFile",
    "EditionSources",
    "FileKind",
    "Measurement",
    "Passage",
    "PassageKind",
    "Progress",
    "Rectification",
    "Result",
    "Status",
    "Wording",
]
