"""How long a session lasts, and what a person must do before she goes on."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY

from base.pages import next_in
from schools import factors
from schools.passwords import must_change

BEGAN, SEEN = "began", "seen"  # of a session, in seconds since 1970
ONCE_A = 60  # seconds: how often SEEN is written
# What may be done while something else must be: that itself, and leaving.
FREE = {"schools:password", "schools:factor", "schools:end_others", "logout"}


@receiver(user_logged_in)
def begin(request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


class LimitsMiddleware:
    """Signs out who did nothing for SESSION_IDLE seconds, or came SESSION_COOKIE_AGE seconds ago (GB/T 22239-2019
    8.1.4.1 b), ASVS 4.0.3 3.3.2). Reads the session alone; writes it at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session, now = request.session, int(time.time())
        if SESSION_KEY in session:
            seen = session.get(SEEN, 0)
            if now - seen >= settings.SESSION_IDLE or now - session.get(BEGAN, 0) >= settings.SESSION_COOKIE_AGE:
                logout(request)
            elif now - seen >= ONCE_A:
                session[SEEN] = now
        return self.get_response(request)


class DutyMiddleware:
    """Leads a person to what she must do first, from every page, and back to where she was. HTMX is refused, so that
    its field says that the page should be opened anew; what was typed stays in the browser (static/app.js)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        is_open = not getattr(view, "login_required", True)
        if is_open or not request.user.is_authenticated or request.resolver_match.view_name in FREE:
            return None
        duty = duty_of(request)
        if not duty:
            return None
        if "HX-Request" in request.headers:
            return HttpResponse(status=403)
        return redirect(f"{reverse(duty)}?{urlencode({'next': way_back(request)})}")


def duty_of(request: HttpRequest) -> str:
    """The name of the page on which it is done; "" if there is nothing."""
    if must_change(request.user):
        return "schools:password"
    # The session of a person who has a second factor has shown it (signing.enter, factors.enrol).
    is_shown = DEVICE_ID_SESSION_KEY in request.session
    return "" if is_shown or not factors.is_wanted(request.user, request.posts) else "schools:factor"


def way_back(request: HttpRequest) -> str:
    """The page that was asked for; for what was sent to an address that may not be asked for by GET, the page that its
    form names (``next``)."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return next_in(request.POST) or "/"
