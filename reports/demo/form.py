"""What the school's form shows of the demo district beside fresh figures: whom to ask, and a form of which one of two
returned items has been corrected, so that its sign-off sheet no longer equals the data."""

from typing import TYPE_CHECKING

from base import audit
from base.quarters import Quarter
from schools.models import District, Section
from submissions.actions import save_values
from submissions.cells import Typed
from submissions.models import Entry, EntryState

if TYPE_CHECKING:
    from reports.demo.seed import Demo

CONTACTS = "金 木 水 火 土 风 云 山 林 田 石".split()


def name_contacts(district: District) -> None:
    """Invented people and numbers that nobody has."""
    sections = list(district.sections.all())
    for place, section in enumerate(sections):
        section.contact = f"演示{CONTACTS[place % len(CONTACTS)]}老师"
        section.phone = f"0000-{place + 1:07d}"
    Section.objects.bulk_update(sections, ["contact", "phone"])
    audit.record_all(audit.row(section, "changed", by=None, why="演示数据") for section in sections)


def begin_correcting(demo: "Demo", quarter: Quarter) -> None:
    """The clerk of the school whose items came back corrects the last of them, and has not come to the others."""
    returned = Entry.objects.of(demo.district).for_quarter(quarter).filter(state=EntryState.RETURNED)
    entry = returned.entered_by_schools().filter(value__gt=1).select_related("element", "unit").order_by("-pk")[0]
    typed = {entry.element.code: Typed(entry.value - 1, entry.version, "演示数据：重复统计 1，已改正。")}
    save_values(entry.unit, quarter, typed, by=demo.clerk(entry.unit), all_or_nothing=True)
