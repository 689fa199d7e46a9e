"""Plausible figures for an invented district, after fixtures/demo_district.yaml; the same seed gives the same ones."""

import datetime
import math
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from base.quarters import Quarter
from schools.models import Ownership, Stage, Unit, UnitKind
from submissions.asking import Asking
from targets.models import Element

FIRST, LAST = Quarter.of(2022, 1), Quarter.of(2025, 4)
STORY_FILE = Path(settings.BASE_DIR) / "fixtures" / "demo_district.yaml"

# pupils of a unit (least, most), pupils a class, pupils a teacher
SIZES: dict[Stage, tuple[int, int, int, float]] = {
    Stage.KINDERGARTEN: (150, 420, 28, 11.0),
    Stage.PRIMARY: (500, 1700, 42, 17.0),
    Stage.JUNIOR: (450, 1400, 46, 12.5),
    Stage.SENIOR: (1200, 2400, 48, 11.5),
}
BASIC = {
    Stage.KINDERGARTEN: ("KG_CHILDREN", "KG_CLASSES", "KG_TEACHERS"),
    Stage.PRIMARY: ("PRI_PUPILS", "PRI_CLASSES", "PRI_TEACHERS"),
    Stage.JUNIOR: ("JUN_PUPILS", "JUN_CLASSES", "JUN_TEACHERS"),
    Stage.SENIOR: ("SEN_PUPILS", "SEN_CLASSES", "SEN_TEACHERS"),
}


def read_story() -> dict[str, Any]:
    return yaml.safe_load(STORY_FILE.read_text(encoding="utf-8"))


