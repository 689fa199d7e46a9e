"""Keeping what was made: each file once, kept before the next one is begun, so that a job that is killed in the middle
goes on where it was. The file store (base/files.py) holds a file whole or not at all.
"""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from base import clock
from base.files import MB, store

Tell = Callable[[str], None]

LIMIT = 200 * MB  # of a file of ours


class Unavailable(Exception):
    """It can't be made here or now; the message says why, in Chinese."""


def keep(files: Any, make: Callable[[], bytes], name: str, **key: str) -> Any:
    """Make and keep one file, or write down why it can't be made. ``files``: the rows of an edition, one for each
    ``key``, with ``file``, ``problem`` and ``at``. Raises OSError on a full disk: then nothing of it is kept."""
    try:
        content = make()
    except Unavailable as error:
        return _row(files, key, problem=str(error))
    extension = name.rpartition(".")[2]
    return _row(files, key, file=store(ContentFile(content, name), by=None, kinds=(extension,), limit=LIMIT))


@transaction.atomic
def _row(files: Any, key: dict[str, str], **columns: object) -> Any:
    """Of two workers at once the first one's file stays."""
    kept = files.select_for_update().filter(**key).first()
    if kept is not None and kept.file_id is not None:
        return kept
    blank = {"file": None, "problem": "", "at": clock.now()}
    made, _ = files.update_or_create(**key, defaults=blank | columns)
    return made


def plain(title: str) -> str:
    """What of a title can begin a file's name; a long one is cut by the store."""
    return title[:80].replace("/", "_").replace("\\", "_").replace(".", "_")
