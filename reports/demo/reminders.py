"""What the demo's people were told of deadlines, by the steps of the days until the demo's."""

import datetime
from typing import TYPE_CHECKING

from base import clock, outbox
from base.models import Message
from base.quarters import Quarter
from submissions.recipients import people_of_schools
from submissions.reminders import LAST, STEPS, Step, escalations, remind, school_owing, step_messages
from submissions.states import Standing

if TYPE_CHECKING:
    from reports.demo.seed import Demo


def remind_now(demo: "Demo", day: datetime.date) -> None:
    """The round of ``day``, as the daily job tells it."""
    with clock.pinned(day, hour=9):
        remind(demo.district)


def remind_late(demo: "Demo", place: int, quarter: Quarter) -> None:
    """The school at ``place`` handed in after the due date: warned in orange, and everything read."""
    _tell(demo, place, quarter, STEPS[:-1])
    unit = demo.schools[place]
    outbox.mark_read(Message.objects.filter(to__posts__unit=unit))


def remind_silent(demo: "Demo", place: int, quarter: Quarter) -> None:
    """The school at ``place`` never did: the last warning was red, and the sections and the director were told."""
    _tell(demo, place, quarter, STEPS)


def _tell(demo: "Demo", place: int, quarter: Quarter, steps: tuple[Step, ...]) -> None:
    unit = demo.schools[place]
    people = people_of_schools([unit])[unit.pk]
    for step in steps:
        with clock.pinned(step.day(demo.asking.window(unit, quarter)), hour=9):
            asked = len(demo.asking.asked_of_school(unit, quarter))
            owing = school_owing(demo.asking, Standing(unit, quarter, demo.asking.window(unit, quarter), asked), people)
            outbox.post(step_messages(owing, step))
            if step is LAST:
                outbox.post(escalations(demo.district, [owing]))
