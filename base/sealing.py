"""Sealing audit rows into a chain: each seal carries the digests of its rows and the digest of the seal before it, so
that a row, or a seal, that is changed, removed or put in later breaks the chain (base.verifying finds where).

Rows append freely. On PostgreSQL they may commit in another order than their numbers were drawn in; a seal therefore
names its rows one by one, and a row that turns up below what is sealed already is sealed by a later one, if it comes
within ``LATE`` (docs/decisions/0066-audit-rows-are-sealed-by-name.md).
"""

import datetime
import hashlib
import json
import logging
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet, Sum

from base import clock
from base.models import AuditRow, AuditSeal

log = logging.getLogger(__name__)

BATCH = 1000  # rows of a seal
LATE = datetime.timedelta(hours=6)  # longer than any transaction of ours
MEMBER = struct.Struct(">q32s")  # a row's id and digest
COLUMNS = (
    "id", "at", "by_id", "verb", "subject_type", "subject_id", "before", "after", "why", "district_id", "origin",
    "agent",
)  # fmt: skip
Columns = tuple[Any, ...]


def seal() -> int:
    """Seal what is not sealed yet; how many rows. Of several that seal at once, one does."""
    sealed = 0
    try:
        while made := _seal_batch():
            sealed += made.count
            log.info("Audit rows %s to %s are sealed: %s", made.first_id, made.last_id, made.digest)
    except IntegrityError:
        log.info("Another process has sealed these audit rows")
    return sealed


@transaction.atomic
def _seal_batch() -> AuditSeal | None:
    """One batch, if there is any. A seal's ``previous`` is unique, so that the chain can't fork."""
    newest, last = AuditSeal.objects.defer("rows").order_by("-pk").first(), frontier()
    rows = list(_columns(AuditRow.objects.filter(pk__gt=last))[:BATCH]) or _late(last)[:BATCH]
    if not rows:
        return None
    made = AuditSeal(
        first_id=rows[0][0],
        last_id=rows[-1][0],
        count=len(rows),
        rows=b"".join(MEMBER.pack(row[0], digest_of_row(row)) for row in rows),
        previous=newest.digest if newest else "",
        sealed_at=clock.instant(),
    )
    made.digest = digest_of(made)
    made.save()
    return made


def frontier() -> int:
    """The highest number that is sealed."""
    return AuditSeal.objects.aggregate(last=Max("last_id"))["last"] or 0


def _late(last: int) -> list[Columns]:
    """The rows below what is sealed that turned up since. Counting tells whether there are any."""
    opened = clock.instant() - LATE
    recent = AuditSeal.objects.filter(sealed_at__gt=opened)
    base = AuditSeal.objects.filter(sealed_at__lte=opened).aggregate(last=Max("last_id"))["last"] or 0
    there = AuditRow.objects.filter(pk__gt=base, pk__lte=last)
    if there.count() == (recent.aggregate(rows=Sum("count"))["rows"] or 0):
        return []
    sealed = {pk for one in recent.iterator(chunk_size=10) for pk, _ in members_of(one)}
    late = [pk for pk in there.order_by("pk").values_list("pk", flat=True).iterator() if pk not in sealed]
    return list(_columns(AuditRow.objects.filter(pk__in=late[:BATCH])))


def _columns(rows: QuerySet[AuditRow]) -> QuerySet[Any, Columns]:
    return rows.order_by("pk").values_list(*COLUMNS)


def columns_of(rows: QuerySet[AuditRow]) -> Iterator[Columns]:
    """In the order of their numbers, few at a time in memory."""
    return _columns(rows).iterator(chunk_size=BATCH)


def digest_of_row(row: Columns) -> bytes:
    """SHA-256 of the row as a JSON list: its columns in the order of COLUMNS, the time in UTC, none as ""."""
    pk, at, *rest = row
    moment = at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    listed = json.dumps([pk, moment, *("" if one is None else one for one in rest)], ensure_ascii=False)
    return hashlib.sha256(listed.encode()).digest()


def digest_of(one: AuditSeal) -> str:
    """SHA-256, in hex, of the seal before it and all that this one says."""
    moment = one.sealed_at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    head = f"{one.previous} {one.first_id} {one.last_id} {one.count} {moment} "
    return hashlib.sha256(head.encode() + bytes(one.rows)).hexdigest()


def members_of(one: AuditSeal) -> Iterable[tuple[int, bytes]]:
    """Its rows' ids and digests."""
    return MEMBER.iter_unpack(bytes(one.rows))
