"""Per-school figures of sensitive targets: nobody without the right finds one in anything that she can get.

Each is a prime of seven digits. All pages and files that a person can reach are looked through, what they lead to,
the data of charts, and every part of workbooks and packs.
"""

import pytest

from base import audit
from base.files import MB, store
from reports.actions import draft
from reports.measuring import measure
from submissions.models import Entry, Evidence
from tests import factories
from tests.bulletins import issued
from tests.edu_plan.crawl import crawl, texts_of
from tests.edu_plan.world import NOW, PERIOD, THEN
from tests.upload_bytes import png, upload

pytestmark = [pytest.mark.security, pytest.mark.once]

FIGURES = {  # by school: approved then, waiting now
    "pri-01": ("1299709", "1299721"),
    "pri-02": ("1299743", "1299763"),
}
GOAL = 1000  # of the world's targets: what lacks to it tells the figure as well


@pytest.fixture
def planted(world, adoption, officer, director):
    """The world, with figures in entries, notes, names of evidence, history, results and a published bulletin."""
    for school, (then, now) in FIGURES.items():
        entries = Entry.objects.filter(unit__code=school, unit__district=adoption.district)
        for quarter, figure in ((THEN, then), (NOW, now)):
            of_quarter = entries.filter(quarter=quarter, element__code="EXAMS_PASSED")
            approved = {} if quarter == NOW else {"approved_value": figure}
            of_quarter.update(value=figure, note=f"共{figure}人", **approved)
            entry = of_quarter.get()
            audit.record(entry, "changed", by=entry.entered_by, before="1", after=figure)
            stored = store(upload(f"{figure}.png", png(int(figure) % 251)), by=None, kinds=["png"], limit=MB)
            Evidence.objects.create(unit=entry.unit, file=stored).entries.add(entry)
    issued(draft(measure(adoption, PERIOD, by=officer), by=officer), by=director)
    return world


def found_by(client, world, schools):
    """Addresses on which a figure of one of the schools stands, by the figure."""
    figures = {figure for school in schools for figure in FIGURES[school]}
    telling = figures | {str(int(figure) - GOAL) for figure in figures}
    found: dict[str, list[str]] = {}
    for url, _, content in crawl(client, world):
        for text in texts_of(content):
            plain = text.replace(",", "").replace("\u2009", "").replace("\u00a0", "")
            for figure in telling:
                if figure in plain:
                    found.setdefault(figure, []).append(url)
    return found


@pytest.mark.parametrize("role", ["officer", "other_officer", "director", "leader", "admin", "auditor", "visitor"])
def test_who_has_no_right_finds_no_schools_figure(role, planted, clients):
    assert found_by(clients[role], planted, FIGURES) == {}


@pytest.mark.parametrize("role", ["clerk"])
def test_a_school_finds_no_other_schools_figure(role, planted, clients):
    assert found_by(clients[role], planted, ["pri-02"]) == {}
    assert set(found_by(clients[role], planted, ["pri-01"])) >= set(FIGURES["pri-01"])


def test_who_has_the_right_finds_them_all(planted, sections, client_of):
    """The look is one that finds."""
    officer = factories.make_officer(sections["basic"], sees_sensitive=True)
    found = found_by(client_of(officer), planted, FIGURES)
    assert set(found) >= {figure for figures in FIGURES.values() for figure in figures}
    assert any("audit-pack" in url for urls in found.values() for url in urls)
