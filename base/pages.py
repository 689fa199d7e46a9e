"""What the pages of every room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase
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
