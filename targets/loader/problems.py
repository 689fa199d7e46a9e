"""What is wrong with a plan file, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
Fault = tuple[Path, str]  # where, and the reason in Chinese


@dataclass(frozen=True, slots=True)
class Problem:
    """``path`` reads like ``targets[12].goals[0].due``; ``label`` is the code of what stands around it."""

    file: str
    line: int | None
    path: str
    label: str
    reason: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        label = f"（{self.label}）" if self.label else ""
        return f"{place} {self.path}{label}：{self.reason}" if self.path else f"{place}：{self.reason}"


class PlanFileError(Exception):
    """The file cannot be loaded; nothing was changed. ``problems`` holds all that was found, in the file's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def written(path: Path) -> str:
    """``("targets", 12, "due")`` → ``targets[12].due``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).lstrip(".")
