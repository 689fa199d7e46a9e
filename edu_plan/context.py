"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from base import clock


def product(request: HttpRequest) -> dict[str, Any]:
    return {"today": clock.today(), "is_pinned": settings.PLAN_TODAY is not None}
