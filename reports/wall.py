"""方案全景: every target of the plan at once, by action and task, and which of them a filter leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from base.templatetags.status import STATUSES, Mark
from reports.overview import Home, Overview
from reports.readings import Reading
from reports.tally import Counts, counts_of
from schools.models import Stage
from tasks.models import Action


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; empty: all. ``year``: in which a goal falls due."""

    section: str = ""
    stage: str = ""
    status: str = ""
    year: int | None = None

    def fits(self, reading: Reading) -> bool:
        definition = reading.definition
        return (
            self.section in ("", reading.section)
            and (not self.stage or not definition.stages or self.stage in definition.stages)
            and self.status in ("", reading.status)
            and (self.year is None or any(goal.due_quarter.year == self.year for goal in definition.goals.all()))
        )


@dataclass(frozen=True)
class Row:
    """A task, or a safeguard, with the targets that the filter leaves of it."""

    home: Home
    readings: list[Reading]


@dataclass(frozen=True)
class Block:
    """``action``: None for the safeguards."""

    action: Action | None
    rows: list[Row]

    @cached_property
    def counts(self) -> Counts:
        return counts_of(reading.status for row in self.rows for reading in row.readings)


@dataclass(frozen=True)
class Wall:
    overview: Overview
    asked: Asked

    @cached_property
    def blocks(self) -> list[Block]:
        chapters = [(chapter.action, chapter.homes) for chapter in self.overview.chapters]
        blocks = [Block(action, self._rows(homes)) for action, homes in [*chapters, (None, self.overview.safeguards)]]
        return [block for block in blocks if block.rows]

    def _rows(self, homes: list[Home]) -> list[Row]:
        rows = [Row(home, [one for one in home.readings if self.asked.fits(one)]) for home in homes]
        return [row for row in rows if row.readings]

    @cached_property
    def counts(self) -> Counts:
        return counts_of(reading.status for block in self.blocks for row in block.rows for reading in row.readings)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def choices_of(overview: Overview) -> Mapping[str, list[tuple[str, str]]]:
    """What can be asked for: sections, stages, statuses and years that occur."""
    readings = overview.readings
    years = {goal.due_quarter.year for one in readings for goal in one.definition.goals.all()}
    here = {one.status for one in readings}
    marks: list[Mark] = [mark for mark in STATUSES.values() if mark.code in here]
    found = {
        "section": [(name, name) for name in dict.fromkeys(one.section for one in readings if one.section)],
        "stage": list(Stage.choices),
        "status": [(mark.code, mark.label) for mark in marks],
        "year": [(str(year), f"{year}年到期") for year in sorted(years)],
    }
    return {name: [("", "全部"), *choices] for name, choices in found.items()}
