"""The one way in which an entry goes from state to state."""

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet

from base import audit
from schools.models import User
from submissions.models import Entry, EntryState, leading_to


def move(entries: list[Entry], to: EntryState, by: User, *, verb: str = "", why: str = "", **columns: object) -> None:
    """One conditional update along TRANSITIONS and one bulk of audit rows, called ``verb`` (as the state, if it is
    ""). Raises if an entry is elsewhere by now. The other actions of this room use it, nobody else."""
    if not entries:
        return
    here: QuerySet[Entry] = Entry.objects.filter(pk__in=[entry.pk for entry in entries], state__in=leading_to(to))
    if here.update(state=to, version=F("version") + 1, **columns) != len(entries):
        raise ValidationError("这些数值刚刚有了变化，请刷新页面后再试。", code="raced")
    audit.record_all(
        [audit.row(one, verb or to.value, by=by, before=one.state, after=to.value, why=why) for one in entries]
    )
    for entry in entries:
        entry.state, entry.version = to, entry.version + 1
