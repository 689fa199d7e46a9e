"""Results in words, for pages, bulletins and commands alike."""

from collections.abc import Mapping

from reports.models import Status


def counts_in_words(counts: Mapping[str, int]) -> str:
    """已达成 31 项、正常推进 38 项; those that do not occur are left out."""
    return "、".join(f"{status.label} {counts[status]} 项" for status in Status if counts.get(status)) or "没有目标"
