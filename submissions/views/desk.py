"""The bureau's desk: who has handed in, what waits for review, the sections' own grids."""

from collections import Counter

from django.core.exceptions import BadRequest
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base.quarters import Quarter
from schools.accounts import schools_without_account
from schools.models import Section, Unit
from schools.rules import districts_administered
from submissions import calendar, rules
from submissions.asking import Asking, asking_of
from submissions.calendar import Window
from submissions.forms import QuarterForm
from submissions.queue import queue_of, waiting_for
from submissions.reminder_list import TITLES, reminder_groups, reminder_text
from submissions.states import Standing, grid_standings, standings

TABS = 6  # quarters to choose from


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """工作台: the quarter's forms, the review queue, the section's own grids, whom to remind."""
    desk = rules.desk_of(request.posts)
    asking = asking_of(desk.district)
    opened = calendar.opened_quarters(asking.adoptions)
    accounts = _accounts(request, desk)
    if not opened:
        return render(request, "submissions/desk.html", accounts)
    query = QuarterForm(request.GET, opened)
    if not query.is_valid():
        raise BadRequest("没有这个季度，或还没有开放。")
    quarter = query.cleaned_data["quarter"]
    units = list(Unit.objects.of(desk.district).open_in(quarter).with_facts())
    schools = sorted((unit for unit in units if unit.kind == "school"), key=lambda unit: unit.code)
    forms = [one for one in standings(asking, schools, [quarter]).values() if one.asked]
    window, adoption = asking.window(None, quarter), calendar.adoption_in(asking.adoptions, quarter)
    hidden = desk.hidden(asking, quarter)
    queue = queue_of(desk, asking, quarter, schools, by=request.user, hidden=hidden)
    others = waiting_for(desk, request.user, hidden).exclude(quarter=quarter).values_list("quarter")
    sections = Section.objects.filter(district=desk.district) if desk.is_director else desk.sections
    grids = grid_standings(asking, units, sections, quarter)
    context = accounts | {
        "quarter": quarter,
        "window": window,
        "tabs": opened[:TABS],
        "forms": forms,
        "tally": Counter(str(one.state) for one in forms),
        "handed_in": sum(one.is_handed_in for one in forms),
        "late": [one for one in forms if one.is_late],
        "unusual": [one for one in queue if one.oddities],
        "usual": [one for one in queue if not one.oddities],
        "waiting": sum(len(one.entries) for one in queue),
        "other_quarters": others.annotate(Count("id")).order_by("-quarter"),
        "grids": grids,
        "grids_waiting": sum(one.waiting for one in grids),
        "links": {"corrections": _to_decide(request, desk, asking)},
        "adoption": adoption,
        "half_year": next(iter(calendar.opened_half_years(adoption)[::-1]), None),
    }
    return render(request, "submissions/desk.html", context | _whom_to_remind(forms, quarter, window))


def _whom_to_remind(forms: list[Standing], quarter: Quarter, window: Window) -> dict[str, object]:
    """The schools that owe their forms, as texts for a chat group; whether one of them can still fill it in."""
    groups = reminder_groups(forms, quarter, window)
    return {
        "reminders": groups,
        "reminder_text": reminder_text(groups),
        "may_urge": any(one.state in TITLES and one.window.is_open for one in forms),
    }


def _to_decide(request: HttpRequest, desk: rules.Desk, asking: Asking) -> int:
    """How many requests for a correction wait for her."""
    found = desk.visible(desk.corrections().open(), asking)
    return sum(desk.may_decide(one, request.user) for one in found)


def _accounts(request: HttpRequest, desk: rules.Desk) -> dict[str, object]:
    """Which schools nobody can fill in for; worth knowing before any quarter has opened, too."""
    return {
        "desk": desk,
        "accounts": schools_without_account([desk.district]),
        "may_invite": desk.district in districts_administered(request.posts),
    }
