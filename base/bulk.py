"""Very many rows at once, faster than as objects: by COPY on PostgreSQL, elsewhere by one prepared INSERT."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Plain = bool | int | float | str | None
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def append(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Plain]]) -> None:
    """Append ``rows``, which have a plain value for each of the ``columns`` (field names; all but the id), as the
    database keeps it (``plain``). Constraints and triggers hold; ``save``, defaults and signals don't come into it."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), [quote(model._meta.get_field(name).column) for name in columns]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = io.StringIO("".join(_line(row) for row in rows))
            cursor.copy_expert(f"COPY {table} ({', '.join(names)}) FROM STDIN", lines)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608


def plain(model: type[models.Model], column: str, value: Any) -> str:
    """A value of a column that the database keeps as text or time, as ``append`` wants it."""
    return str(model._meta.get_field(column).get_db_prep_save(value, connection))


def analyse() -> None:
    """After very many rows: let PostgreSQL look at its tables now, not some minutes later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _line(row: Sequence[Plain]) -> str:
    """As PostgreSQL's text format writes it."""
    return "\t".join([_text(value) for value in row]) + "\n"


def _text(value: Plain) -> str:
    if value is None:
        return r"\N"
    return value.translate(ESCAPED) if isinstance(value, str) else str(value)
