"""The admin site for schools and people: an administrator works in the districts where she has that post, and only
there; a superuser everywhere."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as django_admin  # noqa: F401  registers Group, which is taken out again below
from django.contrib.auth.models import Group
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django_otp.plugins.otp_static import admin as static_admin  # noqa: F401  registers StaticDevice, likewise
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp import admin as totp_admin  # noqa: F401  registers TOTPDevice, likewise
from django_otp.plugins.otp_totp.models import TOTPDevice

from base.admin import AuditedAdmin
from schools import actions
from schools.models import District, Post, Section, Unit, UnitFacts, User
from schools.rules import districts_administered

admin.site.unregister(Group)  # what a person may do follows from her posts alone
admin.site.unregister([TOTPDevice, StaticDevice])  # nobody reads another's key


class AdministratorsAdmin(AuditedAdmin):
    """Shows and offers what lies in the administrator's districts; ``district_path`` leads there from the model."""

    district_path = "district"

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        everything = super().get_queryset(request)
        return everything if request.user.is_superuser else self.within(everything, request)

    def within(self, everything: "models.QuerySet[Any]", request: HttpRequest) -> "models.QuerySet[Any]":
        return everything.filter(**{f"{self.district_path}__in": districts_administered(request.posts)})

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        registered = admin.site._registry.get(db_field.remote_field.model)
        if isinstance(registered, AdministratorsAdmin):
            kwargs["queryset"] = registered.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def is_administrator(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or districts_administered(request.posts))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(District)
class DistrictAdmin(AdministratorsAdmin):
    district_path = "pk"
    list_display = ["code", "name", "is_demo"]

    def within(self, everything: "models.QuerySet[Any]", request: HttpRequest) -> "models.QuerySet[Any]":
        return everything.filter(pk__in=[district.pk for district in districts_administered(request.posts)])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Section)
class SectionAdmin(AdministratorsAdmin):
    list_display = ["name", "code", "contact", "phone", "district"]
    list_select_related = ["district"]


class UnitFactsInline(admin.TabularInline):
    model = UnitFacts
    extra = 0
    min_num = 1

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_superuser or districts_administered(request.posts))

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(AdministratorsAdmin):
    list_display = ["code", "newest_name", "kind", "opened", "closed", "district"]
    list_filter = ["kind"]
    search_fields = ["code", "facts__name"]
    inlines = [UnitFactsInline]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).select_related("district").prefetch_related("facts")

    @admin.display(description="名称")
    def newest_name(self, unit: Unit) -> str:
        return unit.name


@admin.register(Post)
class PostAdmin(AdministratorsAdmin):
    list_display = ["user", "role", "place", "sees_sensitive"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__username", "unit__facts__name"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).with_place()

    @admin.display(description="单位")
    def place(self, post: Post) -> str:
        return str(post.unit or post.section or post.district)

    def save_model(self, request: HttpRequest, obj: Post, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or "user" in form.changed_data:
            actions.note_appointed(obj, by=request.user)
        actions.settle_staff(obj.user)
        if change and form.initial["user"] != obj.user_id:
            actions.settle_staff(User.objects.get(pk=form.initial["user"]))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.is_administrator(request)

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        actions.end_post(obj, by=request.user)


@admin.register(User)
class PersonAdmin(AdministratorsAdmin):
    """Names and addresses of people. Accounts come from 人员 (schools/views/people.py), by invitation; there they are
    disabled, too. Nobody chooses or sees another's password."""

    list_display = ["username", "name", "is_active", "last_login"]
    list_filter = ["is_active", "posts__role"]
    search_fields = ["username", "name"]
    ordering = ["username"]
    fields = ["username", "name", "email", "is_active"]
    readonly_fields = ["is_active"]

    def within(self, everything: "models.QuerySet[Any]", request: HttpRequest) -> "models.QuerySet[Any]":
        return everything.filter(pk__in=User.objects.kept_by(districts_administered(request.posts)).values("pk"))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """By the filters of the page alone: of any other column, the password's hash among them, a list that is empty
        or not would tell sign by sign."""
        return lookup.startswith(tuple(self.list_filter))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
