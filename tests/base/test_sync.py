"""Bringing rows in line with what a file says."""

import pytest

from base.models import AuditRow
from base.sync import Changes, Tally
from schools.models import District, Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return District.objects.create(code="kfq", name="开发区")


@pytest.fixture
def changes():
    return Changes(by=None, why="载入")


def sync(changes, district, **names):
    wanted = [Section(district=district, code=code, name=name) for code, name in names.items()]
    return changes.sync(district.sections.all(), wanted, key="code", fields=["name"])


def test_new_rows_are_made_in_order(changes, district):
    made = sync(changes, district, office="办公室", basic="基教科")
    assert [section.code for section in Section.objects.all()] == ["office", "basic"] == list(made)
    assert all(section.pk for section in made.values())
    assert changes.tallies == {"科室": Tally(created=2)}


def test_rows_that_differ_are_changed_and_the_rest_is_left_alone(changes, district):
    office = sync(Changes(by=None, why=""), district, office="办公室", basic="基教科", party="党建科")["office"]
    sync(changes, district, office="党政办", basic="基教科")
    assert list(Section.objects.values_list("code", "name")) == [
        ("office", "党政办"),
        ("basic", "基教科"),
        ("party", "党建科"),
    ]
    assert changes.tallies == {"科室": Tally(changed=1, unchanged=1)}
    assert [(row.subject_id, row.verb, row.before, row.after, row.why) for row in changes.rows] == [
        (office.pk, "changed", "名称：办公室", "名称：党政办", "载入")
    ]


def test_the_same_again_changes_nothing(changes, district):
    sync(Changes(by=None, why=""), district, office="办公室")
    sync(changes, district, office="办公室")
    assert changes.is_empty
    assert changes.tallies == {"科室": Tally(unchanged=1)}


def test_audit_rows_are_written_by_record_alone(changes, district):
    sync(changes, district, office="办公室")
    assert not AuditRow.objects.exists()
    changes.record()
    assert list(AuditRow.objects.values_list("verb", "after", "why")) == [("created", "办公室", "载入")]


def test_nothing_wanted_is_nothing_done(changes, district):
    assert sync(changes, district) == {}
    assert changes.tallies == {}
