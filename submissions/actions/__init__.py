"""What changes entries: saving, handing in, approving, returning, correcting; and more time for one school.

Who may is the caller's question (rules.py); whether it can be done now, and from this state, is decided here.
"""

from submissions.actions.corrections import (
    Decided,
    ask_correction,
    ask_grid_correction,
    drop,
    end_lapsed,
    grant,
    refuse,
)
from submissions.actions.extensions import end_extension, extend
from submissions.actions.handing_in import Incomplete, Missing, missing_to_submit, submit, submit_grid
from submissions.actions.reviewing import REASON_LENGTH, Reviewed, approve, return_each, return_entries
from submissions.actions.saving import (
    NOTE_LENGTH,
    NotAllSaved,
    Saved,
    check_grid,
    check_values,
    confirm_unchanged,
    report_zero,
    save_grid,
    save_values,
)

__all__ = [
    "NOTE_LENGTH",
    "REASON_LENGTH",
    "Decided",
    "Incomplete",
    "Missing",
    "NotAllSaved",
    "Reviewed",
    "Saved",
    "approve",
    "ask_correction",
    "ask_grid_correction",
    "check_grid",
    "check_values",
    "confirm_unchanged",
    "drop",
    "end_extension",
    "end_lapsed",
    "extend",
    "grant",
    "missing_to_submit",
    "refuse",
    "report_zero",
    "return_each",
    "return_entries",
    "save_grid",
    "save_values",
    "submit",
    "submit_grid",
]
