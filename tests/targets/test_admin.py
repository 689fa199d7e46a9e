"""The admin site for elements and targets: looked at, but for the district's own baselines and thresholds."""

import pytest
from django.urls import reverse

from base.models import AuditRow
from tests import factories


@pytest.fixture
def client(administrator, client_of):
    return client_of(administrator)


@pytest.fixture
def definition(plan):
    target = factories.make_target(factories.make_task(factories.make_action(plan)), "PUBLIC_SHARE")
    definition = factories.make_definition(target, numerator=[factories.make_element()], name="公办园占比")
    factories.make_goal(definition, 70)
    return definition


@pytest.fixture
def adopted(adoption, definition, sections):
    return factories.make_adopted_target(adoption, definition.target, sections["preschool"])


def change_url(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def test_what_a_plan_file_says_is_looked_at_and_not_changed(client, definition, plan):
    element = definition.terms.get().element
    check = factories.make_check(plan, "not_falling", [element])
    for obj in (definition, definition.target, element, check):
        changelist = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_changelist")
        assert client.get(changelist).status_code == 200
        assert client.get(change_url(obj)).status_code == 200
        assert client.post(change_url(obj), {"name": "别名"}).status_code == 403


def test_a_definition_shows_its_quarter_as_people_write_it(client, definition):
    assert "2023Q1" in client.get(change_url(definition)).content.decode()


def test_the_list_of_targets_costs_the_same_for_many(client, definition, django_assert_num_queries):
    url = reverse("admin:targets_target_changelist")
    client.get(url)
    with django_assert_num_queries(11):
        client.get(url)
    for number in range(5):
        factories.make_definition(factories.make_target(definition.target.task, f"T{number}"))
    with django_assert_num_queries(11):
        client.get(url)


def post(client, adopted, **fields):
    return client.post(change_url(adopted), {"ok_at": "1", "warn_at": "0.8", **fields})


def test_a_baseline_is_given_with_its_source_and_audited(client, adopted, administrator):
    given = {"baseline_value": "52.3", "baseline_date": "2022-12-31", "baseline_source": "统计年报"}
    assert post(client, adopted, **given).status_code == 302
    adopted.refresh_from_db()
    assert (str(adopted.baseline_value), adopted.baseline_source) == ("52.300000", "统计年报")
    row = AuditRow.objects.get(subject_type="targets.adoptedtarget")
    assert (row.by, row.verb) == (administrator, "changed")


def test_a_baseline_without_a_source_is_refused(client, adopted):
    page = post(client, adopted, baseline_value="52.3").content.decode()
    assert "基期值须连同日期和来源一并填写。" in page


def test_thresholds_out_of_order_are_refused(client, adopted):
    assert "偏慢线应大于 0 且不高于正常线。" in post(client, adopted, warn_at="1.2").content.decode()


def test_another_districts_baselines_are_not_there(client, plan, definition, other_district):
    theirs = factories.make_adopted_target(
        factories.make_adoption(plan, other_district), definition.target, other_district.sections.get()
    )
    assert client.get(change_url(theirs)).status_code == 302  # "doesn't exist", back to the index


def test_filters_offer_the_own_district_alone(client, plan, definition, adopted, other_district):
    section = other_district.sections.get()
    section.name = "别区科室"
    section.save()
    factories.make_adopted_target(factories.make_adoption(plan, other_district), definition.target, section)
    page = client.get(reverse("admin:targets_adoptedtarget_changelist")).content.decode()
    assert adopted.section.name in page
    assert ("别区科室" in page, "别的区" in page) == (False, False)
