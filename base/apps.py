from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "base"
    verbose_name = "基础"

    def ready(self) -> None:
        from base import outbox  # noqa: F401  its kind of job

        post_migrate.connect(_guard, sender=self)


def _guard(using: str, **_: Any) -> None:
    from base import append_only

    append_only.guard(connections[using])
