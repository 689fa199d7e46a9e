"""The files of a published assessment: all for the bureau and leaders, its own sheet for a school."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from base.files import file_response
from base.pages import vary_on_htmx
from reports import rules
from reports.actions.papers import start_papers
from reports.assessment.files import files_of


@require_safe
def paper(request: HttpRequest, plan: str, year: int, kind: str) -> FileResponse:
    edition = rules.assessment_papers(request.posts, plan, year)
    return file_response(rules.assessment_file(edition, kind).file, inline=False)


@require_safe
def sheet(request: HttpRequest, plan: str, year: int, place: str, subject: str) -> FileResponse:
    return file_response(rules.sheet_file(request.posts, plan, year, place, subject).file, inline=False)


@require_POST
@vary_on_htmx
def make(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Start the job that makes what is missing, or join it; htmx gets its progress, others the job's page."""
    edition = rules.assessment_papers(request.posts, plan, year)
    if not rules.may_make_papers(request.posts, edition.assessment.adoption):
        raise PermissionDenied("考核文件由局机关人员生成。")
    job = start_papers(edition, by=request.user)
    if not request.htmx:
        return redirect(reverse("job", args=[job.pk]))
    return render(request, "reports/_assessment_files.html", {"files": files_of(edition, request.posts)})
