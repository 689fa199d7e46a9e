import pytest
from django.db import IntegrityError, transaction

from base import bulk
from schools.models import District, Section
from tests import factories

COLUMNS = ("district", "code", "name", "contact", "phone")


@pytest.mark.parametrize("name", ["a\tb", "a\nb\r", r"a\tb", r"\N", "", "“甲”", "a'b;--"])
def test_texts_arrive_as_they_are(db, name):
    district = factories.make_district()
    bulk.append(Section, COLUMNS, [(district.pk, "x", name, "", "")])
    assert Section.objects.get().name == name


def test_values_of_every_kind_arrive(db):
    bulk.append(District, ("code", "name", "is_demo"), [("a", "甲", True), ("b", "乙", False)])
    assert list(District.objects.values_list("code", "is_demo")) == [("a", True), ("b", False)]


def test_rows_come_out_as_they_are_and_among_none_none(db):
    factories.make_district("a", "甲")
    rows = District.objects.values_list("code", "name")
    assert list(bulk.fetch(rows)) == [("a", "甲")]
    assert list(bulk.fetch(rows.filter(code__in=[]))) == []


def test_constraints_hold(db):
    district = factories.make_district()
    rows = [(district.pk, "x", "甲", "", "")] * 2
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.append(Section, COLUMNS, rows)
    assert not Section.objects.exists()
