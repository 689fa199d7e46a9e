"""A school's own sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports import rules
from reports.health import health_of
from reports.views.plan import choosable, chosen
from targets.models import TargetDefinition


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
