"""What changes bulletins, and what sections tell for them: words about their tasks, and what they do about red targets.

Who may is asked in rules.py by the pages; what must never happen is refused here too, with a reason in Chinese.
(Measuring stands in measuring.py.)
"""

from reports.actions.bulletins import (
    FILES,
    KIND,
    check_period,
    checksum_of,
    draft,
    files_key,
    is_of_draft,
    publish,
    start_bulletin,
    start_files,
)
from reports.actions.progress import hand_in, reopen, save_texts
from reports.actions.rectifying import close_rectification, open_rectification, revise_rectification

__all__ = [
    "FILES",
    "KIND",
    "check_period",
    "checksum_of",
    "close_rectification",
    "draft",
    "files_key",
    "hand_in",
    "is_of_draft",
    "open_rectification",
    "publish",
    "reopen",
    "revise_rectification",
    "save_texts",
    "start_bulletin",
    "start_files",
]
