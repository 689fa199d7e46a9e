"""Who left, and who knocked in vain."""

import pytest

from base.models import AuditRow
from tests import factories


def told() -> list[tuple[str, str, int | None, int | None]]:
    return list(AuditRow.objects.values_list("verb", "after", "subject_id", "by"))


def test_leaving_is_written_down(clerk, client_of):
    client_of(clerk).post("/logout/")
    assert told() == [("logout", "", clerk.pk, clerk.pk)]


@pytest.mark.parametrize("name", ["wang", "nobody"])
def test_who_knocks_in_vain_leaves_the_name_that_she_tried(db, client, name):
    user = factories.make_user("wang", password="right-1234567")
    client.post("/login/", {"username": name, "password": "wrong"})
    assert told() == [("login_failed", name, user.pk if name == "wang" else None, None)]


def test_a_lock_is_written_down(db, client, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post("/login/", {"username": "nobody", "password": "wrong"})
    assert {row[:2] for row in told()} == {("login_failed", "nobody"), ("locked_out", "nobody")}


def test_a_visitor_who_leaves_leaves_nothing(db, client):
    client.logout()
    assert told() == []
