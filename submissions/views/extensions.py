"""More time for one school: the list of a quarter, giving and changing it, ending it."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from base import clock
from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import Unit
from submissions import actions, calendar, rules
from submissions.asking import Asking, asking_of
from submissions.forms import ExtensionForm
from submissions.models import Extension
from submissions.states import Standing, standings

DAYS = 3  # proposed, beyond the due date or today


@require_http_methods(["GET", "HEAD", "POST"])
def extensions(request: HttpRequest, quarter: str) -> HttpResponse:
    """延期: who has more time for the quarter; ``?unit=`` names the school to give it to, or to change it for."""
    desk, asking, when = _place(request, quarter)
    units = Unit.objects.of(desk.district).schools().open_in(when).with_facts().order_by("code")
    forms = {one.unit.code: one for one in standings(asking, units, [when]).values() if one.asked}
    given = {one.unit_id: one for one in _given(desk, when)}
    chosen = (request.POST if request.method == "POST" else request.GET).get("unit", "")
    schools = [
        (code, f"{one.unit.name}（{one.label}）")
        for code, one in forms.items()
        if one.unit.pk not in given or code == chosen
    ]
    mine = forms.get(chosen)
    status = 200
    if request.method == "POST":
        form, status = ExtensionForm(schools, request.POST), 422
        if form.is_valid() and _extend(request, form, forms[chosen].unit, when):
            return redirect("submissions:extensions", quarter)
    else:
        standing = given.get(mine.unit.pk) if mine else None
        form = ExtensionForm(schools, initial=_proposed(asking, when, mine, standing))
    context = {
        "desk": desk,
        "quarter": when,
        "window": asking.window(None, when),
        "tabs": calendar.opened_quarters(asking.adoptions)[:6],
        "rows": [(one, given[one.unit.pk]) for one in forms.values() if one.unit.pk in given],
        "form": form,
        "changed": mine if mine and mine.unit.pk in given else None,
    }
    return render(request, "submissions/extensions.html", context, status=status)


@require_POST
def end(request: HttpRequest, quarter: str, unit: str) -> HttpResponse:
    """Take a school's extension back."""
    desk, _, when = _place(request, quarter)
    school = rules.unit_or_404(desk, unit)
    try:
        actions.end_extension(school, when, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{school.name}的延期已结束。")
    return redirect("submissions:extensions", quarter)


def _place(request: HttpRequest, quarter: str) -> tuple[rules.Desk, Asking, Quarter]:
    """A quarter that has opened."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    asking = asking_of(desk.district)
    if when not in calendar.opened_quarters(asking.adoptions):
        raise Http404
    return desk, asking, when


def _given(desk: rules.Desk, quarter: Quarter) -> list[Extension]:
    return list(Extension.objects.filter(unit__district=desk.district, quarter=quarter).select_related("given_by"))


def _proposed(asking: Asking, quarter: Quarter, mine: Standing | None, standing: Extension | None) -> dict[str, object]:
    """What the form shows at first: what was given so far, or some days more."""
    code = mine.unit.code if mine else ""
    if standing:
        return {"unit": code, "until": standing.until, "reason": standing.reason, "seen": standing.until}
    due = asking.window(None, quarter).due or clock.today()
    return {"unit": code, "until": max(due, clock.today()) + datetime.timedelta(days=DAYS)}


def _extend(request: HttpRequest, form: ExtensionForm, unit: Unit, quarter: Quarter) -> bool:
    given = form.cleaned_data
    try:
        actions.extend(unit, quarter, given["until"], given["reason"], by=request.user, seen=given["seen"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, f"已同意{unit.name}延期至{short_day(given['until'])}。")
    return True
