"""History can't be rewritten: not by the ORM, not by the application's own connection, not by a cascade, not in the
admin site, whoever asks. And nothing in the sources takes the guard away."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError
from django.urls import reverse

from base import append_only, audit
from base.append_only import AppendOnlyModel, RewritingError
from base.models import AuditRow
from base.quarters import Period, Quarter
from reports.actions import draft
from reports.measuring import measure
from reports.models import Edition, EditionSources
from schools.models import Unit, User
from submissions.actions import approve, save_values, submit
from submissions.models import Entry
from targets.models import Element
from tasks.models import Adoption
from tests import factories
from tests.bulletins import issued
from tests.edu_plan.world import make_promise

ROOT = Path(__file__).parents[2]
NOW, HALF = Quarter.of(2025, 2), Period.parse("2025H1")


@pytest.fixture
def history(today, adoption, school, clerk, principal, officer, director) -> list[AuditRow]:
    """A value's way from the clerk to a published bulletin."""
    factories.make_element("PUPILS", "在校生数")
    make_promise(adoption, "TARGET", "PUPILS")
    save_values(school, NOW, {"PUPILS": ("500", 0)}, by=clerk)
    submit(school, NOW, by=principal)
    entry = Entry.objects.get()
    approve([entry], by=officer)
    issued(draft(measure(adoption, HALF, by=officer), by=officer), by=director)
    return list(audit.history(entry))


def told(history: list[AuditRow]) -> list[tuple[str, str, str]]:
    found = AuditRow.objects.filter(pk__in=[row.pk for row in history]).order_by("pk")
    return list(found.values_list("verb", "before", "after"))


def test_the_way_of_a_value_is_on_record_with_what_it_was_and_became(history, clerk, principal, officer):
    assert [(row.verb, row.by) for row in history] == [
        ("created", clerk),
        ("submitted", principal),
        ("approved", officer),
    ]
    assert told(history)[0] == ("created", "", "500")


@pytest.mark.parametrize("model", [AuditRow, Edition, EditionSources])
def test_the_orm_changes_and_deletes_nothing(history, model):
    (one, *_), rows = model.objects.all(), model.objects.all()
    for way in (one.save, one.delete, rows.delete, lambda: rows.update(pk=one.pk)):
        with pytest.raises(RewritingError):
            way()
    for table in (model._meta.db_table,):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):  # noqa: S608
            with (
                pytest.raises(IntegrityError, match=append_only.MESSAGE),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
    assert model.objects.filter(pk=one.pk).exists()


@pytest.mark.parametrize("model", [User, Unit, Entry, Element, Adoption])
def test_no_deletion_takes_history_with_it(history, model):
    """What a row of history names stays, or is refused to go; the row stays in any case."""
    before = told(history)
    for one in model.objects.all():
        try:
            with transaction.atomic():
                one.delete()
        except (ProtectedError, RewritingError):
            continue
    assert told(history) == before
    assert Edition.objects.count() == EditionSources.objects.count() == 1


def pages(model: type[Model], pk: int) -> list[str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return [reverse(f"{name}_{what}", args=args) for what, args in (("add", []), ("change", [pk]), ("delete", [pk]))]


def test_the_admin_site_changes_no_figure_no_result_no_edition_and_no_history(history, client_of):
    """Not even for a superuser: what is there is there to be looked at."""
    root = client_of(User.objects.create_superuser("root"))
    shown = [model for model in admin.site._registry if model._meta.app_label in ("submissions", "reports")]
    for model in shown:
        one = model.objects.first()
        answers = [root.post(url, {"post": "yes"}).status_code for url in pages(model, one.pk if one else 1)]
        assert set(answers) <= {403, 302}, (model, answers)
    assert [one for one in admin.site._registry if issubclass(one, AppendOnlyModel)] == [Edition]
    assert Edition.objects.count() == 1
    assert told(history)[0] == ("created", "", "500")


def test_nothing_in_the_sources_takes_the_guard_away():
    """Rows are kept for ever, 180 days among it: no command, job or page could remove one."""
    taking = re.compile(r"\bunguard\(|DISABLE TRIGGER|session_replication_role|_raw_delete|TRUNCATE", re.IGNORECASE)
    rooms = ["base", "schools", "tasks", "targets", "submissions", "reports", "edu_plan"]
    found = [
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if taking.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["base/append_only.py"]


def test_every_growing_table_is_guarded_by_the_database(db):
    assert append_only.unguarded(connection) == []
    assert {"base_auditrow", "base_auditseal", "reports_edition", "reports_editionsources"} <= set(append_only.tables())
