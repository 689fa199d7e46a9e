"""Appending audit rows: the only way they come to be. Each says where it comes from (base.origin)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

from base import clock, origin
from base.models import AuditRow

if TYPE_CHECKING:
    from schools.models import User


# What leads from an object to its district.
PLACES = ("unit", "section", "adoption", "bulletin", "entry", "progress", "task", "target")
ORIGIN_LENGTH, AGENT_LENGTH = 60, 200


def row(
    subject: models.Model | None,
    verb: str,
    *,
    by: "User | None",
    before: object = "",
    after: object = "",
    why: str = "",
) -> AuditRow:
    """An unsaved audit row about ``subject`` (saved already: it needs its id), or about nothing in particular."""
    come = origin.current()
    return AuditRow(
        at=clock.now(),
        by=by,
        verb=verb,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=subject.pk if subject else None,
        before="" if before is None else str(before),
        after="" if after is None else str(after),
        why=why,
        district_id=_district_of(subject, asks=by is None) or (by.district_id if by else None),
        origin=come.place[:ORIGIN_LENGTH],
        agent=come.agent[:AGENT_LENGTH],
    )


def _district_of(subject: models.Model | None, *, asks: bool) -> int | None:
    """The subject's district: where nobody acts, the database may be asked for it."""
    if subject is None:
        return None
    if subject._meta.label_lower == "schools.district":
        return subject.pk
    loaded = subject._state.fields_cache
    places = (getattr(subject, name, None) if asks else loaded.get(name) for name in PLACES)
    return getattr(subject, "district_id", None) or next(
        filter(None, (_district_of(place, asks=asks) for place in places if isinstance(place, models.Model))), None
    )


def record(
    subject: models.Model | None,
    verb: str,
    *,
    by: "User | None",
    before: object = "",
    after: object = "",
    why: str = "",
) -> AuditRow:
    """Append one row."""
    made = row(subject, verb, by=by, before=before, after=after, why=why)
    made.save()
    return made


def record_all(rows: Iterable[AuditRow]) -> None:
    """Append many rows at once."""
    AuditRow.objects.bulk_create(rows, batch_size=1000)


def history(subject: models.Model) -> models.QuerySet[AuditRow]:
    """Everything that happened to ``subject``, oldest first."""
    return histories(type(subject), [subject.pk])


def histories(model: type[models.Model], ids: Iterable[int]) -> models.QuerySet[AuditRow]:
    """Everything that happened to the rows of ``model`` with these ids, oldest first."""
    return about(model).filter(subject_id__in=list(ids)).select_related("by").order_by("id")


def about(model: type[models.Model]) -> models.QuerySet[AuditRow]:
    """The rows about objects of ``model``, to filter on."""
    return AuditRow.objects.filter(subject_type=model._meta.label_lower)
