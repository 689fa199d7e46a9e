"""How long each case takes, and how much memory: told at the end, and none may pass the limits."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOST_SECONDS, MOST_MEGABYTES = 5, 300


@dataclass
class Peak:
    seconds: float = 0
    megabytes: float = 0


@dataclass
class Told:
    cases: int = 0
    seconds: float = 0  # of the slowest
    megabytes: float = 0  # of the hungriest


TOLD: dict[str, Told] = defaultdict(Told)


@contextmanager
def peak() -> Iterator[Peak]:
    """Seconds that it and its children reckon (a busy machine counts for nothing), and by how much this process grows
    at its height."""
    found, before, start = Peak(), _memory("VmRSS", afresh=True), sum(os.times()[:4])
    try:
        yield found
    finally:
        found.seconds, found.megabytes = sum(os.times()[:4]) - start, _memory("VmHWM") - before


@contextmanager
def watched(parser: str) -> Iterator[None]:
    """One case of a parser."""
    with peak() as found:
        yield
    told = TOLD[parser]
    told.cases += 1
    told.seconds, told.megabytes = max(told.seconds, found.seconds), max(told.megabytes, found.megabytes)
    assert found.seconds < MOST_SECONDS, f"{parser} took {found.seconds:.1f} s"
    assert found.megabytes < MOST_MEGABYTES, f"{parser} took {found.megabytes:.0f} MB"


def _memory(what: str, *, afresh: bool = False) -> float:
    """Megabytes, as Linux tells of this process; ``afresh`` begins a new height."""
    if afresh:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024
