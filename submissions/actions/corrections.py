"""Corrections of what had been approved."""

from base import clock
from submissions.models import Correction, CorrectionState, Entry


def end_done(corrected: list[Entry]) -> None:
    """Their new values are in force."""
    if corrected:
        granted = Correction.objects.filter(entry__in=corrected, state=CorrectionState.GRANTED)
        granted.update(state=CorrectionState.DONE, ended_at=clock.now())
