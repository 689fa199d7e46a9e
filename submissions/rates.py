"""Rates on the form: what the raw counts come to for one school, and what cannot be.

A preview from what is entered so far, a school at a time; what is published comes from ``targets.core``.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from base.templatetags.numbers import number
from submissions.asking import Use, overlap
from targets.core.rounding import shown
from targets.models import Element

if TYPE_CHECKING:
    from schools.models import Unit
    from submissions.sheets import Sheet


UNTOLD = "与关联的成绩类数据不符。"


@dataclass(frozen=True, slots=True)
class Side:
    """The numerator or the denominator of a rate for one unit."""

    elements: list[Element]  # those that the unit reports
    amounts: list[Decimal | None]

    @property
    def ids(self) -> list[int]:
        return [element.pk for element in self.elements]

    @property
    def known(self) -> list[Decimal]:
        return [amount for amount in self.amounts if amount is not None]

    @property
    def total(self) -> Decimal:
        return sum(self.known, Decimal(0))

    @property
    def is_complete(self) -> bool:
        return bool(self.elements) and len(self.known) == len(self.elements)

    @property
    def amount(self) -> str:
        unit = self.elements[0].unit
        return f"{number(self.total)} {unit}" if unit else number(self.total)

    @property
    def label(self) -> str:
        """在园幼儿数, or 小学在校学生数与初中在校学生数之和."""
        names = "与".join(element.name for element in self.elements)
        return f"{names}之和" if len(self.elements) > 1 else names


@dataclass(frozen=True, slots=True)
class Reading:
    """A rate of one unit as things stand."""

    use: Use
    numerator: Side
    denominator: Side

    @property
    def numerator_ids(self) -> list[int]:
        return self.numerator.ids

    @property
    def denominator_ids(self) -> list[int]:
        return self.denominator.ids

    def has(self, element_id: int) -> bool:
        return element_id in self.numerator_ids or element_id in self.denominator_ids

    @property
    def is_complete(self) -> bool:
        return self.numerator.is_complete and self.denominator.is_complete and self.denominator.total != 0

    @property
    def is_impossible(self) -> bool:
        """The part exceeds its whole."""
        return (
            self.use.is_part_of_whole
            and bool(self.numerator.known)
            and self.denominator.is_complete
            and self.numerator.total > self.denominator.total
        )

    def words(self, element_id: int) -> str:
        """For the field of ``element_id``: 占小学专任教师数 19.4%（124 人） at the part, 骨干教师占比 19.4% elsewhere;
        "" while something is missing or cannot be."""
        if not self.is_complete or self.is_impossible:
            return ""
        value = float(self.use.scale * self.numerator.total / self.denominator.total)
        figure = shown(value, self.use.decimals) + ("%" if self.use.scale == 100 else "")
        if self.use.scale == 100 and self.numerator_ids == [element_id]:
            return f"占{self.denominator.label} {figure}（{self.denominator.amount}）"
        return f"{self.use.name} {figure}"

    def complaint(self, element_id: int) -> str:
        """What to say at the field of ``element_id`` when the rate is impossible."""
        if element_id in self.numerator_ids:
            what = "不能多于" if len(self.numerator.elements) == 1 else f"{self.numerator.label}不能多于"
            return f"{what}{self.denominator.label} {self.denominator.amount}。"
        return f"不能少于{self.numerator.label} {self.numerator.amount}。"


def partners(use: Use, elements: set[int]) -> Iterable[int]:
    """The elements of a rate, if one of ``elements`` takes part in it."""
    parts = [*use.numerator, *use.denominator] if use.is_rate else []
    return parts if elements.intersection(parts) else ()


def readings(sheet: "Sheet", unit: "Unit", typed: dict[int, Decimal | None]) -> list[Reading]:
    facts = unit.facts_in(sheet.quarter)
    cells = {cell.element.pk for cell in sheet.by_unit.get(unit.pk, [])}
    return [
        Reading(use, side_of(sheet, unit, use.numerator, typed), side_of(sheet, unit, use.denominator, typed))
        for use in sheet.rate_uses
        if use.concerns(facts.stages, facts.ownership) and partners(use, cells)
    ]


def may_tell(sheet: "Sheet", pk: int, left: Side, right: Side) -> bool:
    """Whether whoever sees the field of ``pk`` may see the two sides there (docs/decisions/0048)."""
    return pk in sheet.sensitive or sheet.sensitive.isdisjoint([*left.ids, *right.ids])


def impossible(
    sheet: "Sheet", unit: "Unit", typed: dict[int, Decimal | None], among: Collection[int]
) -> dict[int, str]:
    """Of the elements ``among`` (ids) those whose values cannot be, with what to say: the numerators of a rate above
    100 %, or its denominators if none of its numerators is among them."""
    complaints: dict[int, str] = {}
    for reading in readings(sheet, unit, typed):
        if reading.is_impossible:
            for pk in blamed(reading.numerator_ids, reading.denominator_ids, among):
                told = may_tell(sheet, pk, reading.numerator, reading.denominator)
                complaints.setdefault(pk, reading.complaint(pk) if told else UNTOLD)
    return complaints


def blamed(first: Iterable[int], then: Iterable[int], among: Collection[int]) -> list[int]:
    """Whose values are taken to be wrong, of two sides that do not fit: those of the first that are ``among`` what can
    be changed, else those of the other."""
    return [pk for pk in first if pk in among] or [pk for pk in then if pk in among]


def side_of(sheet: "Sheet", unit: "Unit", ids: Iterable[int], typed: dict[int, Decimal | None]) -> Side:
    stages, known = unit.facts_in(sheet.quarter).stages, sheet.asking.elements
    elements = [known[pk] for pk in ids if overlap(known[pk].stages, stages)]
    return Side(elements, [sheet.amount(unit, element, typed) for element in elements])
