"""The admin site of a house in which every change leaves an audit row and nobody rewrites the past."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest

from base import audit

if TYPE_CHECKING:
    from schools.models import User

admin.site.site_header = admin.site.site_title = "教育行动方案 · 管理"
admin.site.index_title = "学校、人员与系统"
admin.site.site_url = "/"


class AuditedAdmin(admin.ModelAdmin):
    """Writes an audit row for what is created, changed (with the names and values of the fields) and deleted, and for
    what is created and changed in its inlines: those that take rows away are not provided for."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        _note(form, by=request.user, change=change)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for row in formset.forms:
            if row.has_changed():
                _note(row, by=request.user, change=row in formset.initial_forms)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        audit.record(obj, "deleted", by=request.user, before=obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> None:
        for obj in queryset:
            self.delete_model(request, obj)


def _note(form: ModelForm, *, by: "User", change: bool) -> None:
    if not change:
        audit.record(form.instance, "created", by=by, after=form.instance)
        return
    names = [name for name in form.changed_data if "password" not in name]
    if names:
        before, after = _values(form.initial, names), _values(form.cleaned_data, names)
        audit.record(form.instance, "changed", by=by, before=before, after=after)


def _values(source: dict[str, Any], names: list[str]) -> str:
    return "；".join(f"{name}={getattr(source.get(name), 'pk', source.get(name))}" for name in names)


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
