"""What waits for review in a quarter, school by school: what is unusual about it, and the unusual first."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from base.quarters import Quarter
from base.templatetags.status import Mark
from schools.models import Unit, User
from submissions.asking import Asking
from submissions.cells import needs_evidence
from submissions.models import Entry, Submission
from submissions.queries import EntryQuerySet
from submissions.rules import Desk
from submissions.states import was_late
from targets.models import Element, ValueType

LARGE_SHARE = Decimal("0.3")  # a change beyond 30 % …
LARGE_AMOUNT = 10  # … and of at least 10 is large

FLAGGED, UNPROVEN, CHANGED, CORRECTED, AGAIN, LATE = (
    Mark("flagged", "核对异常", "◆", "behind"),
    Mark("unproven", "缺佐证", "□", "behind"),
    Mark("changed", "变化大", "△", "at_risk"),
    Mark("corrected", "更正", "☆", "at_risk"),
    Mark("again", "退回后再报", "◎", "achieved"),
    Mark("late", "逾期提交", "■", "idle"),
)
ODDITIES = (FLAGGED, UNPROVEN, CHANGED, CORRECTED, AGAIN, LATE)  # what weighs most first


@dataclass(slots=True)
class Waiting:
    """What waits for one reviewer of one school in one quarter."""

    unit: Unit
    entries: list[Entry]
    submission: Submission | None = None
    counts: Counter[Mark] = field(default_factory=Counter)  # items by what is unusual about them; late: the form

    @property
    def oddities(self) -> list[tuple[Mark, int]]:
        return [(mark, self.counts[mark]) for mark in ODDITIES if self.counts[mark]]

    @property
    def order(self) -> tuple[object, ...]:
        """Of two schools that with more checks fired comes first; of equals, that which lacks more evidence …"""
        return (*(-self.counts[mark] for mark in ODDITIES), self.unit.code)

    @property
    def digest(self) -> str:
        """Changes when any of the items does, comes or goes."""
        seen = ",".join(sorted(f"{entry.pk}:{entry.version}" for entry in self.entries))
        return hashlib.sha256(seen.encode()).hexdigest()[:16]


def waiting_for(desk: Desk, by: User, hidden: Iterable[int]) -> EntryQuerySet:
    """The entries of schools that wait for ``by`` in any quarter: what her sections answer for and others entered; for
    a director without a section all."""
    waiting = Entry.objects.of(desk.district).waiting().entered_by_schools().exclude(element__in=hidden)
    if desk.reviews is not None:
        waiting = waiting.filter(element__reviewed_by__in=desk.reviews)
    return waiting.mark_own(by).filter(is_own=False)


def queue_of(
    desk: Desk, asking: Asking, quarter: Quarter, schools: Iterable[Unit], *, by: User, hidden: Iterable[int]
) -> list[Waiting]:
    """Of ``schools`` (open in ``quarter``, with facts) those with items that wait for ``by``. Two queries."""
    units = {unit.pk: unit for unit in schools}
    asked = {pk: {item.element.pk for item in asking.asked_of_school(unit, quarter)} for pk, unit in units.items()}
    queue: dict[int, Waiting] = {}
    for entry in waiting_for(desk, by, hidden).for_quarter(quarter).with_past():
        if entry.element_id in asked.get(entry.unit_id, ()):
            entry.element, entry.unit = asking.elements[entry.element_id], units[entry.unit_id]
            one = queue.setdefault(entry.unit_id, Waiting(entry.unit, []))
            one.entries.append(entry)
            one.counts.update(oddities_of(entry))
    for submission in Submission.objects.for_quarter(quarter).filter(unit__in=list(queue)):
        one = queue[submission.unit_id]
        one.submission = submission
        one.counts[LATE] = int(was_late(submission, asking.window(one.unit, quarter)))
    return sorted(queue.values(), key=lambda one: one.order)


def oddities_of(entry: Entry) -> list[Mark]:
    """What is unusual about an entry ``with_past``, with its element."""
    before = entry.last if entry.approved_value is None else entry.approved_value
    found = {
        FLAGGED: bool(entry.flags),
        UNPROVEN: needs_evidence(entry.element, entry.value, entry.last) and not entry.is_proven,
        CHANGED: not entry.flags and is_large(entry.element, before, entry.value),
        CORRECTED: entry.reopened_until is not None,
        AGAIN: entry.verdict == "returned",
    }
    return [mark for mark, holds in found.items() if holds]


def is_large(element: Element, before: Decimal | None, now: Decimal | None) -> bool:
    """Whether a figure changed much against the value last approved; of a yes or no, whether a yes became a no."""
    if before is None or now is None:
        return False
    if element.value_type == ValueType.BOOLEAN:
        return now < before
    if element.value_type not in (ValueType.INTEGER, ValueType.DECIMAL):
        return False
    change = abs(now - before)
    return change >= LARGE_AMOUNT and change > LARGE_SHARE * abs(before)


def picked_of(queue: Iterable[Waiting], picked: Mapping[str, str]) -> tuple[list[Entry], list[tuple[Unit, str]]]:
    """Of the schools ``picked`` on the list (digests by code): the items that may be approved unopened, and which
    schools stay, with why. What has been reviewed meanwhile is passed over."""
    taken, left = [], []
    for one in queue:
        if one.unit.code not in picked:
            continue
        if one.digest != picked[one.unit.code]:
            left.append((one.unit, "打开名单以后数值有过变化"))
        elif one.oddities:
            left.append((one.unit, "有要先看的项目"))
        else:
            taken += one.entries
    return taken, left


def next_after(queue: list[Waiting], unit: Unit) -> Unit | None:
    """The school after ``unit`` in the queue, the first one where it is the last or not in it."""
    units = [one.unit for one in queue]
    place = next((at for at, one in enumerate(units) if one.pk == unit.pk), -1)
    others = [one for one in units[place + 1 :] + units[: place + 1] if one.pk != unit.pk]
    return others[0] if others else None
