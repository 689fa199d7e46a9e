"""What changes entries: saving, proving, handing in, approving, returning, correcting; more time for one school.

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
from submissions.actions.evidence import KINDS, MAX_BYTES, MAX_FILES, attach, link, link_all, owner_of, unlink
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
    "KINDS",
    "MAX_BYTES",
    "MAX_FILES",
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
    "attach",
    "check_grid",
    "check_values",
    "confirm_unchanged",
    "drop",
    "end_extension",
    "end_lapsed",
    "extend",
    "grant",
    "link",
    "link_all",
    "missing_to_submit",
    "owner_of",
    "refuse",
    "report_zero",
    "return_each",
    "return_entries",
    "save_grid",
    "save_values",
    "submit",
    "submit_grid",
    "unlink",
]
