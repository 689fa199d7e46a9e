"""Completeness and timeliness of every school, quarter by quarter."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from schools.models import Stage, Unit
from submissions import calendar, rules
from submissions.asking import asking_of
from submissions.forms import MatrixForm
from submissions.matrix import matrix_of


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """完成情况: the schools × the quarters of the newest plan that have opened, the newest first."""
    desk = rules.desk_of(request.posts)
    asking = asking_of(desk.district)
    opened = calendar.opened_quarters(asking.adoptions)
    plan = asking.adoption(opened[0]) if opened else None
    quarters = [quarter for quarter in opened if asking.adoption(quarter) == plan]
    form = MatrixForm(request.GET)
    if not form.is_valid():
        raise BadRequest("没有这个学段，或没有这样排序。")
    stage, sort = form.cleaned_data["stage"], form.cleaned_data["sort"]
    units = list(Unit.objects.of(desk.district).schools().with_facts().order_by("code"))
    if stage and quarters:
        units = [unit for unit in units if stage in unit.facts_in(quarters[0]).stages]
    context = {
        "desk": desk,
        "worst": MatrixForm.WORST,
        "stage": stage,
        "sort": sort,
        "stages": Stage.choices,
        "matrix": matrix_of(asking, units, quarters, worst_first=sort == MatrixForm.WORST),
    }
    return render(request, "submissions/matrix.html", context)
