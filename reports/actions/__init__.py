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
    "FILES",
    "KIND",
    "check_period",
    "checksum_of",
    "close_rectification",
    "draft",
    "files_key",
    "hand_in",
    "key_of",
    "open_rectification",
    "publish",
    "reopen",
    "restore",
    "revise_rectification",
    "save_texts",
    "send",
    "send_back",
    "set_head",
    "start_bulletin",
    "start_files",
    "withdraw",
    "word",
]
