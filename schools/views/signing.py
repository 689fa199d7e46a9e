"""Signing in and out; a first password by invitation."""

import math
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from base import clock
from schools import actions, locks
from schools.forms import FirstPasswordForm
from schools.rules import posts_of

BACKEND = "schools.backends.PeopleBackend"


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """What axes answers instead of ``response``. The same for an account that does not exist."""
    of_account = locks.locked_accounts([(credentials or {}).get("username", "")])
    of_address = [lock for lock in locks.locked_addresses() if lock.name == request.META["REMOTE_ADDR"]]
    until = max(lock.until for lock in [*of_account, *of_address])
    context = {"until": until, "is_address": bool(of_address)}
    closed = render(request, "registration/locked.html", context, status=429)
    closed["Retry-After"] = str(math.ceil((until - clock.instant()).total_seconds()))
    return closed


class SignIn(LoginView):
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        actions.note_sign_in(by=form.get_user())
        return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Who she is, and her own password: whoever holds the link of an invitation needs no other key."""
    try:
        user = actions.usable_invitation(token).user
        form = FirstPasswordForm(user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            user = actions.accept(token, password=form.cleaned_data["new_password1"])
            login(request, user, backend=BACKEND)
            actions.note_sign_in(by=user)
            return redirect("home")
    except actions.Unusable as error:
        return render(request, "schools/welcome_closed.html", {"why": error.messages[0]}, status=410)
    context = {"person": user, "posts": posts_of(user), "form": form}
    return render(request, "schools/welcome.html", context, status=422 if request.method == "POST" else 200)
