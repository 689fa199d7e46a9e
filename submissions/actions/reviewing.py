"""Reviewing what was handed in: approving puts values in force, returning asks for them anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from base import clock
from schools.models import User
from submissions.actions.corrections import end_done, prolong
from submissions.actions.moving import move, require_reviewing
from submissions.models import Entry, EntryState
from submissions.notices import tell_returned

REASON_LENGTH = 500


@dataclass
class Reviewed:
    done: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)  # with the reason, in Chinese


def approve(entries: Iterable[Entry], *, by: User) -> Reviewed:
    """Approve submitted entries: their values are in force from now on. ``entry.version`` is what the reviewer saw."""
    with transaction.atomic():
        reviewed = _held(entries, EntryState.APPROVED, by)
        move(
            reviewed.done,
            EntryState.APPROVED,
            by,
            approved_value=F("value"),
            approved_at=clock.now(),
            approved_by=by,
            reopened_until=None,
        )
        end_done([entry for entry in reviewed.done if entry.reopened_until])
        return reviewed


def return_entries(entries: Iterable[Entry], reason: str, *, by: User) -> Reviewed:
    """Send submitted entries back with a reason, which whoever filled them in will read."""
    return return_each({entry: reason for entry in entries}, by=by)


def return_each(reasons: Mapping[Entry, str], *, by: User) -> Reviewed:
    """``return_entries``, each for a reason of its own; all of them or, where one reason can't be taken, none. Whoever
    filled them in is told once."""
    alike: dict[str, list[Entry]] = {}
    for entry, reason in reasons.items():
        alike.setdefault(reason, []).append(entry)
    reviewed = Reviewed()
    with transaction.atomic():
        for reason, entries in alike.items():
            one = _return(entries, reason.strip(), by)
            reviewed.done += one.done
            reviewed.refused += one.refused
        tell_returned(reviewed.done, by=by)
    return reviewed


def _return(entries: list[Entry], reason: str, by: User) -> Reviewed:
    if not reason:
        raise ValidationError("退回须写明原因，填报的人会看到这句话。", code="reason")
    if len(reason) > REASON_LENGTH:
        raise ValidationError(f"退回原因最多 {REASON_LENGTH} 字，现有 {len(reason)} 字。", code="reason")
    reviewed = _held(entries, EntryState.RETURNED, by)
    move(reviewed.done, EntryState.RETURNED, by, why=reason, return_reason=reason)
    prolong([entry for entry in reviewed.done if entry.reopened_until])
    for entry in reviewed.done:
        entry.return_reason = reason
    return reviewed


def _held(entries: Iterable[Entry], to: EntryState, by: User) -> Reviewed:
    """The entries as they are now, held: those that may go to ``to``, and those that may not, with the reason. What is
    there already (a double click) is passed over."""
    seen = {entry.pk: entry.version for entry in entries}
    reviewed = Reviewed()
    held = Entry.objects.filter(pk__in=seen).mark_own(by).locked()
    for entry in held.select_related("element", "unit__district").order_by("pk"):
        if entry.state == to:
            continue
        why = _why_not(entry, seen[entry.pk])
        if why:
            reviewed.refused.append((entry, why))
        else:
            reviewed.done.append(entry)
    require_reviewing(reviewed.done)
    return reviewed


def _why_not(entry: Entry, version: int) -> str:
    if entry.state != EntryState.SUBMITTED:
        return f"现在是“{entry.get_state_display()}”，不在待审核之列。"
    if entry.version != version:
        return "打开页面以后数值有过变化，请核对后再审。"
    if entry.is_own:
        return "不能审核自己填报或提交的数值，请由他人审核。"
    return ""
