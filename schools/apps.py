from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "学校与人员"

    def ready(self) -> None:
        from schools import checks, doors, sessions  # noqa: F401  they register themselves
