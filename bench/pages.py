"""What a leader opens, on the demo district: the server's time for each page, against a bare view that reads session,
user and one query, both through the whole of WSGI.

    python bench/pages.py --json FILE
"""

import secrets

from common import Line, answered, cookies_of, line, ratio, run

PLAN = "/plan/plan-2023-2025"
OVERVIEW, HEAVIEST = 4, 8  # aims
PAGES = {
    "the overview": f"{PLAN}/",
    "the wall": f"{PLAN}/wall/",
    "clause by clause": f"{PLAN}/clauses/",
    "a target": f"{PLAN}/targets/BACKBONE_SHARE/",
    "how a result came about": f"{PLAN}/targets/BACKBONE_SHARE/how/2024H2/",
    "targets by school": f"{PLAN}/schools/",
    "a school's sheet": f"{PLAN}/schools/X001/",
    "the bulletins": f"{PLAN}/bulletins/",
    "a bulletin": f"{PLAN}/bulletins/2024H2/",
    "the assessment": f"{PLAN}/assessment/2024/",
    "a search": "/search/?q=gby",
}
PAIRS = 21


def measured() -> list[Line]:
    from django.contrib.auth import SESSION_KEY
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from edu_plan.urls import urlpatterns
    from schools.models import User

    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.session[SESSION_KEY]} {request.user} {User.objects.count()}")

    urlpatterns.append(path("bare/", bare))
    application, cookie = get_wsgi_application(), cookies_of(User.objects.get(username="leader"))

    def asked(address: str) -> float:
        return ratio(
            lambda: answered(application, address, cookie), lambda: answered(application, "/bare/", cookie), PAIRS
        )

    return [
        line(f"{name}, against a bare view", asked(address), OVERVIEW if address == f"{PLAN}/" else HEAVIEST)
        for name, address in PAGES.items()
    ]


if __name__ == "__main__":
    run(measured, DEBUG="0", SECRET_KEY=secrets.token_urlsafe(50), TLS="0", ALLOWED_HOSTS="localhost")
