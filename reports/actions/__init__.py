"""What changes bulletins, and what sections tell for them: words about their tasks, and what they do about red targets.
What computes assessments, and what counts in them.

Who may is asked in rules.py by the pages; what must never happen is refused here too, with a reason in Chinese.
(Measuring stands in measuring.py.)
"""

from reports.actions.assessing import (
    ASSESSMENT,
    assessment_key,
    check_year,
    compute,
    confirm_occurrence,
    lift_occurrence,
    start_assessment,
    tell_occurrence,
)
from reports.actions.bulletins import (
    FILES,
    KIND,
    check_period,
    checksum_of,
    draft,
    files_key,
    key_of,
    publish,
    start_bulletin,
    start_files,
)
from reports.actions.progress import hand_in, reopen, save_texts
from reports.actions.rectifying import close_rectification, open_rectification, revise_rectification
from reports.actions.reviewing import send, send_back, withdraw
from reports.actions.wording import restore, set_head, word

__all__ = [
    "ASSESSMENT",
    "FILES",
    "KIND",
    "assessment_key",
    "check_period",
    "check_year",
    "checksum_of",
    "close_rectification",
    "compute",
    "confirm_occurrence",
    "draft",
    "files_key",
    "hand_in",
    "key_of",
    "lift_occurrence",
    "open_rectification",
    "publish",
    "reopen",
    "restore",
    "revise_rectification",
    "save_texts",
    "send",
    "send_back",
    "set_head",
    "start_assessment",
    "start_bulletin",
    "start_files",
    "tell_occurrence",
    "withdraw",
    "word",
]
