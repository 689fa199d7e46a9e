"""The admin site for elements and targets: what a plan file says is only looked at; baselines and thresholds are the
district's to set."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from schools.admin import AdministratorsAdmin
from targets.models import AdoptedTarget, Check, Clause, ClauseNumber, Element, Goal, Target, TargetDefinition, Term
from tasks.admin import FromPlanFileAdmin, LookedAtInline


@admin.register(Element)
class ElementAdmin(FromPlanFileAdmin):
    list_display = ["code", "name", "unit", "period_kind", "asked", "about", "entered_by", "reviewed_by", "value_type"]
    list_filter = ["about", "period_kind", "value_type", "entered_by", "reviewed_by"]
    search_fields = ["code", "name"]

    @admin.display(description="填报季度")
    def asked(self, element: Element) -> str:
        return "、".join(element.asked_in)


@admin.register(Target)
class TargetAdmin(FromPlanFileAdmin):
    list_display = ["code", "newest_name", "home", "plan"]
    list_filter = ["plan", "task"]
    search_fields = ["code", "definitions__name"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        everything = super().get_queryset(request)
        return everything.select_related("task", "safeguard", "plan").prefetch_related("definitions")

    @admin.display(description="名称")
    def newest_name(self, target: Target) -> str:
        return max(target.definitions.all(), key=lambda definition: definition.version).name

    @admin.display(description="归属")
    def home(self, target: Target) -> str:
        return str(target.home)


class ClauseNumberInline(LookedAtInline):
    model = ClauseNumber


@admin.register(Clause)
class ClauseAdmin(FromPlanFileAdmin):
    list_display = ["code", "name", "action", "plan"]
    list_filter = ["plan", "action"]
    inlines = [ClauseNumberInline]


class TermInline(LookedAtInline):
    model = Term
    fields = ["part", "element"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).select_related("element")


class GoalInline(LookedAtInline):
    model = Goal


@admin.register(TargetDefinition)
class TargetDefinitionAdmin(FromPlanFileAdmin):
    list_display = ["target", "version", "in_force_from", "name", "measure", "soft", "sensitive", "pending"]
    list_filter = ["target__plan", "measure", "soft", "sensitive"]
    list_select_related = ["target"]
    search_fields = ["target__code", "name"]
    exclude = ["since"]
    readonly_fields = ["in_force_from"]
    inlines = [TermInline, GoalInline]

    @admin.display(description="起用季度", ordering="since")
    def in_force_from(self, definition: TargetDefinition) -> str:
        return str(definition.since)


@admin.register(Check)
class CheckAdmin(FromPlanFileAdmin):
    list_display = ["code", "kind", "severity", "message", "in_use", "plan"]
    list_filter = ["plan", "kind", "severity", "in_use"]
    list_select_related = ["plan"]
    search_fields = ["code", "left", "right"]


@admin.register(AdoptedTarget)
class AdoptedTargetAdmin(AdministratorsAdmin):
    """Baselines with their sources, thresholds; which section answers for the target stands in the plan file."""

    district_path = "adoption__district"
    list_display = ["target", "section", "baseline_value", "baseline_date", "baseline_source", "ok_at", "warn_at"]
    list_filter = [
        ("adoption", admin.RelatedOnlyFieldListFilter),
        ("section", admin.RelatedOnlyFieldListFilter),
        ("baseline_value", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["target", "section", "adoption"]
    search_fields = ["target__code", "target__definitions__name"]
    readonly_fields = ["adoption", "target", "section"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
