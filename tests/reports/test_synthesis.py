"""Synthetic districts are measured and read like any other."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from reports.demo.synthesis import dealt, grown
from reports.models import Measurement
from schools.models import District, Unit, User
from submissions.models import Entry, Submission
from targets.core.model import Status
from tasks.models import Adoption
from tests import factories
from tests.reports.world import read_once

SMALL = {"districts": 2, "schools": 3, "quarters": 2}


@pytest.fixture(autouse=True)
def demo(today, settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr("targets.loader.read", read_once)


@pytest.fixture
def small(db):
    call_command("synthesise", **SMALL)


def told():
    columns = "unit__district__code", "unit__code", "element__code", "quarter", "approved_value", "entered_by__username"
    return sorted(Entry.objects.values_list(*columns))


def test_all_districts_have_schools_people_and_approved_figures(small):
    assert [district.units.schools().count() for district in District.objects.all()] == [3, 3]
    entries = Entry.objects.approved().values_list("unit__district", "quarter").order_by()
    assert len(entries.distinct()) == 4
    assert len(entries) > 100
    assert not Entry.objects.filter(entered_by__isnull=True).exists()
    assert Submission.objects.count() == 2 * 3 * 2
    assert [one.targets.count() for one in Adoption.objects.all()] == [108, 108]


def test_they_are_measured_and_their_pages_open(small, client_of):
    for district in District.objects.all():
        call_command("measure", period="2025H1", district=district.code)
    results = [one.results.of_district().status_counts() for one in Measurement.objects.all()]
    assert all(counts[Status.ACHIEVED] > 5 for counts in results)
    leader = client_of(User.objects.get(username="syn002-leader"))
    plan = "/plan/plan-2023-2025"
    for page in ("/", f"{plan}/", f"{plan}/wall/", f"{plan}/targets/BACKBONE_SHARE/", f"{plan}/bulletins/"):
        assert leader.get(page, follow=True).status_code == 200, page
    school = Unit.objects.schools().filter(district__code="syn-002")[0]
    clerk = client_of(User.objects.get(username=f"syn002-{school.code.lower()}-clerk"))
    assert clerk.get(f"/fill/{school.code}/2025Q2/").status_code == 200


def test_the_same_seed_gives_the_same_data_and_another_seed_other(db):
    found = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            call_command("synthesise", **SMALL, seed=seed)
            found.append(told())
            transaction.set_rollback(True)
    assert found[0] == found[1] != found[2]


def test_it_goes_on_where_it_was_interrupted(small, capsys):
    before = told()
    call_command("synthesise", **SMALL | {"districts": 3})
    assert [row for row in told() if row[0] != "syn-003"] == before
    call_command("synthesise", **SMALL)
    assert "没有改动" in capsys.readouterr().out


def test_a_database_with_districts_is_refused(db):
    factories.make_district()
    with pytest.raises(CommandError, match="不能混入演示数据"):
        call_command("synthesise", **SMALL)


@pytest.mark.parametrize("name", ["districts", "schools", "quarters"])
def test_sizes_have_bounds(name):
    with pytest.raises(CommandError, match=f"--{name} 应为 1 到"):
        call_command("synthesise", **SMALL | {name: 0})


def test_every_number_of_schools_is_dealt_out_whole():
    assert [sum(dealt(count).values()) for count in range(1, 60)] == list(range(1, 60))


def test_a_grown_part_does_not_exceed_its_grown_whole():
    for size in (0.8, 0.93, 1.25):
        numbers = [grown(value, size) for value in range(200)]
        assert (numbers, numbers[:2]) == (sorted(numbers), [0, 1])
