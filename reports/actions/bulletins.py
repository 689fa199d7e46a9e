"""What changes bulletins: starting the job, drafting, publishing (in between: wording.py, reviewing.py).

Refused here too: somebody publishes what she drafted or sent, stale results are published, two directors publish at
once.
"""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from base import audit, clock, jobs
from base.models import Job
from base.quarters import Period
from base.templatetags.quarters import day
from reports import frozen
from reports.actions.reviewing import NOT_SENT, check_director, check_fresh, end_review, held
from reports.bulletin.content import content_of
from reports.changing import with_changes
from reports.composing import composed, is_of_draft
from reports.models import Bulletin, Edition, EditionSources, Measurement
from reports.notices import tell_drafted, tell_redrafted
from schools.models import User
from tasks.models import Adoption

KIND, FILES = "bulletin", "edition.files"


def start_bulletin(adoption: Adoption, period: Period, *, by: User | None) -> Job:
    """Start the job that measures and drafts (jobs.py), or join the one that is at it already.

    Raises ValidationError for a period that has no bulletin (yet).
    """
    check_period(adoption, period)
    args = {"adoption_id": adoption.pk, "period": str(period), "by_id": by.pk if by else None}
    return jobs.start(KIND, key=key_of(adoption, period), args=args, by=by, district_id=adoption.district_id)


def key_of(adoption: Adoption, period: Period) -> str:
    """Of the job that drafts the bulletin: one at a time."""
    return f"{KIND}:{adoption.pk}:{period}"


def check_period(adoption: Adoption, period: Period) -> None:
    if period.length != 2:
        raise ValidationError("通报每半年一次，期间应写成 2024H1、2024H2 的样子。", code="period")
    if not adoption.plan.runs_in(period):
        raise ValidationError(f"{period.label}不在方案的期限内。", code="period")
    opens = adoption.opens(period.last)
    if clock.today() < opens:
        raise ValidationError(f"{period.label}的数据{day(opens)}起才填报，还不能起草通报。", code="period")


def draft(measurement: Measurement, *, by: User | None, job: Job | None = None) -> Bulletin:
    """Write the bulletin of a measurement, in place of an earlier draft. Editions stay as they are, as do the head and
    the texts that people gave it; one that was in review has to be sent again.

    Raises ValidationError for a period that has no bulletin (yet).
    """
    check_period(measurement.adoption, measurement.period)
    content, sources = content_of(measurement), _sources_to_compare(measurement)  # before anybody has to wait for a row
    columns = {"content": content, "drafted_at": clock.now(), "drafted_by": by, "job": job}
    columns |= {"sent_at": None, "sent_by": None}
    with transaction.atomic():
        return _draft(measurement, columns, sources, by)


def _sources_to_compare(measurement: Measurement) -> frozen.Frozen | None:
    """Those of the draft, where there is an edition to compare it with."""
    adoption, period = measurement.adoption, measurement.period
    has_editions = Edition.objects.filter(bulletin__adoption=adoption, bulletin__period=period).exists()
    return frozen.freeze(adoption, period) if has_editions else None


def _draft(
    measurement: Measurement, columns: dict[str, Any], sources: frozen.Frozen | None, by: User | None
) -> Bulletin:
    found = Bulletin.objects.filter(adoption=measurement.adoption, period=measurement.period)
    before = found.select_for_update(of=("self",)).select_related("sent_by").defer("content").first()
    bulletin, _ = Bulletin.objects.update_or_create(
        adoption=measurement.adoption, period=measurement.period, defaults=columns
    )
    bulletin.content = with_changes(bulletin, sources)
    bulletin.save(update_fields=["content"])
    if before is not None and before.sent_by is not None:
        audit.record(bulletin, "recalled", by=by, why="重新生成")
        tell_redrafted(bulletin, before.sent_by)
    if by is None:
        tell_drafted(bulletin)
    audit.record(bulletin, "drafted", by=by, after=measurement.checksum)
    return bulletin


def publish(bulletin: Bulletin, *, by: User) -> Edition:
    """Freeze what was sent as the next edition.

    Raises PermissionDenied for anybody but a director, and ValidationError where it can't be published: it was not sent
    for review, she drafted or sent it herself, its results are stale by now, it would not say the same changes that
    she has seen, or another director is just publishing.
    """
    check_director(bulletin, by)
    if by.pk in (bulletin.drafted_by_id, bulletin.sent_by_id):
        raise ValidationError("这一稿由您起草或送签，须由另一位局领导签发。", code="own_draft")
    sources = frozen.freeze(bulletin.adoption, bulletin.period)  # what the edition is computed from, for ever
    check_fresh(bulletin, sources)
    try:
        with transaction.atomic():
            return _freeze(bulletin, by, sources)
    except IntegrityError as error:
        raise ValidationError(RACED, code="raced") from error


CHANGED = "送签之后对照的来源又有变动，更正对照表已不是您看到的样子，请退回或撤回后重新送签。"
RACED = "另一位局领导刚刚发布了这一期通报，请刷新页面查看。"


def _freeze(bulletin: Bulletin, by: User, sources: frozen.Frozen) -> Edition:
    """Two directors at once: the row is held, or (SQLite) the file; the number is unique besides."""
    current = held(bulletin)
    latest = current.editions.first()
    if latest is not None and is_of_draft(latest, current):
        raise ValidationError(RACED if latest.published_by_id != by.pk else "这一稿已经发布。", code="published")
    if current.sent_at is None or current.sent_at != bulletin.sent_at:
        raise ValidationError(NOT_SENT, code="not_sent")
    if with_changes(current, sources) != current.content:
        raise ValidationError(CHANGED, code="changed")
    number = latest.number + 1 if latest else 1
    now, data = clock.now(), frozen.text_of(sources)
    date = current.dated or timezone.localtime(now).date()
    stamp = {"number": number, "date": date.isoformat(), "by": str(by), "sources": frozen.digest_of(data)}
    stamp |= {"correction": current.correction} if latest else {}
    content = {**composed(current), "edition": stamp}
    edition = Edition.objects.create(
        bulletin=current,
        number=number,
        content=content,
        checksum=checksum_of(content),
        published_at=now,
        published_by=by,
    )
    end_review(current)
    EditionSources.objects.create(edition=edition, data=data, checksum=stamp["sources"])
    audit.record(edition, "published", by=by, after=edition.checksum)
    start_files(edition, by=by)
    return edition


def start_files(edition: Edition, *, by: User | None) -> Job:
    """Start the job that makes the edition's files (jobs.py), or join the one that is at it already."""
    return jobs.start(FILES, key=files_key(edition), args={"edition_id": edition.pk}, by=by)


def files_key(edition: Edition) -> str:
    return f"{FILES}:{edition.pk}"


def checksum_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
