"""Bringing rows in line with what a file says: what is new is made, what differs is changed, the rest is left alone."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.db import models

from base import audit
from base.models import AuditRow

if TYPE_CHECKING:
    from schools.models import User

Row = TypeVar("Row", bound=models.Model)


@dataclass(slots=True)
class Tally:
    """How many rows of one kind were made, made as a new version of an old one, changed, left as they are."""

    created: int = 0
    versions: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class Changes:
    """What one load changes: counts by kind of row, and an audit row for everything made or changed.

    ``record`` appends the audit rows; call it once, at the end, in the same transaction.
    """

    by: "User | None"
    why: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    rows: list[AuditRow] = field(default_factory=list)

    def sync(
        self, stored: Iterable[Row], wanted: Sequence[Row], *, key: str, fields: Sequence[str]
    ) -> dict[Hashable, Row]:
        """Make or change the ``stored`` rows so that each of ``wanted`` (unsaved, of one model) is there.

        Rows are the same if their ``key`` (an attribute) is; ``fields`` are compared and written. Stored rows that
        nobody wants stay. Returns the saved rows by key, in the order of ``wanted``.
        """
        have = {getattr(row, key): row for row in stored}
        result: dict[Hashable, Row] = {}
        new: list[Row] = []
        changed: list[Row] = []
        for row in wanted:
            old = have.get(getattr(row, key))
            if old is None:
                new.append(row)
            elif self._take_over(old, row, fields):
                changed.append(old)
            result[getattr(row, key)] = old or row
        if wanted:
            model = type(wanted[0])
            model._default_manager.bulk_create(new, batch_size=500)
            if changed:
                model._default_manager.bulk_update(changed, fields, batch_size=100)
            tally = self.tally(model)
            tally.created += len(new)
            tally.changed += len(changed)
            tally.unchanged += len(wanted) - len(new) - len(changed)
        for row in new:
            self.note(row, "created", after=str(row))
        return result

    def tally(self, model: type[models.Model]) -> Tally:
        return self.tallies.setdefault(str(model._meta.verbose_name), Tally())

    def note(self, row: models.Model, verb: str, *, before: str = "", after: str = "") -> None:
        """Keep an audit row about ``row`` (saved)."""
        self.rows.append(audit.row(row, verb, by=self.by, before=before, after=after, why=self.why))

    def record(self) -> None:
        audit.record_all(self.rows)

    @property
    def is_empty(self) -> bool:
        return not self.rows

    def _take_over(self, old: Row, row: Row, fields: Sequence[str]) -> bool:
        """Give ``old`` the values of ``row``; whether any differed."""
        columns = [old._meta.get_field(name) for name in fields]
        differing = [column for column in columns if getattr(old, column.attname) != getattr(row, column.attname)]
        if not differing:
            return False
        before = described(old, differing)
        for column in differing:
            setattr(old, column.name, getattr(row, column.name))
        self.note(old, "changed", before=before, after=described(old, differing))
        return True


def described(row: models.Model, columns: Iterable[models.Field]) -> str:
    """名称：旧名；概要：… — the columns of ``row`` as an audit row keeps them."""
    return "；".join(f"{column.verbose_name}：{_text(getattr(row, column.name))}" for column in columns)


def _text(value: object) -> str:
    if value is None:
        return ""
    return "+".join(map(str, value)) if isinstance(value, tuple) else str(value)
