"""How often somebody may do what is costly, or what only a machine does often (settings.RATE_LIMITS).

Counted for each person, so that the schools behind one office's address don't use up each other's; for visitors by
address, and by the account that they try. Other requests are not counted, and counting asks no database.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

LIMITED = {  # a request's method and address → the limits that hold for it
    ("POST", "login"): ("login", "account"),
    ("POST", "login_code"): ("login",),
    ("POST", "schools:password"): ("login",),
    ("POST", "schools:welcome"): ("login",),
    ("POST", "schools:import"): ("upload",),
    ("POST", "submissions:evidence"): ("upload",),
    ("POST", "submissions:form_upload"): ("upload",),
    ("POST", "submissions:grid_upload"): ("upload",),
    ("POST", "reports:rectify"): ("upload",),
    ("POST", "reports:object"): ("upload",),
    ("POST", "reports:occurrences"): ("upload",),
    ("GET", "reports:pack"): ("export",),
    ("GET", "reports:rectification_file"): ("export",),
    ("GET", "reports:objection_file"): ("export",),
    ("GET", "reports:occurrence_file"): ("export",),
    ("GET", "reports:edition_file"): ("export",),
    ("GET", "reports:assessment_file"): ("export",),
    ("GET", "reports:sheet_file"): ("export",),
    ("GET", "schools:import_template"): ("export",),
    ("GET", "audit_file"): ("export",),
    ("GET", "submissions:evidence_file"): ("export",),
    ("GET", "submissions:form_file"): ("export",),
    ("GET", "submissions:grid_file"): ("export",),
    ("GET", "submissions:upload_report"): ("export",),
    ("GET", "search"): ("search",),
    ("GET", "audit"): ("search",),
    ("GET", "schools:people"): ("search",),
    ("GET", "submissions:check_code"): ("search",),
}
SEARCH_OF_ADMIN = "_changelist"


class RateMiddleware:
    """Answers 429 to who asks too often, with the seconds to wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        for limit in limits_of(request):
            seconds = _wait(request, limit)
            if seconds:
                return _refusal(request, seconds)
        return None


def limits_of(request: HttpRequest) -> tuple[str, ...]:
    """The names of the limits that hold for a request whose address is resolved."""
    method = "GET" if request.method == "HEAD" else request.method
    name = request.resolver_match.view_name
    if name.startswith("admin:") and name.endswith(SEARCH_OF_ADMIN):
        return ("search",)
    return LIMITED.get((method, name), ())


def _wait(request: HttpRequest, limit: str) -> int:
    """Count the request; how many seconds to wait, 0 if none. Where Redis is down nobody is kept out."""
    key = _account if limit == "account" else "user_or_ip"
    try:
        usage = get_usage(request, group=limit, key=key, rate=settings.RATE_LIMITS[limit], increment=True)
    except RedisError:
        log.exception("requests are not counted")
        return 0
    return max(1, usage["time_left"]) if usage and usage["should_limit"] else 0


def _account(group: str, request: HttpRequest) -> str:
    return request.POST.get("username", "").strip().lower()


def _refusal(request: HttpRequest, seconds: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = HttpResponse(f"操作太频繁，请在 {seconds} 秒后再试。", content_type="text/plain; charset=utf-8")
    else:
        response = HttpResponse(render_to_string("429.html", {"seconds": seconds, "request": request}))
    response.status_code, response["Retry-After"] = 429, str(seconds)
    return response
