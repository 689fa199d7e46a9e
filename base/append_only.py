"""Tables that only grow. The ORM refuses to change or remove their rows, and so does the database: by triggers, on
SQLite and PostgreSQL; on others the ORM alone does.

The triggers are set after every ``migrate`` (base.apps), because SQLite loses them when a migration
rebuilds a table.
"""

from typing import Any, NoReturn

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

MESSAGE = "append-only"  # what both databases say


class RewritingError(TypeError):
    """Somebody tries to change or remove what can only be appended to."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            self.refuse()
        return super().bulk_create(*args, **kwargs)

    def refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise RewritingError(f"{self.model._meta.label} is {MESSAGE}")

    update = delete = bulk_update = _raw_delete = refuse


class AppendOnlyModel(models.Model):
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            type(self).objects.all().refuse()
        super().save(**kwargs | {"force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        type(self).objects.all().refuse()


def tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnlyModel)]


def guard(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers that are missing."""
    if connection.vendor not in SET:
        return
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in unguarded(connection):
            if table in there:
                _run(cursor, SET[connection.vendor], table)


def unguard(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: only tests do, to empty their database."""
    with connection.cursor() as cursor:
        for table in tables():
            _run(cursor, UNSET.get(connection.vendor, ()), table)


def unguarded(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables that the database itself does not guard."""
    if connection.vendor not in SET:
        return tables()
    found = triggers(connection)
    return [table for table in tables() if not {f"{table}{end}" for end in ENDS[connection.vendor]} <= found]


def triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of those that the database heeds."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def _run(cursor: CursorWrapper, statements: tuple[str, ...], table: str) -> None:
    for statement in statements:
        cursor.execute(statement.replace("{table}", table).replace("{message}", MESSAGE))


# An INSERT OR REPLACE of SQLite removes the row in its way; the trigger for DELETE hears of it on connections like ours
# (recursive_triggers in settings), the one for INSERT stops it by the id on every other, too.
ENDS = {"sqlite": ("_ins", "_upd", "_del"), "postgresql": ("_keep",)}
SET = {
    "sqlite": (
        'CREATE TRIGGER IF NOT EXISTS "{table}_ins" BEFORE INSERT ON "{table}"'
        ' WHEN EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id)'
        " BEGIN SELECT RAISE(ABORT, '{table} is {message}'); END",
        'CREATE TRIGGER IF NOT EXISTS "{table}_upd" BEFORE UPDATE ON "{table}"'
        " BEGIN SELECT RAISE(ABORT, '{table} is {message}'); END",
        'CREATE TRIGGER IF NOT EXISTS "{table}_del" BEFORE DELETE ON "{table}"'
        " BEGIN SELECT RAISE(ABORT, '{table} is {message}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION base_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION '% is {message}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
        'DROP TRIGGER IF EXISTS "{table}_keep" ON "{table}"',
        'CREATE TRIGGER "{table}_keep" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION base_append_only()",
    ),
}
UNSET = {
    "sqlite": tuple(f'DROP TRIGGER IF EXISTS "{{table}}{end}"' for end in ENDS["sqlite"]),
    "postgresql": ('DROP TRIGGER IF EXISTS "{table}_keep" ON "{table}"',),
}
FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}
