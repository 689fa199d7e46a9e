"""Whether the audit log is as it was written: each sealed row against its seal, each seal against the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from base import append_only, clock
from base.models import AuditRow, AuditSeal
from base.sealing import COLUMNS, LATE, Columns, columns_of, digest_of, digest_of_row, members_of


@dataclass
class Verification:
    """``faults`` walks the chain, one seal in memory at a time; the rest is known when it has ended."""

    expected: str = ""  # a digest that was noted elsewhere
    seals: int = 0
    sealed: int = 0
    newest: str = ""
    unsealed: int = 0
    since: datetime | None = None
    _last: int = 0
    _late: set[int] = field(default_factory=set)

    def faults(self) -> Iterator[str]:
        """Every break, in Chinese, naming the row."""
        for table in append_only.unguarded(connection):
            yield f"数据表 {table} 没有数据库触发器保护，请运行 migrate。"
        self._late = _sealed_late()
        noted = not self.expected
        for seal in AuditSeal.objects.order_by("pk").iterator(chunk_size=8):
            if seal.previous != self.newest:
                yield f"封存 {seal.pk} 与它前面的接不上：中间有封存被删除、插入或改动。"
            if digest_of(seal) != seal.digest or _span(seal) != (seal.first_id, seal.last_id, seal.count):
                yield f"封存 {seal.pk}（第 {seal.first_id} 至 {seal.last_id} 行）本身被改动。"
            yield from self._rows(seal)
            self.seals, self.newest = self.seals + 1, seal.digest
            self._last = max(self._last, seal.last_id)
            noted = noted or seal.digest == self.expected
        if not noted:
            yield "链上没有所给的校验码：它以后的封存和记录被删除或重写。"
        self._rest()

    def _rows(self, seal: AuditSeal) -> Iterator[str]:
        members = dict(members_of(seal))
        if seal.last_id <= self._last:
            found = AuditRow.objects.filter(pk__in=list(members))
        else:
            found = AuditRow.objects.filter(pk__gt=self._last, pk__lte=seal.last_id)
        self.sealed += len(members)
        for row in columns_of(found):
            expected = members.pop(row[0], None)
            if expected is not None:
                if digest_of_row(row) != expected:
                    yield f"{_named(row)}被改动。"
            elif row[0] not in self._late:
                yield from self._stranger(seal, row)
        for pk in members:
            yield f"第 {pk} 行被删除（封存 {seal.pk} 里有它）。"

    def _stranger(self, seal: AuditSeal, row: Columns) -> Iterator[str]:
        """A row among sealed ones that no seal names: just committed, or put in."""
        if seal.sealed_at > clock.instant() - LATE:
            self._unseal(1, row[1])
        else:
            yield f"{_named(row)}是后来插入的，没有封存。"

    def _rest(self) -> None:
        rest = AuditRow.objects.filter(pk__gt=self._last)
        self._unseal(rest.count(), rest.aggregate(at=Min("at"))["at"])

    def _unseal(self, count: int, since: datetime | None) -> None:
        self.unsealed += count
        self.since = min(filter(None, (self.since, since)), default=None)


def _sealed_late() -> set[int]:
    """The rows that were sealed after rows with a higher number: few, as they come of long transactions."""
    late, last = set(), 0
    for pk, top in AuditSeal.objects.order_by("pk").values_list("pk", "last_id").iterator():
        if top <= last:
            late.update(row for row, _ in members_of(AuditSeal.objects.get(pk=pk)))
        last = max(last, top)
    return late


def _span(seal: AuditSeal) -> tuple[int, int, int]:
    ids = [pk for pk, _ in members_of(seal)]
    return ids[0], ids[-1], len(ids)


def _named(row: Columns) -> str:
    said = dict(zip(COLUMNS, row, strict=True))
    about = f"{said['subject_type']} {said['subject_id'] or ''}".strip()
    return f"第 {said['id']} 行（{timezone.localtime(said['at']):%Y-%m-%d %H:%M} {said['verb']} {about}）"
