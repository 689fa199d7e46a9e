"""Tests that write for real (transaction=True) end with an emptied database, which the triggers of tables that only
grow refuse: they are taken away for that moment, and set again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from base import append_only


@pytest.fixture(scope="session", autouse=True)
def flush_empties_every_table() -> Iterator[None]:
    guarded = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, *args: Any) -> None:
        append_only.unguard(self.connection)
        try:
            guarded(self, *args)
        finally:
            append_only.guard(self.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield
