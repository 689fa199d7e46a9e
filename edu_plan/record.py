"""What reading leaves in the audit log: refusals, and files that were taken away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from base import audit, origin

ADDRESS_LENGTH = 500
# Parts of an address: the token of an invitation opens a door; the name of a file may tell what only few may see, and
# its number says which it is.
UNTOLD = {"token", "name"}


class RecordMiddleware:
    """Says where a request comes from, and writes down what a signed-in person was refused and what she took away:
    every answer that is a file."""

    REFUSALS = (403, 404, 429)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with origin.coming_from(request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", "")):
            response = self.get_response(request)
            if request.resolver_match is not None and hasattr(request, "user") and request.user.is_authenticated:
                self._note(request, response)
        return response

    def _note(self, request: HttpRequest, response: HttpResponse) -> None:
        """An address that is none of ours is a slip, and no refusal."""
        if response.status_code in self.REFUSALS:
            audit.record(
                None,
                "denied",
                by=request.user,
                after=f"{request.method} {_address(request)}"[:ADDRESS_LENGTH],
                why=str(response.status_code),
            )
        elif response.status_code == 200 and request.method == "GET" and "Content-Disposition" in response.headers:
            audit.record(None, "exported", by=request.user, after=_address(request)[:ADDRESS_LENGTH])


def _address(request: HttpRequest) -> str:
    path, mark, query = request.get_full_path().partition("?")
    for part in UNTOLD & request.resolver_match.kwargs.keys():
        path = "…".join(path.rsplit(escape_uri_path(request.resolver_match.kwargs[part]), 1))
    return f"{path}{mark}{query}"
