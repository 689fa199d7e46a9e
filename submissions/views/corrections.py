"""Corrections of approved figures: a school or a section asks, whoever reviews the figures decides."""

import datetime
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from base import clock
from submissions import actions, rules
from submissions.actions.corrections import DAYS
from submissions.asking import asking_of
from submissions.cells import Cell
from submissions.forms import AskForm, DecideForm
from submissions.models import Correction, CorrectionState, EntryState
from submissions.queries import CorrectionQuerySet
from submissions.sheets import Row, Sheet, school_sheet, section_sheet
from targets.models import BY_SCHOOL

ENDED = 30  # decided ones that are listed
Ask = Callable[[list[str], str], list[Correction]]


@require_http_methods(["GET", "HEAD", "POST"])
def of_school(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """申请更正: a school's approved items to choose from, and what became of its requests."""
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    if request.method == "POST":
        rules.submitting_school(request.posts, unit)
    sheet = school_sheet(school.unit, when)
    asked = Correction.objects.filter(entry__unit=school.unit, entry__element__entered_by=BY_SCHOOL)

    def ask(keys: list[str], reason: str) -> list[Correction]:
        return actions.ask_correction(school.unit, when, keys, reason, by=request.user)

    here = {
        "title": school.unit.name,
        "crumbs": [("我的填报", reverse("submissions:home"))],
        "back": reverse("submissions:form", args=[unit, quarter]),
        "may_ask": school.may_submit,
    }
    return _asking_page(request, sheet, asked, ask, here)


@require_http_methods(["GET", "HEAD", "POST"])
def of_section(request: HttpRequest, quarter: str, section: str) -> HttpResponse:
    """申请更正: a section's own approved figures."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    mine = rules.own_grid(desk, section)
    asking = asking_of(desk.district)
    hidden = desk.hidden(asking, when)
    sheet = section_sheet(mine, when, asking=asking, hidden=hidden)
    asked = Correction.objects.of(desk.district).filter(entry__element__entered_by=mine.code)

    def ask(keys: list[str], reason: str) -> list[Correction]:
        return actions.ask_grid_correction(mine, when, keys, reason, by=request.user, hidden=hidden)

    here = {
        "title": mine.name,
        "crumbs": [("工作台", reverse("submissions:desk"))],
        "back": reverse("submissions:grid", args=[quarter, section]),
        "may_ask": True,
    }
    return _asking_page(request, sheet, asked.exclude(entry__element__in=hidden), ask, here)


def _asking_page(
    request: HttpRequest, sheet: Sheet, asked: CorrectionQuerySet, ask: Ask, here: dict[str, object]
) -> HttpResponse:
    found = list(asked.filter(entry__quarter=sheet.quarter).with_entries())
    open_ones = {one.entry_id for one in found if one.is_open}
    rows = [Row(row.unit, [cell for cell in row.cells if _may_ask(cell, open_ones)]) for row in sheet.rows]
    keys = [cell.key for row in rows for cell in row.cells]
    form = AskForm(keys, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = ask(form.cleaned_data["pick"], form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已申请更正 {len(made)} 项，等待科室决定。核定的数值在此以前仍然有效。")
            return redirect(request.path)
    context = here | {
        "quarter": sheet.quarter,
        "sheet": sheet,
        "rows": [row for row in rows if row.cells],
        "found": found,
        "form": form,
        "ticked": (request.POST if request.method == "POST" else request.GET).getlist("pick"),
    }
    return render(request, "submissions/corrections.html", context, status=422 if request.method == "POST" else 200)


def _may_ask(cell: Cell, open_ones: set[int]) -> bool:
    return cell.state == EntryState.APPROVED and cell.entry is not None and cell.entry.pk not in open_ones


@require_POST
def drop(request: HttpRequest, correction: int) -> HttpResponse:
    """Whoever may ask withdraws a request or gives a granted one up; whoever decides ends one that is out of time."""
    found = rules.correction_to_end(request.posts, correction)
    try:
        actions.drop(found, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"“{found.entry.element.name}”不再更正，核定的数值有效。")
    entry, posts = found.entry, request.posts
    if entry.element.entered_by == BY_SCHOOL and any(post.unit_id == entry.unit_id for post in posts):
        return redirect("submissions:corrections", entry.unit.code, entry.quarter)
    if any(post.section and post.section.code == entry.element.entered_by for post in posts):
        return redirect("submissions:grid_corrections", entry.quarter, entry.element.entered_by)
    return redirect("submissions:desk_corrections")


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest) -> HttpResponse:
    """更正申请: those that wait for her, those under way, those decided lately."""
    desk = rules.desk_of(request.posts)
    asking = asking_of(desk.district)
    shown = desk.visible(desk.corrections().open(), asking)
    asked = [one for one in shown if one.state == CorrectionState.ASKED]
    mine = [one for one in asked if desk.may_decide(one, request.user)]
    form = DecideForm(mine, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _decided(request, form):
        return redirect("submissions:desk_corrections")
    context = {
        "desk": desk,
        "mine": mine,
        "others": [one for one in asked if one not in mine],
        "granted": [one for one in shown if one.state == CorrectionState.GRANTED],
        "ended": desk.visible(desk.corrections().ended()[:ENDED], asking),
        "until": clock.today() + datetime.timedelta(days=DAYS),
        "typed": request.POST,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "submissions/desk_corrections.html", context, status=status)


def _decided(request: HttpRequest, form: DecideForm) -> bool:
    """Do what the form says. False if it says nothing that can be done."""
    if not form.is_valid():
        messages.error(request, form.errors.as_data().popitem()[1][0].messages[0])
        return False
    try:
        if form.cleaned_data["do"] == DecideForm.GRANT:
            decided, word = actions.grant(form.picked, form.cleaned_data["until"], by=request.user), "同意"
        else:
            decided, word = actions.refuse(form.answers, by=request.user), "不同意"
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return False
    if decided.done:
        messages.success(request, f"已{word}更正 {len(decided.done)} 项。")
    for one, why in decided.refused:
        messages.warning(request, f"“{one.entry.element.name}”：{why}")
    return True
