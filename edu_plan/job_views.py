"""The pages of jobs: how far one is, for who waits for it; all of them, for administrators."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from base import jobs as running
from base.models import JobState
from base.pages import NextForm, vary_on_htmx
from edu_plan.forms import JobsForm
from edu_plan.rules import administered_jobs, visible_job

PER_PAGE = 50


@require_safe
@vary_on_htmx
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is: a partial that asks again until the job ends, or a page that does so without JavaScript."""
    form = NextForm(request.GET)
    if not form.is_valid():
        raise BadRequest("地址不在本系统内。")
    current = visible_job(request.user, request.posts, pk)
    context = {"job": current, "next": form.cleaned_data["next"]}
    return render(request, "base/_job.html" if request.htmx else "base/job.html", context)


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What waits, runs, failed (and why) and was done, the newest first; ``?state=``."""
    form = JobsForm(request.GET)
    if not form.is_valid():
        raise BadRequest("没有这一页。")
    mine = administered_jobs(request.user, request.posts)
    counts = dict(mine.order_by().values_list("state").annotate(Count("pk")))
    found = mine.superseded().select_related("by")
    if form.cleaned_data["state"]:
        found = found.filter(state=form.cleaned_data["state"])
    page = Paginator(found, PER_PAGE).get_page(form.cleaned_data["page"])
    for one in page:
        one.label = running.label_of(one.kind)
    states = [(state.value, state.label, counts.get(state.value, 0)) for state in JobState]
    context = {"page": page, "form": form, "states": states, "query": form.query}
    return render(request, "base/jobs.html", context)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a failed job again, and show how far it is."""
    failed = get_object_or_404(administered_jobs(request.user, request.posts), pk=pk)
    try:
        again = running.retry(failed, by=request.user)
    except running.JobError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"任务 {failed.pk} 已重新开始，编号 {again.pk}。")
    return redirect("jobs")
