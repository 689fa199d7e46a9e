"""What Django's system checks say about the people of this installation (manage.py check --database default)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from schools.models import District, User


@register(Tags.database)
def demo_accounts(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Accounts that everybody knows are in a database for work; they can't sign in there (schools/backends.py)."""
    if settings.DEMO or not databases or District._meta.db_table not in _tables(databases[0]):
        return []
    found = User.objects.using(databases[0]).filter(district__is_demo=True).count()
    if not found:
        return []
    words = f"数据库里有 {found} 个演示账号。没有 DEMO=1 时它们不能登录；正式使用请换一个空的数据库。"
    return [Warning(words, id="schools.W001")]


def _tables(alias: str) -> list[str]:
    return connections[alias].introspection.table_names()
