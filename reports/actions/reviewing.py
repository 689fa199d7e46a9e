"""Between drafting and publishing: a bulletin is sent to the directors, taken back, sent back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from base import audit, clock
from reports import frozen
from reports.changing import with_changes
from reports.composing import is_of_draft, texts_of
from reports.models import REASON, Bulletin
from reports.notices import tell_directors, tell_returned
from reports.queries import measurement_of
from schools.models import Post, Role, User

NOT_SENT = "这一稿不在送签中，可能已被撤回、退回、重新生成或签发，请刷新页面。"
STALE = "起草之后数据有变动，这一稿的数字已不是最新，请重新生成后再送签、发布。改写过的文字不会丢。"


def send(bulletin: Bulletin, *, by: User, correction: str = "") -> Bulletin:
    """Send the bulletin to the directors, to be published as it stands; sending it twice changes nothing.

    ``correction``: why there is to be another edition. Raises ValidationError where there is nothing new, where the
    figures are not the newest, a text refers to a figure that is no more, or a correction lacks its reason.
    """
    sources = frozen.freeze(bulletin.adoption, bulletin.period)  # measures: before anybody has to wait for the row
    with transaction.atomic():
        current = held(bulletin)
        return current if current.is_in_review else _send(current, sources, by, correction.strip())


def _send(current: Bulletin, sources: frozen.Frozen, by: User, correction: str) -> Bulletin:
    latest = current.editions.first()
    if latest is not None and is_of_draft(latest, current):
        raise ValidationError("这一稿与已发布的一版相同，没有可送签的改动。", code="published")
    if latest is not None and not correction:
        raise ValidationError({"correction": "已发布过，再发一版须写明更正了什么、为什么更正。"})
    if len(correction) > REASON:
        raise ValidationError({"correction": f"更正说明最多 {REASON} 字，现有 {len(correction)} 字。"})
    _check_texts(current)
    check_fresh(current, sources)
    current.content = with_changes(current, sources)
    current.sent_at, current.sent_by, current.returned = clock.now(), by, ""
    current.correction = correction if latest is not None else ""
    current.save(update_fields=["content", "sent_at", "sent_by", "returned", "correction"])
    audit.record(current, "sent", by=by, why=current.correction)
    tell_directors(current)
    return current


@transaction.atomic
def withdraw(bulletin: Bulletin, *, by: User) -> Bulletin:
    """Take it back from review, to change it. Raises ValidationError for what is not in review (any more): a director
    may just have published it."""
    current = held(bulletin)
    if not current.is_in_review:
        raise ValidationError(NOT_SENT, code="not_sent")
    end_review(current)
    audit.record(current, "recalled", by=by)
    return current


@transaction.atomic
def send_back(bulletin: Bulletin, *, by: User, reason: str) -> Bulletin:
    """A director's answer: to be changed, and why. Raises PermissionDenied for anybody else, ValidationError without a
    reason, and for what is not in review (any more)."""
    check_director(bulletin, by)
    reason = reason.strip()
    if not reason or len(reason) > REASON:
        raise ValidationError({"reason": f"请写明退回的意见，最多 {REASON} 字。"})
    current = held(bulletin)
    if not current.is_in_review:
        raise ValidationError(NOT_SENT, code="not_sent")
    sent_by = current.sent_by
    current.returned = reason
    end_review(current)
    audit.record(current, "sent_back", by=by, why=reason)
    tell_returned(current, {one for one in (sent_by, current.drafted_by) if one})
    return current


def _check_texts(bulletin: Bulletin) -> None:
    dangling = {text.heading: text.unknown for text in texts_of(bulletin) if text.unknown}
    if dangling:
        said = "；".join(f"{heading}：{'、'.join(keys)}" for heading, keys in dangling.items())
        raise ValidationError(f"有的文字引用了本期没有的数：{said}。请改正后再送签。", code="unknown")


def check_fresh(bulletin: Bulletin, sources: frozen.Frozen) -> None:
    """The draft says what comes of the sources, and of the measurement that stands: else it is stale."""
    measurement = measurement_of(bulletin.adoption, bulletin.period)
    drafted_from = bulletin.content["measurement"]["checksum"]
    if measurement is None or {measurement.checksum, sources.checksum} != {drafted_from}:
        raise ValidationError(STALE, code="stale")


def end_review(current: Bulletin) -> None:
    current.sent_at = current.sent_by = None
    current.save(update_fields=["sent_at", "sent_by", "returned"])


def held(bulletin: Bulletin) -> Bulletin:
    """The row as it is now, for whoever changes it to be the only one."""
    places = "adoption__plan", "adoption__district"
    return Bulletin.objects.select_related(*places).select_for_update(of=("self",)).get(pk=bulletin.pk)


def check_director(bulletin: Bulletin, by: User) -> None:
    directing = Post.objects.filter(user=by, role=Role.DIRECTOR, district=bulletin.adoption.district_id)
    if not directing.exists():
        raise PermissionDenied("通报由局领导签发。")
