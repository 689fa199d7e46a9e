"""Words for reading units, people, posts, invitations and handovers."""

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import UserManager
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from base import audit
from base.quarters import Quarter

if TYPE_CHECKING:
    from schools.models import District, Handover, Invitation, Post, Unit, User  # noqa: F401

NO_PASSWORD = UNUSABLE_PASSWORD_PREFIX  # what the password column begins with until one is set


class UnitQuerySet(models.QuerySet["Unit"]):
    def of(self, district: "District") -> Self:
        return self.filter(district=district)

    def schools(self) -> Self:
        return self.filter(kind="school")

    def open_in(self, quarter: Quarter) -> Self:
        """Open from the quarter of opening to the one before the quarter of closing."""
        return self.filter(Q(closed__isnull=True) | Q(closed__gt=quarter.end), opened__lte=quarter.end)

    def open_on(self, day: datetime.date) -> Self:
        return self.filter(Q(closed__isnull=True) | Q(closed__gt=day), opened__lte=day)

    def with_facts(self) -> Self:
        return self.prefetch_related("facts")

    def of_kind(self, stages: Sequence[str], quarter: Quarter) -> Self:
        """With just these stages in a quarter (as ``Unit.facts_in`` has them)."""
        facts = self.model._meta.get_field("facts").related_model._default_manager.filter(unit=OuterRef("pk"))
        in_force = facts.filter(since__lte=quarter.end).order_by("-since").values("stages")[:1]
        first = facts.order_by("since").values("stages")[:1]
        return self.annotate(stages=Coalesce(Subquery(in_force), Subquery(first))).filter(stages=stages)

    def without_account(self) -> Self:
        """No clerk and no principal of theirs has an active account for which a password has ever been set; with
        ``invited``, how many have one that waits for its password."""
        here = Q(posts__role__in=["clerk", "principal"], posts__user__is_active=True)
        waiting = Q(posts__user__password__startswith=NO_PASSWORD)
        counted = self.annotate(
            working=Count("posts", filter=here & ~waiting), invited=Count("posts", filter=here & waiting)
        )
        return counted.filter(working=0)


class PeopleQuerySet(models.QuerySet["User"]):
    def kept_by(self, districts: "Iterable[District]") -> Self:
        """Whose accounts these districts keep. One who has a post elsewhere, and a superuser, is out of their reach."""
        districts = list(districts)
        posts = self.model._meta.get_field("posts").related_model._default_manager
        elsewhere = posts.exclude(district__in=districts).values("user")
        return self.filter(is_superuser=False, district__in=districts).exclude(pk__in=elsewhere)

    def in_state(self, state: str) -> Self:
        """One of AccountState."""
        if state == "disabled":
            return self.filter(is_active=False)
        waiting = Q(password__startswith=NO_PASSWORD)
        return self.filter(waiting if state == "invited" else ~waiting, is_active=True)


class PeopleManager(UserManager.from_queryset(PeopleQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def create_superuser(self, *args: Any, **kwargs: Any) -> "User":
        user = super().create_superuser(*args, **kwargs)
        audit.record(user, "created", by=None, after=f"{user.username}（超级用户）")
        return user


class PostQuerySet(models.QuerySet["Post"]):
    def of_active(self) -> Self:
        """With their people, leaving out disabled accounts."""
        return self.filter(user__is_active=True).select_related("user")

    def with_place(self) -> Self:
        return self.select_related("user", "district", "unit", "section").prefetch_related("unit__facts")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither used nor replaced; it may have expired."""
        return self.filter(used_at__isnull=True, voided_at__isnull=True)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def since(self, moment: datetime.datetime) -> Self:
        return self.filter(at__gte=moment)
