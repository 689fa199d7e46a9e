from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "base"
    verbose_name = "基础"

    def ready(self) -> None:
        from base import outbox  # noqa: F401  its kind of job
