"""GET never writes: every GET of a test client runs under a guard that refuses statements that change data.

Spared are the session's own row (Django may renew it), and the audit rows that say what somebody took away, or was
refused, and that her session has run out: those come of reading.
"""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE)\b", re.IGNORECASE)


OF_READING = {"exported", "denied", "logout"}  # verbs; a session that has run out ends at whatever is asked


class GetWroteError(AssertionError):
    pass


def refuse_writes(execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if WRITES.match(sql) and "django_session" not in sql and not is_noted(sql, params):
        raise GetWroteError(f"A GET request wrote: {sql}")
    return execute(sql, params, many, context)


def is_noted(sql: str, params: Any) -> bool:
    return sql.startswith('INSERT INTO "base_auditrow"') and not OF_READING.isdisjoint(params)


@pytest.fixture(autouse=True)
def get_never_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    unguarded = Client.get

    def get(self: Client, *args: Any, **kwargs: Any) -> Any:
        with connection.execute_wrapper(refuse_writes):
            return unguarded(self, *args, **kwargs)

    monkeypatch.setattr(Client, "get", get)
