"""GET never writes: every GET of a test client runs under a guard that refuses statements that change data.

The session's own row is spared (Django may renew it).
"""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE)\b", re.IGNORECASE)


class GetWroteError(AssertionError):
    pass


def refuse_writes(execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if WRITES.match(sql) and "django_session" not in sql:
        raise GetWroteError(f"A GET request wrote: {sql}")
    return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def get_never_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    unguarded = Client.get

    def get(self: Client, *args: Any, **kwargs: Any) -> Any:
        with connection.execute_wrapper(refuse_writes):
            return unguarded(self, *args, **kwargs)

    monkeypatch.setattr(Client, "get", get)
