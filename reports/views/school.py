"""A school's own sheet, and all schools beside each other."""

from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports import rules
from reports.forms import SchoolMatrixForm
from reports.health import health_of
from reports.school_matrix import actions_of, choices_of, rated_definitions, school_matrix
from reports.views.plan import choosable, chosen
from targets.models import TargetDefinition

KEPT = ("period", "live", "action", "stage")  # of the address, from page to page of the matrix


@require_safe
def health(request: HttpRequest, plan: str, unit: str) -> HttpResponse:
    """For the school itself, the bureau and leaders."""
    adoption = rules.visible_adoption(request.posts, plan)
    school = rules.visible_school(request.posts, adoption, unit)
    measurements = choosable(request, adoption)
    measurement = chosen(request, measurements)

    def seen(definition: TargetDefinition) -> set[int] | None:
        return rules.unit_filter(request.posts, definition, adoption)

    context = {
        "adoption": adoption,
        "school": school,
        "measurements": measurements,
        "measurement": measurement,
        "health": health_of(measurement, school, seen=seen) if measurement else None,
    }
    return render(request, "reports/health.html", context)


@require_safe
def schools(request: HttpRequest, plan: str) -> HttpResponse:
    """Every school on each target of an action; ``?action=&stage=&page=``. For the bureau and leaders."""
    adoption = rules.schools_adoption(request.posts, plan)
    measurements = choosable(request, adoption)
    measurement = chosen(request, measurements)
    definitions = rated_definitions(measurement) if measurement else []
    actions = actions_of(definitions)
    form = SchoolMatrixForm(request.GET, choices_of(actions))
    if not form.is_valid():
        raise BadRequest("没有这样的筛选条件，请从页面上选。")
    asked = form.cleaned_data
    action = next((one for one in actions if str(one.no) == asked["action"]), actions[0] if actions else None)
    context = {
        "adoption": adoption,
        "measurements": measurements,
        "measurement": measurement,
        "form": form,
        "query": urlencode({name: request.GET[name] for name in KEPT if name in request.GET}),
    }
    if action:
        context["matrix"] = school_matrix(measurement, definitions, action, asked["stage"], asked["page"])
    return render(request, "reports/schools.html", context)
