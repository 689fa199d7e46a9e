"""What the pages of every room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def vary_on_htmx(view: View) -> View:
    """For a view that answers ``request.htmx`` with a partial: no cache mistakes that for the page."""

    @wraps(view)
    def varying(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return varying


def render_part(request: HttpRequest, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """``part`` alone to htmx, else the ``page`` that includes it. For a view that varies (``vary_on_htmx``)."""
    return render(request, part if request.htmx else page, context)
