"""What is pending at a school: it goes along when a person hands over her post, because it is the school's."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from base import clock
from schools.models import Handover, Unit, User
from submissions import calendar
from submissions.asking import Asking
from submissions.models import Correction, Entry, EntryState
from submissions.states import FormState, Standing, standings

TOLD_FOR = datetime.timedelta(days=30)  # how long the newcomer is told on her home
QUARTERS = 9  # the newest ones are looked through


@dataclass(slots=True)
class Pending:
    forms: list[Standing] = field(default_factory=list)  # to be filled in now and not handed in, with drafts or without
    returned: list[Entry] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.forms) + len(self.returned) + len(self.corrections)


@dataclass(frozen=True, slots=True)
class Taken:
    """A handover as the newcomer is told of it: what was said then, what is pending now."""

    handover: Handover
    pending: Pending


def pending_of(asking: Asking, units: Sequence[Unit]) -> dict[int, Pending]:
    """By unit id. A fixed number of queries besides those of ``asking``; give units with facts."""
    quarters = calendar.opened_quarters(asking.adoptions)[:QUARTERS]
    found = {unit.pk: Pending() for unit in units}
    for one in standings(asking, units, quarters).values():
        if one.asked and one.window.is_open and one.state in (FormState.BLANK, FormState.DRAFT):
            found[one.unit.pk].forms.append(one)
    returned = Entry.objects.for_units(units).filter(state=EntryState.RETURNED).entered_by_schools()
    for entry in returned.select_related("element").order_by("-quarter", "element__position"):
        found[entry.unit_id].returned.append(entry)
    corrections = Correction.objects.open().filter(entry__unit__in=found).select_related("entry__element")
    for correction in corrections:
        found[correction.entry.unit_id].corrections.append(correction)
    return found


def taken_over(asking: Asking, units: Sequence[Unit], user: User) -> dict[int, Taken]:
    """By unit id: the newest handover of each of ``units`` to ``user``, as long as she is told of it. One query if
    there is none."""
    recent = Handover.objects.since(clock.now() - TOLD_FOR).filter(comer=user, unit__in=units)
    newest = {one.unit_id: one for one in recent.select_related("leaver", "by").order_by("pk")}
    pending = pending_of(asking, [unit for unit in units if unit.pk in newest]) if newest else {}
    return {pk: Taken(newest[pk], pending[pk]) for pk in newest}
