"""A year's assessment: the years, one of them by category, and what carries it on: computed, shown, taken back,
published."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reports import actions, rules
from reports.assessment.occurrences import happening_years
from reports.assessment.overview import overview_of, standing_of, startable_years
from reports.assessment.subjects import Year
from reports.forms import RetractForm, ShowForm
from reports.models import Assessment
from schools.models import AT_SCHOOL, Unit
from schools.rules import posts_as


@require_safe
def assessments(request: HttpRequest, plan: str) -> HttpResponse:
    """The years; for a school its own sheets."""
    adoption = rules.visible_adoption(request.posts, plan)
    found = rules.assessments_of(request.posts, adoption)
    assesses = rules.may_assess(request.posts, adoption)
    own = [post.unit for post in posts_as(request.posts, *AT_SCHOOL) if post.district_id == adoption.district_id]
    sheets = {one.unit_id for assessment in found for one in assessment.scores.filter(unit__in=own)} if own else set()
    context = {
        "adoption": adoption,
        "assessments": found,
        "own": [unit for unit in own if unit.pk in sheets],
        "years": startable_years(adoption, found) if assesses else [],
        "happening": happening_years(adoption) if assesses else [],
        "sees_all": bool(posts_as(request.posts, *rules.OVER_ALL)),
    }
    return render(request, "reports/assessments.html", context)


@require_safe
def overview(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """By category, for the bureau and leaders."""
    assessment = rules.assessment_or_404(request.posts, plan, year)
    return _page(request, assessment)


def _page(request: HttpRequest, assessment: object, form: object = None, status: int = 200) -> HttpResponse:
    standing = standing_of(assessment, request.posts)
    context = {
        "adoption": assessment.adoption,
        "assessment": assessment,
        "overview": overview_of(assessment),
        "standing": standing,
        "unassessed": _unassessed(assessment) if standing.assesses and not standing.is_final else {},
        "form": form or ShowForm(initial={"until": actions.earliest_end()}),
    }
    return render(request, "reports/assessment.html", context, status=status)


def _unassessed(assessment: Assessment) -> dict[str, list[Unit]]:
    """Schools of categories that have no scheme: those who carry it on are told."""
    return Year(assessment.adoption, assessment.year, None).without_scheme


@require_POST
def assess(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Start the job that computes, or join it; its page shows how far it is."""
    adoption = rules.visible_adoption(request.posts, plan)
    rules.require_assessing(request.posts, adoption)
    try:
        job = actions.start_assessment(adoption, year, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("reports:assessments", plan)
    there = reverse("reports:assessment", args=[plan, year])
    return redirect(f"{reverse('job', args=[job.pk])}?next={there}")


@require_POST
def show(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    assessment = rules.run_assessment_or_404(request.posts, plan, year)
    form = ShowForm(request.POST)
    if form.is_valid():
        try:
            actions.show(assessment, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "已公示，各校收到消息，可以看本校的考核表。")
            return redirect("reports:assessment", plan, year)
    return _page(request, assessment, form, status=422)


@require_POST
def retract(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    assessment = rules.run_assessment_or_404(request.posts, plan, year)
    form = RetractForm(request.POST)
    try:
        form.require_valid()
        actions.retract(assessment, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "已收回，可以重新计算。异议和答复都保留。")
    return redirect("reports:assessment", plan, year)


@require_POST
def publish(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    assessment = rules.assessment_or_404(request.posts, plan, year)
    if not rules.directs(request.posts, assessment.adoption):
        raise PermissionDenied("考核结果由局领导签发。")
    try:
        actions.publish_assessment(assessment, by=request.user)
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        messages.success(request, f"{year}年度考核结果已发布，内容不会再改变。")
    return redirect("reports:assessment", plan, year)
