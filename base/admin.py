"""The admin site of a house in which every change leaves an audit row and nobody rewrites the past."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from base import audit
from base.models import Job

admin.site.site_header = admin.site.site_title = "教育行动方案 · 管理"
admin.site.index_title = "学校、人员与系统"
admin.site.site_url = "/"


class AuditedAdmin(admin.ModelAdmin):
    """Writes an audit row for what is created, changed (with the names and values of the fields) and deleted."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            audit.record(obj, "created", by=request.user, after=obj)
            return
        names = [name for name in form.changed_data if "password" not in name]
        if names:
            audit.record(
                obj,
                "changed",
                by=request.user,
                before=_values(form.initial, names),
                after=_values(form.cleaned_data, names),
            )

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        audit.record(obj, "deleted", by=request.user, before=obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> None:
        for obj in queryset:
            self.delete_model(request, obj)


def _values(source: dict[str, Any], names: list[str]) -> str:
    return "；".join(f"{name}={getattr(source.get(name), 'pk', source.get(name))}" for name in names)


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = [
        "id",
        "kind",
        "key",
        "state",
        "done",
        "total",
        "saying",
        "attempts",
        "by",
        "created_at",
        "finished_at",
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["by"]
