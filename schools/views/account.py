"""我的账号: a person's own password, second factor and sessions."""

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.pages import next_in
from schools import credentials, factors
from schools.forms import FactorForm, OwnPasswordForm, RenewCodesForm
from schools.passwords import must_change


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "max_age": settings.PASSWORD_MAX_AGE_DAYS,
        "idle": settings.SESSION_IDLE // 60,
        "hours": settings.SESSION_COOKIE_AGE // 3600,
        "device": factors.device_of(request.user),
        "codes_left": factors.codes_left(request.user),
        "is_wanted": factors.is_wanted(request.user, request.posts),
    }
    return render(request, "schools/account.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Her own, anew; ends her other sessions. ``next``: where she was led away from."""
    form = OwnPasswordForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            credentials.choose_password(request.user, form.cleaned_data["new_password1"], by=request.user)
        except ValidationError as error:
            form.add_error("new_password1", error)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, "密码已改。您在别处的登录都已退出。")
            return redirect(next_in(request.GET) or "schools:account")
    context = {"form": form, "why": must_change(request.user)}
    return render(request, "schools/password.html", context, status=422 if form.errors else 200)


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    credentials.end_sessions(request.user, by=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, "您在别处的登录都已退出，只留下这一个。")
    return redirect("schools:account")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Her phone gets a key and shows a code that proves it; then she is told her recovery codes, once."""
    form = FactorForm(request, request.POST or None, replaces=factors.device_of(request.user) is not None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.enrol(request.user, form.device, form.cleaned_data["code"], by=request.user)
        except ValidationError as error:
            form.add_error("code", error)
        else:
            update_session_auth_hash(request, request.user)
            django_otp.login(request, form.device)
            return _codes_page(request, codes)
    context = {
        "form": form,
        "picture": factors.picture_of(form.device),
        "text": factors.text_of(form.device),
        "is_wanted": factors.is_wanted(request.user, request.posts),
    }
    return render(request, "schools/factor.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones, told once; they take the place of those before."""
    if factors.device_of(request.user) is None:
        return redirect("schools:factor")
    form = RenewCodesForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _codes_page(request, factors.renew_codes(request.user, by=request.user))
    return render(request, "schools/renew_codes.html", {"form": form}, status=422 if form.errors else 200)


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The only time that anybody sees them."""
    context = {"codes": codes, "next": next_in(request.GET) or reverse("schools:account")}
    return render(request, "schools/recovery_codes.html", context)
