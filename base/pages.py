"""What the pages of every room share."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

# Differ each time, and are good as long as the secret behind them.
CSRF_TOKENS = re.compile(rb"""(?<=csrfmiddlewaretoken" value=")\w+|(?<="X-CSRFToken": ")\w+""")

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class NextForm(forms.Form):
    """``next``: an address of this site to go on to."""

    next = forms.CharField(required=False, max_length=300)

    def clean_next(self) -> str:
        address: str = self.cleaned_data["next"]
        if address and not is_ours(address):
            raise ValidationError("地址不在本系统内。")
        return address


def is_ours(address: str) -> bool:
    """Whether it leads to this site, as a path: what begins otherwise is another's, or taken for a route's name."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def next_in(data: QueryDict) -> str:
    """The address in ``next``; "" where there is none, or none of this site's."""
    form = NextForm(data)
    return form.cleaned_data["next"] if form.is_valid() else ""


def vary_on_htmx(view: View) -> View:
    """For a view that answers ``request.htmx`` with a partial: no cache mistakes that for the page."""

    @wraps(view)
    def varying(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return varying


def revalidated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For a page that its reader's own browser may keep, and asks for each time: 304 if what would be sent is what was
    sent. Whoever asks has passed every rule by then (docs/decisions/0140)."""
    secret = request.META.get("CSRF_COOKIE", "").encode()
    said = salted_hmac("base.pages.revalidated", CSRF_TOKENS.sub(secret, response.content), algorithm="sha256")
    response.headers["Cache-Control"], response.headers["ETag"] = "private, no-cache", f'"{said.hexdigest()}"'
    return get_conditional_response(request, etag=response.headers["ETag"], response=response)


def render_part(request: HttpRequest, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """``part`` alone to htmx, else the ``page`` that includes it. For a view that varies (``vary_on_htmx``)."""
    return render(request, part if request.htmx else page, context)
