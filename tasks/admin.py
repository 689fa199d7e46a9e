"""The admin site for plans: what a plan file says is only looked at; the calendar is the district's to set."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from base.admin import ReadOnlyAdmin
from schools.admin import AdministratorsAdmin
from schools.rules import districts_administered
from tasks.actions import set_rule
from tasks.models import Action, AdoptedTask, Adoption, Objective, Plan, Safeguard, Task


class FromPlanFileAdmin(ReadOnlyAdmin, AdministratorsAdmin):
    """What comes from a plan file and belongs to no district: administrators look at it (docs/plan-file.md)."""

    def within(self, everything: "models.QuerySet[Any]", request: HttpRequest) -> "models.QuerySet[Any]":
        return everything


class LookedAtInline(admin.TabularInline):
    """Rows that are shown with their parent and not edited there."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_superuser or districts_administered(request.posts))

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class ObjectiveInline(LookedAtInline):
    model = Objective


class ActionInline(LookedAtInline):
    model = Action


class SafeguardInline(LookedAtInline):
    model = Safeguard


@admin.register(Plan)
class PlanAdmin(FromPlanFileAdmin):
    list_display = ["name", "code", "start", "end"]
    inlines = [ObjectiveInline, ActionInline, SafeguardInline]


@admin.register(Task)
class TaskAdmin(FromPlanFileAdmin):
    list_display = ["no", "name", "action", "section_code", "plan"]
    list_display_links = ["name"]
    list_filter = ["plan", "section_code"]
    list_select_related = ["action", "plan"]
    search_fields = ["name"]


class AdoptedTaskInline(LookedAtInline):
    model = AdoptedTask

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).select_related("task", "section")


@admin.register(Adoption)
class AdoptionAdmin(AdministratorsAdmin):
    """The days of the calendar; which sections answer for the tasks stands in the plan file."""

    list_display = ["plan", "district", "opens_day", "due_day", "closes_day"]
    list_select_related = ["plan", "district"]
    fields = ["plan", "district", "opens_day", "due_day", "closes_day"]
    readonly_fields = ["plan", "district"]
    inlines = [AdoptedTaskInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Adoption, form: ModelForm, change: bool) -> None:
        days = {name: form.cleaned_data[name] for name in ("opens_day", "due_day", "closes_day")}
        set_rule(obj, **days, by=request.user)
