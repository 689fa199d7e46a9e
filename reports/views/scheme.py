"""The scheme of one category: what counts how much; changed with a preview of what it would change for whom."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from reports import actions, rules
from reports.assessment.schemes import in_force, sensitive_codes
from reports.forms import SchemeForm
from reports.models import Assessment, AssessmentState, Scheme
from targets.models import TargetDefinition

PREVIEW, SAVE = "preview", "save"


@require_http_methods(["GET", "HEAD", "POST"])
def scheme(request: HttpRequest, plan: str, year: int, category: str) -> HttpResponse:
    """``do`` of a POST: ``preview`` what would change, or ``save`` the next version."""
    adoption = rules.visible_adoption(request.posts, plan)
    rules.require_assessing(request.posts, adoption)
    schemes = in_force(adoption, year)
    if category not in schemes:
        raise Http404
    current = schemes[category]
    form = SchemeForm(current, request.POST if request.method == "POST" else None)
    differences = None
    if request.method == "POST" and form.is_valid():
        try:
            wanted = form.wanted()
            differences = actions.preview(current, wanted)
            if form.cleaned_data["do"] == SAVE:
                made = actions.revise_scheme(current, wanted, why=form.cleaned_data["why"], by=request.user)
                messages.success(request, f"{made}已保存。按前一版算出的结果需重新计算。")
                return redirect("reports:scheme", plan, year, category)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "adoption": adoption,
        "scheme": current,
        "schemes": schemes.values(),
        "form": form,
        "targets": _targets(current, form),
        "differences": differences,
        "is_final": _is_final(current),
    }
    return render(request, "reports/scheme.html", context, status=422 if form.errors else 200)


def _is_final(scheme: Scheme) -> bool:
    published = Assessment.objects.filter(adoption=scheme.adoption, year=scheme.year, state=AssessmentState.FINAL)
    return published.exists()


def _targets(scheme: Scheme, form: SchemeForm) -> list[dict[str, object]]:
    """Those that may be chosen, in the plan's order: never a sensitive one."""
    sensitive = sensitive_codes(scheme.adoption.plan)
    found = TargetDefinition.objects.filter(target__plan=scheme.adoption.plan_id).select_related("target__task__action")
    names = {one.target.code: one for one in found.order_by("target__position", "since")}
    return [
        {"code": code, "name": one.name, "weight": form.typed(code)}
        for code, one in names.items()
        if code not in sensitive
    ]
