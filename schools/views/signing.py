"""Signing in and out; a first password by invitation."""

import math
import time
from typing import Any
from urllib.parse import urlencode

import django_otp
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from base import clock
from base.pages import is_ours, next_in
from schools import actions, factors, locks
from schools.backends import PeopleBackend
from schools.forms import CodeForm, FirstPasswordForm
from schools.models import User
from schools.rules import posts_of

BACKEND = "schools.backends.PeopleBackend"
HALF = "halfway"  # in the session of one who has shown her password and not yet her second factor: who, when, which
HALF_LASTS = 300  # seconds


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """What axes answers instead of ``response``. The same for an account that does not exist."""
    of_account = locks.locked_accounts([(credentials or {}).get("username", "")])
    of_address = [lock for lock in locks.locked_addresses() if lock.name == request.META["REMOTE_ADDR"]]
    until = max((lock.until for lock in [*of_account, *of_address]), default=clock.instant())
    context = {"until": until, "is_address": bool(of_address)}
    closed = render(request, "registration/locked.html", context, status=429)
    closed["Retry-After"] = str(math.ceil((until - clock.instant()).total_seconds()))
    return closed


class SignIn(LoginView):
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:
        address: str = super().get_redirect_url()
        return address if is_ours(address) else ""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return enter(self.request, form.get_user(), self.get_success_url())


def enter(request: HttpRequest, user: User, address: str) -> HttpResponse:
    """She has shown her first factor: in, or on to the second."""
    if factors.device_of(user) is None:
        return _enter(request, user, address)
    logout(request)
    request.session[HALF] = [user.pk, int(time.time()), user.get_session_auth_hash()]
    return redirect(f"{reverse('login_code')}?{urlencode({'next': address})}")


def _enter(request: HttpRequest, user: User, address: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    actions.note_sign_in(by=user)
    return redirect(address)


def half_in(request: HttpRequest) -> User | None:
    """Who has shown her password here, a short while ago; it is still that password."""
    person, at, which = request.session.get(HALF, (None, 0, ""))
    user = PeopleBackend().get_user(person) if time.time() - at < HALF_LASTS else None
    return user if user and constant_time_compare(which, user.get_session_auth_hash()) else None


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of her phone, or a recovery code. Failures count with those of the password."""
    user = half_in(request)
    if user is None:
        return redirect(f"{reverse('login')}?{urlencode({'next': next_in(request.GET)})}")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not locks.is_open(request, user):
            return locked_out(request, None, {"username": user.username})
        device = factors.check(user, form.cleaned_data["code"])
        if device is not None:
            del request.session[HALF]
            answer = _enter(request, user, next_in(request.GET) or reverse("home"))
            django_otp.login(request, device)
            return answer
        locks.note_failure(request, user)
        form.add_error("code", "验证码不对，或者已经用过。请等 App 显示下一组数字再输；连续输错要多等几秒。")
    return render(request, "registration/code.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Who she is, and her own password: whoever holds the link of an invitation needs no other key, but for a second
    factor that she has."""
    try:
        user = actions.usable_invitation(token).user
        form = FirstPasswordForm(user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            user = actions.accept(token, password=form.cleaned_data["new_password1"])
            return enter(request, user, reverse("home"))
    except actions.Unusable as error:
        return render(request, "schools/welcome_closed.html", {"why": error.messages[0]}, status=410)
    context = {"person": user, "posts": posts_of(user), "form": form}
    return render(request, "schools/welcome.html", context, status=422 if request.method == "POST" else 200)
