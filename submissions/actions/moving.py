"""What the actions on entries share: the one way from state to state, and whether reviewing has begun."""

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet

from base import audit
from schools.models import User
from submissions import calendar
from submissions.models import Entry, EntryState, leading_to


def move(
    entries: list[Entry],
    to: EntryState,
    by: User | None,
    *,
    verb: str = "",
    why: str = "",
    after: str = "",
    **columns: object,
) -> None:
    """One conditional update along TRANSITIONS and one bulk of audit rows, called ``verb``, with ``after``: each is the
    state if it is "". Raises if an entry is elsewhere by now. The other actions of this room use it, nobody else."""
    if not entries:
        return
    here: QuerySet[Entry] = Entry.objects.filter(pk__in=[entry.pk for entry in entries], state__in=leading_to(to))
    if here.update(state=to, version=F("version") + 1, **columns) != len(entries):
        raise ValidationError("这些数值刚刚有了变化，请刷新页面后再试。", code="raced")
    audit.record_all(
        [audit.row(one, verb or to.value, by=by, before=one.state, after=after or to.value, why=why) for one in entries]
    )
    for entry in entries:
        entry.state, entry.version = to, entry.version + 1


def require_reviewing(entries: list[Entry]) -> None:
    """Raises Closed if one of them (with unit and district) is of a quarter that has not opened."""
    adoptions = {entry.unit.district: [] for entry in entries}
    for district in adoptions:
        adoptions[district] = calendar.adoptions_of(district)
    for district, quarter in {(entry.unit.district, entry.quarter) for entry in entries}:
        calendar.window_of(calendar.adoption_in(adoptions[district], quarter), None, quarter).require_reviewing()
