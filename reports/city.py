"""市级: the districts of a city side by side on the targets of a plan they share, each as it published: from editions
alone, nothing by school."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from base.quarters import Period
from reports.models import Edition
from schools.models import District
from tasks.models import Adoption

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A district; ``edition``: None where it has published nothing of the half-year."""

    district: District
    edition: Edition | None

    @property
    def counts(self) -> Mapping[str, int]:
        return self.edition.content["tally"]["counts"] if self.edition else {}

    @property
    def total(self) -> int:
        return self.edition.content["tally"]["total"] if self.edition else 0

    @property
    def reported(self) -> str:
        """How much of what was due had been reported."""
        rows = [row for _, part in parts_of(self.edition) for row in part] if self.edition else []
        due, have = (sum(row[key] for row in rows) for key in ("units_expected", "units_fresh"))
        return f"{have} / {due}" if due else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A target; ``cells``: its row in each district's edition, None where it has none."""

    name: str
    goal: str
    due: str
    cells: list[Row | None]


@dataclass(frozen=True)
class City:
    period: Period
    columns: list[Column]

    @property
    def unpublished(self) -> list[District]:
        return [column.district for column in self.columns if column.edition is None]

    @cached_property
    def blocks(self) -> list[tuple[str, list[Line]]]:
        """By action; what only some districts measured stands where the first of them has it."""
        found: dict[str, dict[str, Row]] = {}
        cells: dict[tuple[District, str], Row] = {}
        for column in self.columns:
            for name, rows in parts_of(column.edition):
                for row in rows:
                    found.setdefault(name, {}).setdefault(row["code"], row)
                    cells[column.district, row["code"]] = row
        districts = [column.district for column in self.columns]
        return [
            (
                name,
                [
                    Line(row["name"], row["goal"], row["due"], [cells.get((one, code)) for one in districts])
                    for code, row in rows.items()
                ],
            )
            for name, rows in found.items()
        ]


def parts_of(edition: Edition | None) -> Iterator[tuple[str, Sequence[Row]]]:
    """Actions and safeguards with their targets."""
    for part in [*edition.content["actions"], edition.content["safeguards"]] if edition else ():
        if part["rows"]:
            yield part["name"], part["rows"]


def periods_of(adoptions: Sequence[Adoption]) -> list[Period]:
    """The half-years of which any of them has published a bulletin, the newest first."""
    found = Edition.objects.filter(bulletin__adoption__in=adoptions).values_list("bulletin__period", flat=True)
    return sorted(set(found), reverse=True)


def city_of(adoptions: Sequence[Adoption], period: Period) -> City:
    editions = Edition.objects.filter(bulletin__adoption__in=adoptions, bulletin__period=period)
    newest = {one.bulletin.adoption_id: one for one in editions.select_related("bulletin").order_by("number")}
    return City(period, [Column(one.district, newest.get(one.pk)) for one in adoptions])
