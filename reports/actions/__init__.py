"""What changes bulletins, and what sections tell for them: words about their tasks, and what they do about red targets.
What computes, shows, contests and publishes assessments, and what counts in them.

Who may is asked in rules.py by the pages; what must never happen is refused here too, with a reason in Chinese.
(Measuring stands in measuring.py.)
"""

from reports.actions.assessing import (
    ASSESSMENT,
    assessment_key,
    check_year,
    compute,
    start_assessment,
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
from reports.actions.contesting import (
    OBJECTION_DAYS,
    Wanted,
    check_decider,
    check_open,
    decide,
    earliest_end,
    missing_to_publish,
    object_to,
    publish_assessment,
    retract,
    show,
)
from reports.actions.occurring import (
    check_open_to_occurrences,
    confirm_occurrence,
    lift_occurrence,
    refusal_to_confirm,
    refusal_to_lift,
    tell_occurrence,
)
from reports.actions.progress import hand_in, reopen, save_texts
from reports.actions.rectifying import close_rectification, open_rectification, revise_rectification
from reports.actions.reviewing import send, send_back, withdraw
from reports.actions.schemes import Difference, preview, revise_scheme
from reports.actions.wording import restore, set_head, word

__all__ = [
    "ASSESSMENT",
    "FILES",
    "KIND",
    "OBJECTION_DAYS",
    "Difference",
    "Wanted",
    "assessment_key",
    "check_decider",
    "check_open",
    "check_open_to_occurrences",
    "check_period",
    "check_year",
    "checksum_of",
    "close_rectification",
    "compute",
    "confirm_occurrence",
    "decide",
    "draft",
    "earliest_end",
    "files_key",
    "hand_in",
    "key_of",
    "lift_occurrence",
    "missing_to_publish",
    "object_to",
    "open_rectification",
    "preview",
    "publish",
    "publish_assessment",
    "refusal_to_confirm",
    "refusal_to_lift",
    "reopen",
    "restore",
    "retract",
    "revise_rectification",
    "revise_scheme",
    "save_texts",
    "send",
    "send_back",
    "set_head",
    "show",
    "start_assessment",
    "start_bulletin",
    "start_files",
    "tell_occurrence",
    "withdraw",
    "word",
]
