"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from base import clock, outbox
from edu_plan.navigation import links_on


def product(request: HttpRequest) -> dict[str, Any]:
    """``today``, ``is_pinned`` (a demo or a rehearsal), and what is read when a page shows it: ``nav`` and
    ``unread_messages``, how many the signed-in person has."""
    return {
        "today": clock.today(),
        "is_pinned": settings.PLAN_TODAY is not None,
        "nav": SimpleLazyObject(lambda: links_on(request)),
        "unread_messages": SimpleLazyObject(lambda: outbox.unread(request.user).count()),
    }
