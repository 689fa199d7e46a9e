"""More time for one school."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects

from base import audit, clock
from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import Unit, User
from submissions.asking import asking_of
from submissions.models import Extension
from submissions.notices import tell_ended, tell_extended

WORDS = 200  # characters of a reason
MOST_DAYS = 60  # beyond today or the due date, whichever is later


def extend(
    unit: Unit, quarter: Quarter, until: datetime.date, reason: str, *, by: User, seen: datetime.date | None = None
) -> Extension:
    """Give ``unit`` until then for its form of ``quarter``, or change what it was given; ``seen`` is the day that the
    one who decides saw as given so far. It opens a closed quarter again, for this school alone.

    Raises ValidationError for a day that can't be, without a reason, or if a colleague decided in between.
    """
    due = _due(unit, quarter)
    latest = max(due, clock.today()) + datetime.timedelta(days=MOST_DAYS)
    reason = reason.strip()
    if not reason or len(reason) > WORDS:
        raise ValidationError({"reason": f"延期须写明原因，最多 {WORDS} 字，学校会看到这句话。"})
    if until <= due:
        raise ValidationError({"until": f"全区{short_day(due)}截止，延期应晚于这一天。"})
    if not clock.today() <= until <= latest:
        raise ValidationError({"until": f"延期应在今天至{short_day(latest)}之间。"})
    with transaction.atomic():
        standing = _held(unit, quarter)
        if (standing.until if standing else None) != seen:
            given = f"已同意延期至{short_day(standing.until)}" if standing else "已取消延期"
            raise ValidationError(f"您打开页面以后，同事{given}，请刷新后再定。", code="raced")
        before = str(standing.until) if standing else ""
        extension = standing or Extension(unit=unit, quarter=quarter)
        extension.until, extension.reason = until, reason
        extension.given_at, extension.given_by = clock.now(), by
        extension.save()
        audit.record(extension, "extended", by=by, before=before, after=until, why=reason)
        tell_extended(extension, by=by)
    return extension


def end_extension(unit: Unit, quarter: Quarter, *, by: User) -> None:
    """Take it back: before the district's due date it is gone, afterwards today is its last day, so that nobody who
    handed in by it becomes late. Doing it twice changes nothing."""
    due = _due(unit, quarter)
    with transaction.atomic():
        standing = _held(unit, quarter)
        if standing is None or standing.until <= clock.today():
            return
        before = standing.until
        tell_ended(standing, max(due, clock.today()), by=by)
        if clock.today() <= due:
            audit.record(standing, "ended", by=by, before=before)
            standing.delete()
        else:
            standing.until = clock.today()
            standing.save(update_fields=["until"])
            audit.record(standing, "ended", by=by, before=before, after=standing.until)


def _due(unit: Unit, quarter: Quarter) -> datetime.date:
    """The district's due date. Raises Closed before the quarter has opened, ValidationError if nothing is asked."""
    prefetch_related_objects([unit], "facts")
    asking = asking_of(unit.district)
    window = asking.window(None, quarter)
    window.require_reviewing()
    if not asking.asked_of_school(unit, quarter):
        raise ValidationError(f"{unit.name}{quarter.label}没有需要填报的项目，不用延期。", code="nothing_asked")
    return window.due  # type: ignore[return-value]


def _held(unit: Unit, quarter: Quarter) -> Extension | None:
    """What it was given; whoever decides about the same school waits."""
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    return Extension.objects.filter(unit=unit, quarter=quarter).first()
