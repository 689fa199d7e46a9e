"""Saying what is done about a red target, changing it, closing it."""

import datetime

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction

from base import audit, clock, files
from base.quarters import Period
from base.templatetags.quarters import day
from reports.actions.progress import tidy
from reports.models import WORDS, Rectification, Result
from reports.queries import half_years
from reports.tally import RED
from schools.models import User
from submissions.actions import KINDS, MAX_BYTES
from targets.models import AdoptedTarget

LONGEST = 366  # days from today on that a time limit may lie ahead
OWNER = 60
RACED = "同事刚刚为这项目标提出了整改措施，没有重复保存；请看过再改。"
CHANGED = "您打开页面以后，同事改过这一项，没有保存；请看过新的内容再定。"
CLOSED = "这一项已经销号，不能再改。目标仍为滞后或逾期的，请提出新的整改事项。"


def open_rectification(
    target: AdoptedTarget, period: Period, *, measure: str, owner: str, due: datetime.date, by: User
) -> Rectification:
    """Say what is done about a target that is red in the newest measured half-year.

    Raises ValidationError where it isn't, where an item is open already, or for words or a date that can't be.
    """
    result = _red_result(target, period)
    columns = _checked(measure, owner, due)
    try:
        with transaction.atomic():
            item = Rectification.objects.create(
                target=target, period=period, status=result.status, opened_at=clock.now(), opened_by=by, **columns
            )
            audit.record(item, "opened", by=by, after=_said(item))
    except IntegrityError as error:
        raise ValidationError(RACED, code="raced") from error
    return item


@transaction.atomic
def revise_rectification(
    item: Rectification, *, seen: int, measure: str, owner: str, due: datetime.date, why: str, by: User
) -> Rectification:
    """Change an open item, with the reason; ``seen`` is the version that was read. Raises ValidationError."""
    held, why = _held(item, seen), tidy(why)
    columns = _checked(measure, owner, due)
    if not why or len(why) > WORDS:
        raise ValidationError({"why": f"请写明为什么调整，最多 {WORDS} 字。"})
    before = _said(held)
    for name, value in columns.items():
        setattr(held, name, value)
    held.version += 1
    held.save()
    audit.record(held, "revised", by=by, before=before, after=_said(held), why=why)
    return held


@transaction.atomic
def close_rectification(item: Rectification, *, seen: int, reason: str, upload: File, by: User) -> Rectification:
    """Close an item with a reason and a file that proves it. It stays closed: what turns red again is a new item.

    Raises Refused for a file that is not taken, and ValidationError.
    """
    held, reason = _held(item, seen), tidy(reason)
    if not reason or len(reason) > WORDS:
        raise ValidationError({"reason": f"请写明整改结果，最多 {WORDS} 字。"})
    held.evidence = files.store(upload, by=by, kinds=KINDS, limit=MAX_BYTES)
    held.reason, held.closed_at, held.closed_by = reason, clock.now(), by
    held.version += 1
    held.save()
    audit.record(held, "closed", by=by, after=held.evidence.digest, why=reason)
    return held


def _held(item: Rectification, seen: int) -> Rectification:
    held = Rectification.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if not held.is_open:
        raise ValidationError(CLOSED, code="closed")
    if held.version != seen:
        raise ValidationError(CHANGED, code="raced")
    return held


def _red_result(target: AdoptedTarget, period: Period) -> Result:
    measured = half_years(target.adoption)
    if not measured or measured[-1].period != period:
        newest = f"最近测算的是{measured[-1].period.label}。" if measured else "还没有测算。"
        raise ValidationError(f"整改事项按最近一期测算结果提出，{newest}", code="period")
    result = measured[-1].results.of_district().filter(target=target.target_id, status__in=RED).first()
    if result is None:
        raise ValidationError(f"这项目标在{period.label}不是滞后或逾期，不需要整改事项。", code="not_red")
    return result


def _checked(measure: str, owner: str, due: datetime.date) -> dict[str, object]:
    measure, owner = tidy(measure), tidy(owner)
    latest = clock.today() + datetime.timedelta(days=LONGEST)
    problems = {}
    if not measure or len(measure) > WORDS:
        problems["measure"] = f"请写明整改措施，最多 {WORDS} 字。"
    if not owner or len(owner) > OWNER:
        problems["owner"] = f"请写明责任人，最多 {OWNER} 字。"
    if not clock.today() <= due <= latest:
        problems["due"] = f"时限应在今天至{day(latest)}之间。"
    if problems:
        raise ValidationError(problems)
    return {"measure": measure, "owner": owner, "due": due}


def _said(item: Rectification) -> str:
    """As the audit rows keep it."""
    return f"措施：{item.measure.rstrip('。')}；责任人：{item.owner}；时限：{day(item.due)}"
