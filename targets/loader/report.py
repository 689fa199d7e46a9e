"""What a load did, in Chinese."""

from collections.abc import Iterator

from base.sync import Tally
from targets.loader import Outcome


def lines_of(outcome: Outcome) -> Iterator[str]:
    """One line for each kind of row, or one that says that nothing changed."""
    if outcome.changes.is_empty:
        yield f"{outcome.plan}：没有变化。"
        return
    yield f"{outcome.plan}：已载入。"
    for name, tally in outcome.changes.tallies.items():
        yield f"  {name}：{_counted(tally)}"


def _counted(tally: Tally) -> str:
    counts = [
        ("新增", tally.created),
        ("新版本", tally.versions),
        ("更新", tally.changed),
        ("未变", tally.unchanged),
    ]
    return "，".join(f"{name} {count}" for name, count in counts if count) or "无"
