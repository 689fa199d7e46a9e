"""The files of an edition."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from base.files import file_response
from base.pages import vary_on_htmx
from base.quarters import Period
from reports import actions, rules
from reports.bulletin_page import Paper, files_of


@require_safe
def file(request: HttpRequest, plan: str, period: Period, edition: int, kind: str) -> FileResponse:
    adoption = rules.visible_adoption(request.posts, plan)
    found = rules.edition_or_404(request.posts, adoption, period, edition)
    return file_response(rules.edition_file(request.posts, adoption, found, kind).file, inline=False)


@require_POST
@vary_on_htmx
def make_files(request: HttpRequest, plan: str, period: Period, edition: int) -> HttpResponse:
    """Start the job that makes what is missing, or join it; htmx gets its progress, others the page with it."""
    adoption = rules.visible_adoption(request.posts, plan)
    found = rules.edition_or_404(request.posts, adoption, period, edition)
    if not rules.may_draft(request.posts, adoption):
        raise PermissionDenied("通报文件由科室人员或局领导生成。")
    actions.start_files(found, by=request.user)
    if not request.htmx:
        return redirect(f"{reverse('reports:bulletin', args=[plan, period])}?edition={edition}")
    found.bulletin.adoption = adoption
    files = files_of(Paper(found.bulletin, {}, found), request.posts)
    return render(request, "reports/_files.html", {"adoption": adoption, "period": period, "files": files})
