"""Tables that only grow: the ORM refuses, and the database itself."""

import pytest
from django.db import IntegrityError, connection, transaction

from base import append_only, audit, sealing
from base.append_only import RewritingError
from base.models import AuditRow, AuditSeal

ON_BOTH = {
    "update": "UPDATE base_auditrow SET after = 'x'",
    "delete": "DELETE FROM base_auditrow",
}
ON_POSTGRESQL = {
    "truncate": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE base_auditrow CASCADE",
    "upsert": "INSERT INTO base_auditrow SELECT * FROM base_auditrow ON CONFLICT (id) DO UPDATE SET after = 'x'",
}
ON_SQLITE = {"replace": "REPLACE INTO base_auditrow SELECT * FROM base_auditrow"}


@pytest.fixture
def row(clerk) -> AuditRow:
    return audit.record(clerk, "changed", by=clerk, before=1, after=2)


def ways_of_the_orm(row):
    rows = AuditRow.objects.filter(pk=row.pk)
    return {
        "save": row.save,
        "delete": row.delete,
        "update": lambda: rows.update(after="x"),
        "delete of many": rows.delete,
        "bulk_update": lambda: AuditRow.objects.bulk_update([row], ["after"]),
        "update_or_create": lambda: AuditRow.objects.update_or_create({"after": "x"}, pk=row.pk),
        "upsert": lambda: AuditRow.objects.bulk_create(
            [row], update_conflicts=True, update_fields=["after"], unique_fields=["id"]
        ),
        "base manager": lambda: AuditRow._base_manager.filter(pk=row.pk).update(after="x"),
        "raw delete": lambda: rows._raw_delete("default"),
    }


def test_the_orm_refuses_every_way(row):
    for name, way in ways_of_the_orm(row).items():
        with pytest.raises(RewritingError):
            pytest.fail(f"{name} passed: {way()}")
    row.refresh_from_db()
    assert row.after == "2"


def test_an_id_that_is_there_is_not_saved_over(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRow(pk=row.pk, at=row.at, verb="x").save()


def test_the_database_refuses_every_way(row):
    own = {"postgresql": ON_POSTGRESQL, "sqlite": ON_SQLITE}[connection.vendor]
    for statement in (ON_BOTH | own).values():
        with (
            pytest.raises(IntegrityError, match=append_only.MESSAGE),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    row.refresh_from_db()
    assert row.after == "2"


def test_a_replace_by_another_unique_column_removes_no_row(row):
    """SQLite removes the row that is in the way, whichever column it is that may not be twice."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own")
    sealing.seal()
    statement = (
        "REPLACE INTO base_auditseal (id, first_id, last_id, count, rows, previous, digest, sealed_at)"
        " SELECT id + 1, first_id, last_id, count, rows, previous, digest, sealed_at FROM base_auditseal"
    )
    with pytest.raises(IntegrityError, match=append_only.MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditSeal.objects.count() == 1


def test_a_lost_trigger_is_noticed_and_set_again(db):
    assert append_only.unguarded(connection) == []
    append_only.unguard(connection)
    assert "base_auditrow" in append_only.unguarded(connection)
    append_only.guard(connection)
    assert append_only.unguarded(connection) == []
