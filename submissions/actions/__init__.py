"""What changes entries: saving, handing in, approving, returning. Who may is the caller's question (rules.py);
whether it can be done now, and from this state, is decided here."""

from submissions.actions.handing_in import Incomplete, Missing, missing_to_submit, submit, submit_grid
from submissions.actions.reviewing import REASON_LENGTH, Reviewed, approve, return_each, return_entries
from submissions.actions.saving import NOTE_LENGTH, Saved, save_grid, save_values

__all__ = [
    "NOTE_LENGTH",
    "REASON_LENGTH",
    "Incomplete",
    "Missing",
    "Reviewed",
    "Saved",
    "approve",
    "missing_to_submit",
    "return_each",
    "return_entries",
    "save_grid",
    "save_values",
    "submit",
    "submit_grid",
]
