"""What every request passes: its number, whose it is, security headers, not too heavy, no NUL, the person's posts."""

import ipaddress
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_out
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject

from base import logs
from schools.rules import posts_of
from schools.sessions import way_back

log = logging.getLogger(__name__)

# Scripts and style sheets come from files alone, but for two <style> elements that plotly makes, known by their
# digests: an empty one, filled by script, and that of its maps. Widths of bars stand in style attributes
# (docs/decisions/0069-styles-by-digest.md).
STYLES_OF_PLOTLY = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"
)
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "script-src-attr 'none'",
        f"style-src 'self' {STYLES_OF_PLOTLY}",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Pages and downloads are a person's own: nothing of them stays in a cache, a shared computer's least of all.
    "Cache-Control": "private, no-store",
}


class TraceMiddleware:
    """Gives each request a number, under which the log and the error pages tell of it, and a line in the log."""

    UNTOLD = ("/healthz", "/readyz")  # every few seconds

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        with logs.tied(request=secrets.token_hex(8)):
            response = self.get_response(request)
            response["X-Request-ID"] = logs.request_id()
            if logs.route_of(request) not in self.UNTOLD:
                fields = {
                    "method": request.method,
                    "route": logs.route_of(request),
                    "status": response.status_code,
                    "ms": round(1000 * (time.monotonic() - began)),
                }
                log.info("request", extra={"fields": fields})
        return response


class AddressMiddleware:
    """``REMOTE_ADDR`` is whom the outermost of our proxies heard, not a proxy, nor what a client says of itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        heard = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.PROXIES <= len(heard):
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(heard[-settings.PROXIES].strip()))
        return self.get_response(request)


class HeadersMiddleware:
    """On everything that is no static file, refusals and errors too; a view may say something else. Where a session
    ends, the browser forgets what it kept (docs/decisions/0140)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(request, "has_ended", False):
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


@receiver(user_logged_out)
def end(request: HttpRequest, **_: object) -> None:
    request.has_ended = True  # type: ignore[attr-defined]


class CompressMiddleware(GZipMiddleware):
    """Pages alone: files are compressed in themselves, or by WhiteNoise once and for all (docs/decisions/0141)."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class WeightMiddleware:
    """A request that says it is heavier than any form of ours is not read at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        weight = request.META.get("CONTENT_LENGTH") or "0"
        if weight.isdigit() and int(weight) > settings.REQUEST_MAX_BYTES:
            return HttpResponse(render_to_string("413.html"), status=413)
        return self.get_response(request)


class DoorMiddleware(LoginRequiredMiddleware):
    """Leads a visitor to the login page, and back to the page where he was. HTMX is told by a 401: it would put that
    page into a field."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        if "HX-Request" in request.headers:
            return HttpResponse(status=401)
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(way_back(request))


class NulMiddleware:
    """A NUL is typed by nobody and stored by no PostgreSQL: refused here, before a lookup fails on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or _has_nul(request.GET) or _has_nul(request.POST):
            raise BadRequest("内容里有无法保存的字符。")
        return self.get_response(request)


def _has_nul(data: QueryDict) -> bool:
    return any("\0" in text for name, values in data.lists() for text in (name, *values))


class PostsMiddleware:
    """``request.posts``: the signed-in person's posts, read when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts = SimpleLazyObject(lambda: posts_of(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)
