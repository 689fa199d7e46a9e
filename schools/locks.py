"""Who failed to sign in too often is kept out for a while, by account and by address (django-axes; GB/T 22239-2019
8.1.4.1 b), ASVS 4.0.3 2.2.1). Why these limits: docs/decisions/0062-locks-by-account-and-by-address.md."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from base import audit
from schools.factors import forget_failures
from schools.models import User


class Handler(AxesDatabaseHandler):
    """Axes counts failures by each of AXES_LOCKOUT_PARAMETERS against one limit; here each has its own. A success takes
    back the failures of that account, not those of others from its address."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Those of the account; the limit itself where account or address has reached its own."""
        locked = self._over_limit(request, credentials)
        return settings.AXES_FAILURE_LIMIT if locked else 0

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """The failure that reaches a limit begins the time of the lock for all that were counted."""
        was_locked = request is not None and request.axes_locked_out
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is not None and request.axes_locked_out and not was_locked:
            for attempts in self._over_limit(request, credentials):
                attempts.update(attempt_time=request.axes_attempt_time)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        of_account, _ = self.filter_user_attempts(request, credentials)
        count, _ = of_account.delete()
        return count

    def _over_limit(self, request: HttpRequest, credentials: dict[str, Any] | None) -> "list[QuerySet[AccessAttempt]]":
        counted = zip(self.get_user_attempts(request, credentials), _limits(), strict=True)
        return [attempts for attempts, limit in counted if _failures(attempts) >= limit]


def _limits() -> tuple[int, int]:
    """In the order of AXES_LOCKOUT_PARAMETERS."""
    return settings.AXES_FAILURE_LIMIT, settings.LOCK_ADDRESS_AFTER


def _failures(attempts: "QuerySet[AccessAttempt]") -> int:
    return attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0


def is_open(request: HttpRequest, user: User) -> bool:
    """Whether this request may try to sign in as her; for what is asked after the password."""
    return AxesProxyHandler.is_allowed(request, {"username": user.username})


def note_failure(request: HttpRequest, user: User) -> None:
    """Counts like a wrong password; at the limit axes answers instead of the view."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)


@dataclass(frozen=True, slots=True)
class Lock:
    """``name`` is an account's or an address; open again at ``until``."""

    name: str
    until: datetime.datetime


def locked_accounts(usernames: Iterable[str] | None = None) -> list[Lock]:
    """Of those named, or all."""
    recent = _recent()
    if usernames is not None:
        recent = recent.filter(username__in=list(usernames))
    return _locks(recent, "username", settings.AXES_FAILURE_LIMIT)


def locked_addresses() -> list[Lock]:
    return _locks(_recent().exclude(ip_address=None), "ip_address", settings.LOCK_ADDRESS_AFTER)


def _recent() -> "QuerySet[AccessAttempt]":
    """In real time, whatever day is pinned."""
    return AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME)


def _locks(recent: "QuerySet[AccessAttempt]", name: str, limit: int) -> list[Lock]:
    over = recent.order_by().values(name).annotate(total=Sum("failures_since_start"), last=Max("attempt_time"))
    found = over.filter(total__gte=limit).order_by("-last")
    return [Lock(row[name], row["last"] + settings.AXES_COOLOFF_TIME) for row in found]


@transaction.atomic
def unlock(user: User, *, by: User) -> None:
    """She may try again at once, from everywhere."""
    AccessAttempt.objects.filter(username=user.username).delete()
    forget_failures(user)
    audit.record(user, "unlocked", by=by)


@transaction.atomic
def unlock_address(address: str, *, by: User) -> None:
    """Whoever sits behind it may try again at once. ValidationError if it is not locked."""
    if not any(lock.name == address for lock in locked_addresses()):
        raise ValidationError("这个地址没有锁定，可能已经到时间了。", code="open")
    AccessAttempt.objects.filter(ip_address=address).delete()
    audit.record(by, "address_unlocked", by=by, after=address)
