"""Time as the plan reckons it: whole quarters, and periods made of them (measurement.md §1). Pure Python."""

import datetime
import re
from dataclasses import dataclass
from typing import Self, overload

YEAR = r"(?:19|20|21)\d\d"  # further off there are no plans, and soon no dates


class Quarter(int):
    """One quarter, e.g. ``2024Q3``, as an ordinal that counts quarters from year 0.

    It is an ``int``: it orders, hashes, indexes arrays and is stored as such. ``q + n`` moves by n quarters and stays
    a ``Quarter``, as does ``q - n``; ``q - r`` of two quarters is the number of quarters between them.
    """

    __slots__ = ()

    @classmethod
    def of(cls, year: int, number: int) -> Self:
        """The quarter ``number`` (1–4) of ``year``."""
        return cls(year * 4 + number - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2024Q3``; raises ValueError for anything else."""
        match = re.fullmatch(rf"({YEAR})Q([1-4])", text.strip(), re.ASCII)
        if match is None:
            raise ValueError(f"“{text}”不是季度，应写成 2024Q3 的样子")
        return cls.of(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, day: datetime.date) -> Self:
        """The quarter in which ``day`` lies."""
        return cls.of(day.year, (day.month + 2) // 3)

    @property
    def year(self) -> int:
        return int(self) // 4

    @property
    def number(self) -> int:
        """1–4."""
        return int(self) % 4 + 1

    @property
    def start(self) -> datetime.date:
        """Its first day."""
        return datetime.date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> datetime.date:
        """Its last day."""
        return (self + 1).start - datetime.timedelta(days=1)

    @property
    def label(self) -> str:
        """As an office writes it: 2024年第三季度."""
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    def __add__(self, quarters: int) -> Self:
        return type(self)(int(self) + int(quarters))

    @overload
    def __sub__(self, other: "Quarter") -> int: ...  # type: ignore[overload-overlap]
    @overload
    def __sub__(self, other: int) -> Self: ...
    def __sub__(self, other: int) -> int:
        difference = int(self) - int(other)
        return difference if isinstance(other, Quarter) else type(self)(difference)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    def __repr__(self) -> str:
        return f"Quarter({self})"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """What a report is made for: one quarter (``2024Q3``), a half-year (``2024H2``) or a year (``2024``)."""

    first: Quarter
    last: Quarter

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2024``, ``2024H1``, ``2024H2`` or ``2024Q1``–``2024Q4``; raises ValueError for anything else."""
        match = re.fullmatch(rf"({YEAR})(?:H([12])|Q([1-4]))?", text.strip(), re.ASCII)
        if match is None:
            raise ValueError(f"“{text}”不是期间，应写成 2024H2、2024 或 2024Q3 的样子")
        year, half, quarter = int(match[1]), match[2], match[3]
        if half:
            return cls(Quarter.of(year, int(half) * 2 - 1), Quarter.of(year, int(half) * 2))
        if quarter:
            return cls(Quarter.of(year, int(quarter)), Quarter.of(year, int(quarter)))
        return cls(Quarter.of(year, 1), Quarter.of(year, 4))

    @classmethod
    def half_year_of(cls, quarter: Quarter) -> Self:
        """The half-year in which ``quarter`` lies."""
        return cls.parse(f"{quarter.year}H{1 if quarter.number <= 2 else 2}")

    @property
    def length(self) -> int:
        """In quarters: 1, 2 or 4."""
        return self.last - self.first + 1

    @property
    def label(self) -> str:
        """As an office writes it: 2024年下半年, 2024年, 2024年第三季度."""
        if self.length == 1:
            return self.first.label
        if self.length == 4:
            return f"{self.first.year}年"
        return f"{self.first.year}年{'上' if self.first.number == 1 else '下'}半年"

    def moved(self, steps: int) -> Self:
        """The period of the same kind ``steps`` later (earlier if negative)."""
        return type(self)(self.first + steps * self.length, self.last + steps * self.length)

    def __contains__(self, quarter: object) -> bool:
        return isinstance(quarter, int) and self.first <= quarter <= self.last

    def __str__(self) -> str:
        if self.length == 1:
            return str(self.first)
        if self.length == 4:
            return f"{self.first.year}"
        return f"{self.first.year}H{1 if self.first.number == 1 else 2}"
