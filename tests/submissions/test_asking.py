import datetime

import pytest
from django.apps import apps
from django.db import transaction

from base import audit, clock
from base.models import AuditRow
from base.quarters import Quarter
from submissions import asking
from submissions.asking import READS, Asking, asking_of, may_report
from tests import factories

STAMP = asking.stamp  # the real one, taken before a test replaces it


def codes(items):
    return [item.element.code for item in items]


@pytest.fixture
def asked(district, quarter):
    return lambda unit, when=quarter: codes(Asking(district).asked(unit, when))


def test_asked_of_a_school_by_home_and_data_standard(form, district, elements, quarter):
    asking = Asking(district)
    assert codes(asking.asked(form, quarter)) == ["TEACHERS", "BACKBONE", "CANTEEN", "CAMERAS"]
    assert codes(asking.asked_of_school(form, quarter)) == ["TEACHERS", "BACKBONE", "CANTEEN"]
    assert codes(asking.asked_of_section("safety", form, quarter)) == ["CAMERAS"]


def test_asked_of_the_bureau_its_own(form, bureau, asked):
    assert asked(bureau) == ["VERDICT"]


def test_asked_only_when_due(adoption, school, asked, quarter):
    factories.make_element("YEARLY", asked_in=["Q3"])
    assert (asked(school), asked(school, quarter + 1)) == ([], ["YEARLY"])


def test_asked_only_of_its_stages(adoption, school, junior_school, nine_year_school, asked):
    factories.make_element("JUN_ONLY", stages=["junior"])
    assert [asked(unit) for unit in (school, junior_school, nine_year_school)] == [[], ["JUN_ONLY"], ["JUN_ONLY"]]


def test_asked_by_the_facts_in_force(adoption, school, asked, quarter):
    factories.make_element("JUN_ONLY", stages=["junior"])
    factories.make_facts(school, datetime.date(2025, 5, 20), name="一贯制学校", stages=["primary", "junior"])
    assert (asked(school, quarter - 1), asked(school)) == ([], ["JUN_ONLY"])


def test_asked_only_of_an_open_school_within_the_plan(form, asked, quarter, district):
    opening = factories.make_unit(district, opened=datetime.date(2025, 4, 1))
    assert (asked(opening, quarter - 1), len(asked(opening))) == ([], 4)
    assert asked(form, Quarter.of(2022, 4)) == []


def test_asked_only_of_the_ownership_that_a_target_wants(adoption, plan, school, district, asked):
    element = factories.make_element("FEES")
    target = factories.make_target(factories.make_safeguard(plan))
    factories.make_definition(target, numerator=[element], ownership="private")
    private = factories.make_unit(district, ownership="private")
    assert (asked(school), asked(private)) == ([], ["FEES"])


def test_asked_no_longer_when_no_definition_in_force_uses_it(adoption, plan, school, asked, quarter):
    old, new = factories.make_element("OLD"), factories.make_element("NEW")
    target = factories.make_target(factories.make_safeguard(plan))
    factories.make_definition(target, numerator=[old])
    factories.make_definition(target, numerator=[new], version=2, since=quarter)
    assert (asked(school, quarter - 1), asked(school)) == (["OLD"], ["NEW"])


def test_asked_nothing_for_a_plan_that_the_district_has_not_adopted(adoption, school, asked):
    element = factories.make_element("FOREIGN")
    target = factories.make_target(factories.make_safeguard(factories.make_plan("plan-2")))
    factories.make_definition(target, numerator=[element])
    assert asked(school) == []


def test_home_is_the_task_of_the_first_target(form, district, elements, quarter):
    later = factories.make_task(form.district.adoptions.get().plan.actions.get(), 9, "后来的任务")
    factories.make_definition(factories.make_target(later, "LATER", position=9), numerator=[elements["TEACHERS"]])
    items = {item.element.code: item.home for item in Asking(district).asked(form, quarter)}
    assert (items["TEACHERS"].label, items["TEACHERS"].name) == ("任务 6", "梯次培养骨干教师")
    assert items["CANTEEN"].label == "其他"


def test_sensitive_counts_but_not_its_basic_whole(adoption, plan, quarter, district):
    exam, tested, pupils = (factories.make_element(code) for code in ("EXAM", "TESTED", "PUPILS"))
    task = factories.make_task(factories.make_action(plan))
    of_exam = factories.make_target(task, "EXAM_RATE")
    factories.make_definition(of_exam, numerator=[exam], denominator=[tested, pupils], measure="ratio", sensitive=True)
    factories.make_definition(factories.make_target(task, "SEATS", position=2), numerator=[pupils])
    assert Asking(district).sensitive(quarter) == {exam.pk, tested.pk}


@pytest.mark.parametrize("schools", [1, 30])
def test_asking_takes_the_same_queries_for_any_number_of_schools(
    form, district, quarter, schools, django_assert_num_queries
):
    for _ in range(schools):
        factories.make_unit(district)
    with django_assert_num_queries(6):  # units, facts; adoptions, their dates, terms, elements
        asking = Asking(district)
        for unit in district.units.with_facts():
            asking.asked(unit, quarter)


def test_may_report_names_what_does_not_fit(form, bureau, elements, quarter):
    yearly = factories.make_element("YEARLY", "年报数", asked_in=["Q3"])
    junior = factories.make_element("JUN", "初中数", stages=["junior"])
    assert may_report(elements["TEACHERS"], form, quarter) == ""
    assert "不属于" in may_report(elements["TEACHERS"], bureau, quarter)
    assert "第二季度不填报" in may_report(yearly, form, quarter)
    assert "学段" in may_report(junior, form, quarter)
    assert "没有开办" in may_report(elements["TEACHERS"], form, Quarter.of(2009, 1))


@pytest.fixture
def kept(monkeypatch):
    """As it is outside tests: an Asking stays until an audit row tells of a change."""
    monkeypatch.setattr("submissions.asking.stamp", STAMP)


def test_asking_of_is_kept_while_nothing_changes(form, district, kept, django_assert_num_queries):
    asking_of(district).elements  # noqa: B018
    with django_assert_num_queries(1):
        asking_of(district).elements  # noqa: B018


@pytest.mark.parametrize("what", READS)
def test_asking_of_is_read_anew_after_a_change(what, district, kept):
    before = asking_of(district)
    AuditRow.objects.create(at=clock.now(), verb="changed", subject_type=what, subject_id=1)
    assert asking_of(district) is not before


def test_asking_of_is_kept_when_an_entry_changes(form, district, enter, kept):
    before = asking_of(district)
    audit.record(enter("TEACHERS", 1), "changed", by=None)
    assert asking_of(district) is before


def test_asking_of_tells_a_change_that_was_undone_from_the_next_one(district, kept):
    with transaction.atomic():
        audit.record(district, "changed", by=None)
        undone = asking_of(district)
        transaction.set_rollback(True)
    audit.record(district, "changed", by=None)
    assert asking_of(district) is not undone


def test_reads_names_models():
    assert {model._meta.label_lower for model in apps.get_models()} >= set(READS)
