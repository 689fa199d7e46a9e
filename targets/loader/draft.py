"""A plan file as the checks see it: its items, each of which knows which of its keys are sound.

A check looks only at keys that are there and in which the schema found no fault; so one mistake hides no other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from base.quarters import Quarter
from targets.loader.problems import Fault, Path
from targets.loader.source import Source


@dataclass(frozen=True)
class Item:
    """A mapping of the file. ``bad`` holds every path with a fault in it, those around it included."""

    path: Path
    data: dict[str, Any]
    bad: frozenset[Path]

    def has(self, *keys: str) -> bool:
        """Whether all these keys are there and sound."""
        return all(key in self.data and self.at(key) not in self.bad for key in keys)

    def sound(self, *keys: str) -> bool:
        """Whether these keys are sound where they are there."""
        return all(self.at(key) not in self.bad for key in keys)

    def get(self, key: str, default: Any = None) -> Any:
        """What stands there if it is sound, else ``default``."""
        return self.data[key] if self.has(key) else default

    def at(self, *steps: str | int) -> Path:
        return (*self.path, *steps)

    def item(self, key: str) -> "Item":
        """The mapping under ``key``; an empty one if there is none."""
        found = self.data.get(key)
        return Item(self.at(key), found if isinstance(found, dict) else {}, self.bad)

    def lists(self, key: str) -> bool:
        """Whether what stands under ``key`` is a list, or nothing."""
        return isinstance(self.data.get(key, []), list)

    def items(self, key: str) -> "list[Item]":
        """The mappings in the list under ``key``, whatever is wrong within them."""
        found = self.data.get(key)
        rows = found if isinstance(found, list) else []
        return [Item(self.at(key, index), row, self.bad) for index, row in enumerate(rows) if isinstance(row, dict)]

    def values(self, key: str) -> list[tuple[Path, Any]]:
        """The sound plain values in the list under ``key``, with their paths."""
        found = self.data.get(key)
        rows = found if isinstance(found, list) else []
        placed = [(self.at(key, index), row) for index, row in enumerate(rows)]
        return [(path, row) for path, row in placed if path not in self.bad]

    @property
    def is_faultless(self) -> bool:
        return self.path not in self.bad


class Draft:
    """The whole file."""

    def __init__(self, source: Source, faults: Iterable[Fault]) -> None:
        self.source = source
        bad = frozenset(path[:end] for path, _ in faults for end in range(len(path) + 1))
        self.root = Item((), source.data, bad)

    def after(self, faults: Iterable[Fault]) -> "Draft":
        """The same, with further faults known."""
        return Draft(self.source, [*((path, "") for path in self.root.bad), *faults])

    @cached_property
    def plan(self) -> Item:
        return self.root.item("plan")

    @cached_property
    def elements(self) -> list[Item]:
        return self.root.items("elements")

    @cached_property
    def targets(self) -> list[Item]:
        return self.root.items("targets")

    @cached_property
    def clauses(self) -> list[Item]:
        return self.root.items("clauses")

    @cached_property
    def checks(self) -> list[Item]:
        return self.root.items("checks")

    @cached_property
    def adoption(self) -> Item | None:
        return self.root.item("adoption") if "adoption" in self.root.data else None

    @cached_property
    def tasks(self) -> list[Item]:
        return [task for action in self.plan.items("actions") for task in action.items("tasks")]

    def parts(self, kind: str) -> list[Item]:
        """The items of one kind of numbered part: objective, action, task or safeguard."""
        return self.tasks if kind == "task" else self.plan.items(f"{kind}s")

    def numbers(self, kind: str) -> dict[int, Item]:
        return {part.get("no"): part for part in self.parts(kind) if part.has("no")}

    def lacks(self, kind: str, no: int) -> bool:
        """Whether the plan has no such part, as far as its parts can be read."""
        numbers, listed = self.numbers(kind), "actions" if kind == "task" else f"{kind}s"
        readable = bool(numbers) or (bool(self.plan.data) and self.plan.sound(listed))
        return readable and no not in numbers

    @cached_property
    def quarters(self) -> tuple[Quarter, Quarter] | None:
        """The plan's first and last quarter; None if its dates are not sound or the wrong way round."""
        if not self.plan.has("start", "end") or self.plan.get("end") <= self.plan.get("start"):
            return None
        return Quarter.containing(self.plan.get("start")), Quarter.containing(self.plan.get("end"))

    @cached_property
    def target_codes(self) -> set[str]:
        return {target.get("code") for target in self.targets if target.has("code")}


def repeated(items: Iterable[Item], key: str, what: str) -> Iterator[Fault]:
    """A fault for every item whose ``key`` an earlier one has already."""
    seen: dict[Any, Item] = {}
    for item in items:
        if item.has(key) and seen.setdefault(item.get(key), item) is not item:
            yield item.at(key), f"{what} {item.get(key)} 写了两次。"
