"""A target's page, and how its results came about."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, render
from django.views.decorators.http import require_safe

from base.pages import render_part, vary_on_htmx
from base.quarters import Period
from reports import rules
from reports.forms import LiveForm, PageForm
from reports.how_page import how_page, how_page_of_unit, proofs_of
from reports.models import Result
from reports.queries import ResultQuerySet
from reports.target_page import target_page
from reports.views.plan import choosable, chosen
from schools.models import Unit, UnitKind
from targets.models import TargetDefinition
from tasks.models import Adoption


@require_safe
@vary_on_htmx
def target(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    adoption = rules.visible_adoption(request.posts, plan)
    versions = get_list_or_404(
        TargetDefinition.objects.with_parts().with_own(adoption).order_by("since"),
        target__plan=adoption.plan_id,
        target__code=code,
    )
    measurements = choosable(request, adoption)
    measurement = chosen(request, measurements)

    def seen(definition: TargetDefinition) -> set[int] | None:
        return rules.unit_filter(request.posts, definition, adoption)

    quarters_of = adoption if rules.sees_live(request.posts, adoption) else None
    context = {
        "adoption": adoption,
        "measurements": measurements,
        "measurement": measurement,
        "page": target_page(versions, measurement, measurements, seen=seen, quarters_of=quarters_of),
    }
    return render_part(request, "reports/target.html", "reports/_target.html", context)


@require_safe
def how(request: HttpRequest, plan: str, code: str, period: Period) -> HttpResponse:
    """How the district's result came about."""
    adoption = rules.visible_adoption(request.posts, plan)
    form = PageForm(request.GET)
    if not form.is_valid():
        raise BadRequest("没有这一页。")
    result = get_object_or_404(results_of(request, adoption, code, period).of_district())
    units = rules.trace_filter(request.posts, result.definition, adoption)
    page = how_page(result.measurement, result, units, form.cleaned_data["page"])
    return render(request, "reports/how.html", {"adoption": adoption, "page": page})


@require_safe
def how_unit(request: HttpRequest, plan: str, code: str, period: Period, unit: str) -> HttpResponse:
    """What one unit gave to it, down to who entered and approved each value."""
    adoption = rules.visible_adoption(request.posts, plan)
    district = get_object_or_404(results_of(request, adoption, code, period).of_district())
    found = rules.visible_unit(request.posts, district.definition, adoption, unit)
    result = district if found.kind == UnitKind.BUREAU else result_of_school(district, found)
    page = how_page_of_unit(result.measurement, result, found)
    if page is None:
        raise Http404
    (line,) = page.lines
    context = {
        "adoption": adoption,
        "page": page,
        "line": line,
        "proofs": proofs_of(line),
        "unreported": [cell for cell in line.cells if not cell.is_reported],
    }
    return render(request, "reports/how_unit.html", context)


def results_of(request: HttpRequest, adoption: Adoption, code: str, period: Period) -> ResultQuerySet:
    """The results of one target in one period, with all that pages say about them; of ``?live=1`` the live ones, which
    are 404 for those who may not see them."""
    form = LiveForm(request.GET)
    is_live = form.is_valid() and form.cleaned_data["live"]
    if is_live and not rules.sees_live(request.posts, adoption):
        raise Http404
    of_one = {"measurement__adoption": adoption, "measurement__period": period, "measurement__is_live": is_live}
    measured = Result.objects.filter(**of_one, target__code=code)
    read = measured.with_parts().with_own(adoption)
    return read.select_related("measurement__adoption__plan", "measurement__adoption__district")


def result_of_school(district: Result, school: Unit) -> Result:
    """The school's own row beside the district's; 404 where it has none."""
    result = get_object_or_404(Result, measurement=district.measurement_id, target=district.target_id, unit=school)
    result.measurement, result.definition, result.target = district.measurement, district.definition, district.target
    result.own = district.own
    return result
