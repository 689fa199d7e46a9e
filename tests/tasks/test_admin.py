"""The admin site for plans: looked at, but for the calendar of one's own district."""

import pytest
from django.urls import reverse

from base.models import AuditRow
from tests import factories


@pytest.fixture
def client(administrator, client_of):
    return client_of(administrator)


def change_url(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def test_a_plan_is_looked_at_and_not_changed(client, plan):
    task = factories.make_task(factories.make_action(plan), name="强化学校党的建设")
    assert "强化学校党的建设" in client.get(reverse("admin:tasks_task_changelist")).content.decode()
    for obj in (plan, task):
        assert client.get(change_url(obj)).status_code == 200
        assert client.post(change_url(obj), {"name": "别名"}).status_code == 403
    assert client.get(reverse("admin:tasks_plan_add")).status_code == 403


def test_the_calendar_is_set_and_audited(client, adoption, administrator):
    days = {"opens_day": 15, "due_day": 6, "closes_day": 10, "tasks-TOTAL_FORMS": 0, "tasks-INITIAL_FORMS": 0}
    assert client.post(change_url(adoption), days).status_code == 302
    adoption.refresh_from_db()
    assert (adoption.opens_day, adoption.due_day, adoption.closes_day) == (15, 6, 10)
    assert AuditRow.objects.get(subject_type="tasks.adoption").by == administrator


def test_a_calendar_out_of_order_is_refused(client, adoption):
    days = {"opens_day": 15, "due_day": 9, "closes_day": 5, "tasks-TOTAL_FORMS": 0, "tasks-INITIAL_FORMS": 0}
    assert "关闭日不早于截止日" in client.post(change_url(adoption), days).content.decode()


def test_another_districts_adoption_is_not_there(client, plan, other_district):
    theirs = factories.make_adoption(plan, other_district)
    assert client.get(change_url(theirs)).status_code == 302  # "doesn't exist", back to the index
    assert "别的区" not in client.get(reverse("admin:tasks_adoption_changelist")).content.decode()


def test_others_do_not_enter(principal, client_of, plan):
    assert client_of(principal).get(change_url(plan)).status_code == 302
