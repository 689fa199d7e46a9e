"""Pages that belong to no room: the home, a person's messages, the style guide; whether the
installation lives, and what is said where it fails."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from base import outbox
from base.models import Message
from base.pages import next_in, render_part, vary_on_htmx
from edu_plan import health
from edu_plan.forms import PageForm, ReadForm, SearchForm
from edu_plan.navigation import links_of
from edu_plan.rules import own_message
from edu_plan.search import search as find
from reports.charts.samples import samples
from reports.rules import READERS
from schools.rules import posts_as

MESSAGES = 20  # on a page
TEXT = "text/plain; charset=utf-8"

SAMPLE_COUNTS = {
    "achieved": 31,
    "on_track": 38,
    "at_risk": 9,
    "behind": 4,
    "overdue": 2,
    "not_due": 8,
    "no_data": 2,
}


@require_safe
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing else."""
    return HttpResponse("正常\n", content_type=TEXT)


@require_safe
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Each part, and what is wrong with it, in words that anybody may read; 503 if anything is."""
    states = health.states()
    lines = "".join(f"{part}：{state or '正常'}\n" for part, state in states.items())
    return HttpResponse(lines, content_type=TEXT, status=503 if any(states.values()) else 200)


def broken(request: HttpRequest) -> HttpResponse:
    """Of what nobody foresaw; where the database is away, this is said, and that it passes."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
    return HttpResponse(render_to_string("500.html"), status=500)


SAMPLE_TILES = [
    ("achieved", "20.4%"),
    ("on_track", "19.1%"),
    ("at_risk", "18.6%"),
    ("behind", "11.8%"),
    ("no_data", "—"),
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Leads each to her work: the school's forms, the bureau's desk, the plan, the admin site."""
    links = links_of(request.posts, is_staff=request.user.is_staff)
    return redirect(links[0].url) if links else render(request, "base/no_post.html")


@login_not_required
def admin_door(request: HttpRequest) -> HttpResponse:
    """In place of the admin site's own login page: there is one door, and it writes down who came in."""
    address = next_in(request.GET)
    if request.user.is_staff:
        return redirect(address or "admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied("只有系统管理员可以进入。")
    return redirect_to_login(address or "/")


@require_safe
def admin_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the admin site's own page: there is one way to change a password."""
    return redirect("schools:password")


@require_safe
@vary_on_htmx
def search(request: HttpRequest) -> HttpResponse:
    """``?q=``: targets, tasks and schools; htmx gets the list alone."""
    if not posts_as(request.posts, *READERS):
        raise PermissionDenied("您的账号没有阅览方案的任职，请联系系统管理员。")
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "text": text, "found": find(request.posts, text)}
    return render_part(request, "base/search.html", "base/_found.html", context)


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """What the person was told, the newest first."""
    form = PageForm(request.GET)
    if not form.is_valid():
        raise BadRequest("没有这一页。")
    page = Paginator(Message.objects.filter(to=request.user), MESSAGES).get_page(form.cleaned_data["page"])
    return render(request, "base/messages.html", {"page": page})


@require_POST
def read_message(request: HttpRequest, message: int) -> HttpResponse:
    """Mark one as read; with ``open`` go on to what it is about."""
    mine = own_message(request.user, message)
    outbox.mark_read(Message.objects.filter(pk=mine.pk))
    form = ReadForm(request.POST)
    goes_on = form.is_valid() and form.cleaned_data["open"]
    return redirect(mine.url if goes_on and mine.url else "messages")


@require_POST
def read_all_messages(request: HttpRequest) -> HttpResponse:
    outbox.mark_read(outbox.unread(request.user))
    return redirect("messages")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component of the look, for those who build pages."""
    context = {"sample_counts": SAMPLE_COUNTS, "sample_tiles": SAMPLE_TILES, "sample_charts": samples()}
    return render(request, "styleguide.html", context)