@dataclass
class Figures:
    """Answers "what would this unit report for this element in this quarter", as a plain text or None for nothing."""

    units: list[Unit]
    story: dict[str, Any]
    seed: int
    _ranks: dict[str, dict[str, float]] = field(default_factory=dict)

    def value(self, unit: Unit, element: Element, quarter: Quarter) -> str | None:
        """A text that submissions would accept, or None where nothing is reported."""
        if element.code in self.story["dated"]:
            day: datetime.date = self.story["dated"][element.code]
            return day.isoformat() if day <= quarter.end else None
        if quarter < FIRST:  # each year before the story is like its first
            quarter = Quarter.of(FIRST.year, quarter.number)
        if element.code in self.story["verdicts"]:
            verdicts = self.story["verdicts"][element.code]
            half = (quarter - FIRST) // 2
            return verdicts[half] if half < len(verdicts) else None
        if element.code in self.story["yearly"]:
            return str(self._yearly(unit, element, quarter))
        number = self._number(unit, element.code, quarter)
        return None if number is None else str(round(number * self._oddity(unit, element.code, quarter)))

    def _oddity(self, unit: Unit, code: str, quarter: Quarter) -> float:
        place = {"unit": unit.code, "element": code, "quarter": str(quarter)}
        return next((one["times"] for one in self.story["odd"] if place.items() <= one.items()), 1)

    def _number(self, unit: Unit, code: str, quarter: Quarter) -> int | None:
        story = self.story
        if code in story["parts"]:
            return self._part(unit, code, quarter)
        if code in story["adopted"]:
            return self._adopted(unit, code, quarter)
        if code in story["stocks"]:
            return round(_between(story["stocks"][code], quarter))
        if code in story["each"]:
            return self._dice(unit, code).randint(*story["each"][code])
        if code in story["rare"]:
            return _poisson(_between(story["rare"][code], quarter), self._dice(unit, code, quarter))
        if code in ("KG_PUBLIC", "KG_CHILDREN_PUBLIC"):
            public = unit.facts_in(quarter).ownership == Ownership.PUBLIC
            return int(public) * (1 if code == "KG_PUBLIC" else self._basic(unit, "KG_CHILDREN", quarter) or 0)
        return self._basic(unit, code, quarter)

    def _part(self, unit: Unit, code: str, quarter: Quarter) -> int:
        part = self.story["parts"][code]
        whole = sum(self._number(unit, of, quarter) or 0 for of in part["of"])
        tilt = self._dice(unit, code).gauss(0, 0.012)
        number = round(whole * (_between(part["share"], quarter) + tilt))
        most = number if part.get("beyond") else min(number, whole)
        return max(part.get("least", 0), most - self._exception(unit, code, quarter))

    def _exception(self, unit: Unit, code: str, quarter: Quarter) -> int:
        return sum(
            one["less"]
            for one in self.story["exceptions"]
            if (one["unit"], one["element"]) == (unit.code, code) and Quarter.parse(one["since"]) <= quarter
        )

    def _adopted(self, unit: Unit, code: str, quarter: Quarter) -> int:
        adopted = self._rank(unit, code) < _between(self.story["adopted"][code]["share"], quarter)
        threshold = self.story["adopted"][code].get("threshold", 1)
        return threshold if adopted else max(0, threshold - 2)

    def _yearly(self, unit: Unit, element: Element, quarter: Quarter) -> int:
        """The year's number, dealt out over the askings of the year and, where schools report it, over the schools."""
        total = self.story["yearly"][element.code][quarter.year - FIRST.year]
        times = sorted(element.asked_quarters)
        number = _deal(total, len(times), times.index(quarter.number))
        if unit.kind == UnitKind.BUREAU:
            return number
        asked = [one.code for one in self.units if set(element.stages) & set(one.facts_in(quarter).stages)]
        return _deal(number, len(asked), asked.index(unit.code))

    def _basic(self, unit: Unit, code: str, quarter: Quarter) -> int | None:
        for stage, codes in BASIC.items():
            if code in codes:
                if stage not in unit.facts_in(quarter).stages:
                    return 0
                least, most, per_class, per_teacher = SIZES[stage]
                growth = 1 + 0.012 * (quarter.year - FIRST.year)
                pupils = round(self._dice(unit, stage).randint(least, most) * growth)
                return (pupils, math.ceil(pupils / per_class), math.ceil(pupils / per_teacher))[codes.index(code)]
        return None

    def _rank(self, unit: Unit, code: str) -> float:
        """The unit's place among all, 0–1, shuffled for each element, so that a share of units is met closely."""
        if code not in self._ranks:
            codes = sorted(one.code for one in self.units)
            random.Random(f"{self.seed}{code}").shuffle(codes)
            self._ranks[code] = {one: (place + 0.5) / len(codes) for place, one in enumerate(codes)}
        return self._ranks[code].get(unit.code, 0.5)

    def _dice(self, unit: Unit, *about: object) -> random.Random:
        return random.Random(f"{self.seed}{unit.code}{''.join(map(str, about))}")


def owed(asking: Asking, unit: Unit, quarter: Quarter, elements: list[Element]) -> list[Element]:
    """Those of ``elements`` that are asked of it; before the plan, what the data standard asks of its kind."""
    if asking.adoption(quarter) is not None:
        asked = {item.element.pk for item in asking.asked(unit, quarter)}
        return [element for element in elements if element.pk in asked]
    stages = set(unit.facts_in(quarter).stages)
    return [
        element
        for element in elements
        if element.about == unit.kind
        and element.is_asked_in(quarter)
        and (not element.stages or stages & set(element.stages))
    ]


def _deal(total: int, hands: int, place: int) -> int:
    """What the hand at ``place`` gets when ``total`` is dealt out as evenly as can be, the first ones first."""
    return math.ceil(total * (place + 1) / hands) - math.ceil(total * place / hands)


def _between(ends: list[float], quarter: Quarter) -> float:
    start, end = ends
    return start + (end - start) * (quarter - FIRST) / (LAST - FIRST)


def _poisson(mean: float, dice: random.Random) -> int:
    limit, product, count = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        count += 1
    return count
