"""Where each school's form and each section's grid stand, derived from their entries in one pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Count
from django.utils import timezone

from base.quarters import Quarter
from schools.models import Section, Unit
from submissions.asking import Asking
from submissions.calendar import Window
from submissions.models import Entry, EntryState, Submission
from submissions.sheets import Sheet
from targets.models import BY_SCHOOL


class FormState(models.TextChoices):
    """Of a form as a whole; what holds for one entry outweighs the rest in this order."""

    NONE = "none", "不用填报"
    BLANK = "blank", "未开始"
    RETURNED = "returned", "有退回"
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    APPROVED = "approved", "已通过"


@dataclass(slots=True)
class Standing:
    """A school's form of one quarter: how many of its entries are in which state."""

    unit: Unit
    quarter: Quarter
    window: Window
    asked: int
    counts: Counter[str] = field(default_factory=Counter)  # by EntryState, entries with a value
    submission: Submission | None = None

    @property
    def filled(self) -> int:
        return self.counts.total()

    @property
    def missing(self) -> int:
        return self.asked - self.filled

    @property
    def returned(self) -> int:
        return self.counts[EntryState.RETURNED]

    @property
    def waiting(self) -> int:
        return self.counts[EntryState.SUBMITTED]

    @property
    def state(self) -> FormState:
        if not self.asked:
            return FormState.NONE
        if not self.filled:
            return FormState.BLANK
        if self.returned:
            return FormState.RETURNED
        if self.missing or self.counts[EntryState.DRAFT]:
            return FormState.DRAFT
        return FormState.SUBMITTED if self.waiting else FormState.APPROVED

    @property
    def is_handed_in(self) -> bool:
        """Once at least; a school whose items came back has handed in all the same."""
        handed_in = self.submission is not None and self.submission.first_submitted_at is not None
        return handed_in or self.state in (FormState.SUBMITTED, FormState.APPROVED, FormState.RETURNED)

    @property
    def is_late(self) -> bool:
        """Past the due date and not handed in."""
        return self.asked > 0 and self.window.is_past_due and not self.is_handed_in

    @property
    def was_late(self) -> bool:
        """Handed in after the due date."""
        return self.submission is not None and was_late(self.submission, self.window)

    @property
    def mark(self) -> str:
        """The code of its mark on a page: a state, or ``late``."""
        return "late" if self.is_late else self.state.value

    @property
    def label(self) -> str:
        if self.is_late:
            return "逾期未报"
        if self.state == FormState.RETURNED:
            return f"退回 {self.returned} 项"
        if self.state == FormState.DRAFT and self.is_handed_in:
            return "待重新提交" if self.counts[EntryState.DRAFT] else f"缺 {self.missing} 项"
        return str(self.state.label)


def was_late(submission: Submission, window: Window) -> bool:
    """Handed in after the due date."""
    at = submission.first_submitted_at
    return bool(at and window.due and timezone.localtime(at).date() > window.due)


def standings(
    asking: Asking, units: Iterable[Unit], quarters: Sequence[Quarter]
) -> dict[tuple[int, Quarter], Standing]:
    """By unit id and quarter. Two queries besides those of ``asking``; give units with facts."""
    made, wanted = {}, {}
    for unit in units:
        for quarter in quarters:
            items = asking.asked_of_school(unit, quarter)
            wanted[unit.pk, quarter] = {item.element.pk for item in items}
            made[unit.pk, quarter] = Standing(unit, quarter, asking.window(unit, quarter), len(items))
    place = {"unit__in": {unit for unit, _ in made}, "quarter__in": quarters}
    entries = Entry.objects.filter(**place, value__isnull=False).entered_by_schools()
    for unit_id, quarter, element, state in entries.values_list("unit_id", "quarter", "element_id", "state"):
        if element in wanted[unit_id, quarter]:
            made[unit_id, quarter].counts[state] += 1
    for submission in Submission.objects.filter(**place):
        made[submission.unit_id, submission.quarter].submission = submission
    return made


def standing_of(sheet: Sheet, unit: Unit) -> Standing:
    """The standing of ``unit``'s form, whose sheet is at hand. One query."""
    made = Standing(unit, sheet.quarter, sheet.asking.window(unit, sheet.quarter), len(sheet.cells))
    made.counts.update(cell.state for cell in sheet.cells.values() if not cell.is_blank)
    made.submission = Submission.objects.for_quarter(sheet.quarter).filter(unit=unit).first()
    return made


@dataclass(slots=True)
class GridStanding:
    """A section's own figures of one quarter: how many cells of its grid are in which state."""

    section: Section
    asked: int
    counts: Counter[str] = field(default_factory=Counter)  # by EntryState, entries with a value

    @property
    def filled(self) -> int:
        return self.counts.total()

    @property
    def returned(self) -> int:
        return self.counts[EntryState.RETURNED]

    @property
    def waiting(self) -> int:
        return self.counts[EntryState.SUBMITTED]

    @property
    def approved(self) -> int:
        return self.counts[EntryState.APPROVED]

    @property
    def is_behind(self) -> bool:
        """Nothing has been filled in, or something waits to be handed in. Single blank cells are no arrears: what has
        not come about has no date."""
        return not self.filled or self.returned > 0 or self.counts[EntryState.DRAFT] > 0


def grid_standings(
    asking: Asking, units: Iterable[Unit], sections: Iterable[Section], quarter: Quarter
) -> list[GridStanding]:
    """Of those of ``sections`` that are asked for something about ``units`` (with facts). One query besides those of
    ``asking``."""
    asked: Counter[str] = Counter()
    for unit in units:
        asked.update(
            item.element.entered_by for item in asking.asked(unit, quarter) if item.element.entered_by != BY_SCHOOL
        )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    entries = Entry.objects.of(asking.district).for_quarter(quarter).entered_by_sections().filter(value__isnull=False)
    rows = entries.values_list("element__entered_by", "state").annotate(n=Count("id"))
    for section, state, n in rows.order_by():
        counts[section][state] = n
    return [GridStanding(one, asked[one.code], counts[one.code]) for one in sections if asked[one.code]]
