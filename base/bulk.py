"""Very many rows at once, not as objects: in by COPY on PostgreSQL, else by one prepared INSERT; out as they are."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
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
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY {table} ({', '.join(names)}) FROM STDIN", lines)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608


def fetch(rows: models.QuerySet[Any, tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows of a ``values_list`` in one fetch, without what its fields make of each value."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:  # among none: the database is not asked
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        yield from cursor


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
    return "\t".join([TEXTS[type(value)](value) for value in row]) + "\n"


class _Texts(dict[type, Callable[[Any], str]]):
    def __missing__(self, kind: type) -> Callable[[Any], str]:
        """A truth is 1 or 0, a quarter the int that it is, a choice its text."""
        self[kind] = (lambda value: str(int(value))) if issubclass(kind, int) else self[str]
        return self[kind]


TEXTS = _Texts({float: repr, int: repr, str: lambda text: text.translate(ESCAPED), type(None): lambda _: r"\N"})
