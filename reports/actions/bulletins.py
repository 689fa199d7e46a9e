"""What changes bulletins: starting the job, drafting, publishing.

Refused here too: somebody publishes her own draft, stale results are published, two directors publish at once.
"""

import hashlib
import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from base import audit, clock, jobs
from base.models import Job
from base.quarters import Period
from base.templatetags.quarters import day
from reports import frozen
from reports.bulletin.content import content_of
from reports.models import Bulletin, Edition, EditionSources, Measurement
from reports.queries import measurement_of
from schools.models import Post, Role, User
from tasks.models import Adoption

KIND, FILES = "bulletin", "edition.files"


def start_bulletin(adoption: Adoption, period: Period, *, by: User | None) -> Job:
    """Start the job that measures and drafts (jobs.py), or join the one that is at it already.

    Raises ValidationError for a period that has no bulletin (yet).
    """
    check_period(adoption, period)
    args = {"adoption_id": adoption.pk, "period": str(period), "by_id": by.pk if by else None}
    return jobs.start(KIND, key=f"{KIND}:{adoption.pk}:{period}", args=args, by=by)


def check_period(adoption: Adoption, period: Period) -> None:
    if period.length != 2:
        raise ValidationError("通报每半年一次，期间应写成 2024H1、2024H2 的样子。", code="period")
    if not adoption.plan.runs_in(period):
        raise ValidationError(f"{period.label}不在方案的期限内。", code="period")
    opens = adoption.opens(period.last)
    if clock.today() < opens:
        raise ValidationError(f"{period.label}的数据{day(opens)}起才填报，还不能起草通报。", code="period")


@transaction.atomic
def draft(measurement: Measurement, *, by: User | None, job: Job | None = None) -> Bulletin:
    """Write the bulletin of a measurement, in place of an earlier draft. Editions stay as they are.

    Raises ValidationError for a period that has no bulletin (yet).
    """
    check_period(measurement.adoption, measurement.period)
    columns = {"content": content_of(measurement), "drafted_at": clock.now(), "drafted_by": by, "job": job}
    bulletin, _ = Bulletin.objects.update_or_create(
        adoption=measurement.adoption, period=measurement.period, defaults=columns
    )
    audit.record(bulletin, "drafted", by=by, after=measurement.checksum)
    return bulletin


def publish(bulletin: Bulletin, *, by: User) -> Edition:
    """Freeze the draft as the next edition.

    Raises PermissionDenied for anybody but a director, and ValidationError where the draft can't be published: her own,
    made from results that are stale by now, published already, or just being published by another director.
    """
    _check_publisher(bulletin, by)
    sources = _fresh_sources(bulletin)
    try:
        with transaction.atomic():
            return _freeze(bulletin, by, sources)
    except IntegrityError as error:
        raise ValidationError(RACED, code="raced") from error


RACED = "另一位局领导刚刚发布了这一期通报，请刷新页面查看。"


def _check_publisher(bulletin: Bulletin, by: User) -> None:
    directing = Post.objects.filter(user=by, role=Role.DIRECTOR, district=bulletin.adoption.district_id)
    if not directing.exists():
        raise PermissionDenied("通报由局领导签发。")
    if bulletin.drafted_by_id == by.pk:
        raise ValidationError("这一稿由您起草，须由另一位局领导签发。", code="own_draft")


def _fresh_sources(bulletin: Bulletin) -> frozen.Frozen:
    """What the edition will be computed from, for ever. The draft says what comes of it: else it is stale."""
    measurement = measurement_of(bulletin.adoption, bulletin.period)
    drafted_from = bulletin.content["measurement"]["checksum"]
    sources = frozen.freeze(bulletin.adoption, bulletin.period)
    if measurement is None or {measurement.checksum, sources.checksum} != {drafted_from}:
        raise ValidationError("起草之后数据有变动，这一稿的数字已不是最新，请重新生成后再发布。", code="stale")
    return sources


def _freeze(bulletin: Bulletin, by: User, sources: frozen.Frozen) -> Edition:
    """Two directors at once: the row is held, or (SQLite) the file; the number is unique besides."""
    current = Bulletin.objects.select_for_update(of=("self",)).get(pk=bulletin.pk)
    if current.drafted_at != bulletin.drafted_at:
        raise ValidationError("这一稿刚刚重新生成过，请看过新稿再发布。", code="redrafted")
    latest = current.editions.first()
    if latest is not None and is_of_draft(latest, current):
        raise ValidationError(RACED if latest.published_by_id != by.pk else "这一稿已经发布。", code="published")
    number = latest.number + 1 if latest else 1
    now, data = clock.now(), frozen.text_of(sources)
    stamp = {"number": number, "date": now.date().isoformat(), "by": str(by), "sources": frozen.digest_of(data)}
    content = {**current.content, "edition": stamp}
    edition = Edition.objects.create(
        bulletin=current,
        number=number,
        content=content,
        checksum=checksum_of(content),
        published_at=now,
        published_by=by,
    )
    EditionSources.objects.create(edition=edition, data=data, checksum=stamp["sources"])
    audit.record(edition, "published", by=by, after=edition.checksum)
    start_files(edition, by=by)
    return edition


def start_files(edition: Edition, *, by: User | None) -> Job:
    """Start the job that makes the edition's files (jobs.py), or join the one that is at it already."""
    return jobs.start(FILES, key=files_key(edition), args={"edition_id": edition.pk}, by=by)


def files_key(edition: Edition) -> str:
    return f"{FILES}:{edition.pk}"


def is_of_draft(edition: Edition, bulletin: Bulletin) -> bool:
    """Whether the edition says what the draft says now."""
    return {key: value for key, value in edition.content.items() if key != "edition"} == bulletin.content


def checksum_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
