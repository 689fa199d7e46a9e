"""The plan page: how everything stands in a period."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base.pages import render_part, vary_on_htmx
from reports import rules
from reports.clauses import contents_of
from reports.compare import comparison_of, groups_of, half_years_of
from reports.forms import ClausesForm, CompareForm, GroupsForm, PeriodForm, WallForm
from reports.history import measurements_of
from reports.models import Measurement
from reports.overview import overview_of
from reports.wall import Asked, Wall, choices_of
from tasks.models import Adoption


@require_safe
@vary_on_htmx
def overview(request: HttpRequest, plan: str) -> HttpResponse:
    adoption = rules.visible_adoption(request.posts, plan)
    measurements = choosable(request, adoption)
    measurement = chosen(request, measurements)
    context = {
        "adoption": adoption,
        "measurements": measurements,
        "measurement": measurement,
        "overview": measurement and overview_of(measurement),
    }
    return render_part(request, "reports/overview.html", "reports/_overview.html", context)


@require_safe
def wall(request: HttpRequest, plan: str) -> HttpResponse:
    """Every target at once; ``?section=&stage=&status=&year=`` leaves some."""
    adoption = rules.visible_adoption(request.posts, plan)
    measurements = choosable(request, adoption)
    measurement = chosen(request, measurements)
    context = {
        "adoption": adoption,
        "measurements": measurements,
        "measurement": measurement,
        "sees_schools": rules.sees_schools(request.posts, adoption),
    }
    if measurement is not None:
        overview = overview_of(measurement)
        form = WallForm(request.GET, choices_of(overview))
        if not form.is_valid():
            raise BadRequest("没有这样的筛选条件，请从页面上选。")
        context |= {"form": form, "wall": Wall(overview, Asked(**form.cleaned_data))}
    return render(request, "reports/wall.html", context)


@require_safe
def clauses(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan clause by clause; ``?action=`` leaves those of one action."""
    adoption = rules.visible_adoption(request.posts, plan)
    measurement = chosen(request, choosable(request, adoption))
    form = ClausesForm(request.GET, list(adoption.plan.actions.all()))
    if not form.is_valid():
        raise BadRequest("没有这项行动，请从页面上选。")
    contents = contents_of(adoption, measurement, form.cleaned_data["action"])
    context = {"adoption": adoption, "measurement": measurement, "form": form, "contents": contents}
    return render(request, "reports/clauses.html", context)


@require_safe
def compare(request: HttpRequest, plan: str) -> HttpResponse:
    """Two half-years side by side (``?before=&after=``); ``?target=`` adds one target by kinds of schools."""
    adoption = rules.visible_adoption(request.posts, plan)
    halves = half_years_of(choosable(request, adoption))
    context: dict[str, Any] = {"adoption": adoption, "groups": None}
    if len(halves) > 1:
        form = CompareForm(request.GET, halves)
        if not form.is_valid():
            raise BadRequest("没有这样的两个半年，请从页面上选；前期应早于后期。")
        comparison = comparison_of(**form.cleaned_data)
        groupable = comparison.groupable if rules.sees_schools(request.posts, adoption) else []
        grouping = GroupsForm(request.GET, groupable)
        if not grouping.is_valid():
            raise BadRequest("这项目标不能分组看，请从页面上选。")
        code = grouping.cleaned_data["target"]
        shown = CompareForm({name: one.period for name, one in form.cleaned_data.items()}, halves)
        context |= {"comparison": comparison, "form": [*shown, *(grouping if groupable else [])]}
        if code:
            context |= {"groups": groups_of(comparison, code), "grouped": dict(groupable)[code]}
    return render(request, "reports/compare.html", context)


def choosable(request: HttpRequest, adoption: Adoption) -> list[Measurement]:
    """What she may choose among."""
    return measurements_of(adoption, with_live=rules.sees_live(request.posts, adoption))


def chosen(request: HttpRequest, measurements: Sequence[Measurement]) -> Measurement | None:
    """The measurement that the address names (``?period=2024H2``, ``&live=1``), else the usual one; a wrong one is a
    bad request."""
    form = PeriodForm(request.GET, measurements)
    if not form.is_valid():
        raise BadRequest(" ".join(form.errors["period"]))
    return form.cleaned_data["period"]
