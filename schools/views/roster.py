"""Accounts from a spreadsheet: the template, the preview, the confirmation."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.tables import Unreadable
from schools import roster, rules
from schools.forms import ConfirmForm, UploadForm
from schools.views.people import show_tickets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A POST is previewed, and saves nothing."""
    districts = rules.people_districts(request.posts)
    if request.method != "POST":
        return _page(request, UploadForm(districts=districts))
    form = UploadForm(request.POST, request.FILES, districts=districts)
    if not form.is_valid():
        return _page(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        read = roster.read(file.read(), file.name, form.chosen_district)
    except Unreadable as error:
        form.add_error("file", error)
        return _page(request, form, status=422)
    return _page(request, UploadForm(districts=districts), read)


@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Makes what was previewed, and shows the new people's links, once."""
    districts = rules.people_districts(request.posts)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        raise BadRequest("页面内容不完整，没有导入。请重新上传文件。")
    try:
        read = roster.opened(form.cleaned_data["rows"], districts)
        tickets = roster.bring_in(read, by=request.user)
    except roster.Changed as error:
        messages.error(request, error.messages[0])
        return _page(request, UploadForm(districts=districts), error.roster, status=409)
    messages.success(request, f"已导入：新账号 {len(tickets)} 个，增加任职 {len(read.added)} 个。")
    return show_tickets(request, tickets) if tickets else redirect("schools:people")


@require_safe
def template(request: HttpRequest, district: str) -> HttpResponse:
    """The spreadsheet to fill in."""
    from schools import roster_template

    chosen = rules.people_district_or_404(request.posts, district)
    headers = {"Content-Disposition": f'attachment; filename="people-{chosen.code}.xlsx"'}
    return HttpResponse(roster_template.template(chosen), content_type=XLSX, headers=headers)


def _page(
    request: HttpRequest, form: UploadForm, read: roster.Roster | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "roster": read, "columns": roster.COLUMNS, "districts": form.districts}
    return render(request, "schools/roster.html", context, status=status)
