"""A sensitive target is never a line of a scheme (measurement.md §7): the database itself refuses it, by a trigger
(docs/decisions/0122), on SQLite and PostgreSQL; on others form and loader alone do."""

from django.db.backends.base.base import BaseDatabaseWrapper

from targets.models import TargetDefinition

MESSAGE = "sensitive targets are not assessed"  # what both databases say
LINES, NAME = "reports_schemeline", "reports_schemeline_calm"
_SENSITIVE = "SELECT 1 FROM targets_targetdefinition WHERE target_id = NEW.target_id AND sensitive"
SET = {
    "sqlite": (
        f"CREATE TRIGGER IF NOT EXISTS {NAME} BEFORE INSERT ON {LINES} WHEN EXISTS ({_SENSITIVE})"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION reports_calm() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF EXISTS ({_SENSITIVE}) THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END IF;"
        " RETURN NEW; END $$",
        f"DROP TRIGGER IF EXISTS {NAME} ON {LINES}",
        f"CREATE TRIGGER {NAME} BEFORE INSERT ON {LINES} FOR EACH ROW EXECUTE FUNCTION reports_calm()",
    ),
}


def guard(connection: BaseDatabaseWrapper) -> None:
    """Set the trigger; a line is only ever inserted (``AppendOnlyModel``)."""
    there = set(connection.introspection.table_names())
    if {LINES, TargetDefinition._meta.db_table} <= there:
        with connection.cursor() as cursor:
            for statement in SET.get(connection.vendor, ()):
                cursor.execute(statement)
