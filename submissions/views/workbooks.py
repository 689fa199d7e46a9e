"""Figures as workbooks: down to fill in, up to be checked, confirmed or given up."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.files import TYPES, file_response
from base.quarters import Quarter
from schools.models import Section, Unit
from submissions import rules
from submissions.asking import asking_of
from submissions.forms import ConfirmForm, WorkbookForm
from submissions.models import Upload, UploadState
from submissions.sheets import school_sheet, section_sheet
from submissions.workbooks import uploads
from submissions.workbooks.checking import Outcome

RECENT = 5  # uploads listed below the form


@require_safe
def form_file(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """A school's form as a workbook."""
    from submissions.workbooks.writing import school_workbook

    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    sheet = school_sheet(school.unit, when)
    if not sheet.cells:
        return _nothing_asked(request, "submissions:form", unit, quarter)
    return _workbook(school_workbook(sheet, school.unit), f"{school.unit.name}{when.label}填报表.xlsx")


@require_safe
def grid_file(request: HttpRequest, quarter: str, section: str) -> HttpResponse:
    """A section's figures of all schools as a workbook; its director may take it, too."""
    from submissions.workbooks.writing import section_workbook

    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    mine = rules.section_or_404(desk, section)
    asking = asking_of(desk.district)
    sheet = section_sheet(mine, when, asking=asking, hidden=desk.hidden(asking, when))
    if not sheet.cells:
        return _nothing_asked(request, "submissions:grid", quarter, section)
    return _workbook(section_workbook(sheet, mine), f"{mine.name}{when.label}各校填报表.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def form_upload(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """Bring in a school's form; it is checked at once."""
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    return _bring_in(request, uploads.bring_in_form, school.unit, when)


@require_http_methods(["GET", "HEAD", "POST"])
def grid_upload(request: HttpRequest, quarter: str, section: str) -> HttpResponse:
    """Bring in a section's figures; a job checks them."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    mine = rules.section_or_404(desk, section)
    rules.filling_desk(request.posts, mine)
    return _bring_in(request, uploads.bring_in_grid, mine, when)


@require_safe
def upload(request: HttpRequest, upload: int) -> HttpResponse:
    """What saving it would do, or how far the work on it is."""
    found = rules.upload_or_404(request.user, request.posts, upload)
    outcome = Outcome.of(found) if found.outcome else None
    job = found.job if found.job and (found.state == UploadState.CHECKING or found.job.is_active) else None
    context = _places(found) | {"upload": found, "outcome": outcome, "job": job}
    return render(request, "submissions/upload.html", context)


@require_POST
def confirm(request: HttpRequest, upload: int) -> HttpResponse:
    """Save it, all of it."""
    found, form = rules.upload_or_404(request.user, request.posts, upload), ConfirmForm(request.POST)
    if not form.is_valid() or found.state != UploadState.CHECKED:
        return redirect("submissions:upload", found.pk)
    if found.section is not None and len(found.outcome["typed"]) > uploads.MANY:
        uploads.confirm_later(found, by=request.user, **form.cleaned_data)
        return redirect("submissions:upload", found.pk)
    try:
        hidden = rules.hidden_in(rules.desk_of(request.posts), found.quarter) if found.section else ()
        saved = uploads.confirm(found, by=request.user, hidden=hidden, **form.cleaned_data)
    except ValidationError as error:  # Closed among them
        messages.error(request, error.messages[0])
        return redirect("submissions:upload", found.pk)
    if saved.state == UploadState.CHECKED:
        messages.warning(request, "核对以后数据又有了变化，一格也没有保存。请看新的核对结果，再确认一次。")
    return redirect("submissions:upload", found.pk)


@require_POST
def discard(request: HttpRequest, upload: int) -> HttpResponse:
    found = rules.upload_or_404(request.user, request.posts, upload)
    uploads.discard(found, by=request.user)
    return redirect("submissions:upload", found.pk)


@require_safe
def report(request: HttpRequest, upload: int) -> HttpResponse:
    """The same workbook with comments in its bad cells."""
    found = rules.upload_or_404(request.user, request.posts, upload)
    if found.report is None:
        raise Http404
    return file_response(found.report)


def _bring_in(request: HttpRequest, action, place: Unit | Section, quarter: Quarter) -> HttpResponse:
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if form.is_valid():
        try:
            made = action(place, quarter, form.cleaned_data["file"], by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("submissions:upload", made.pk)
    blank = Upload(quarter=quarter, **{"unit" if isinstance(place, Unit) else "section": place})
    recent = Upload.objects.filter(by=request.user, quarter=quarter, unit=blank.unit, section=blank.section)
    context = _places(blank) | {"form": form, "recent": recent.select_related("file")[:RECENT]}
    return render(request, "submissions/workbook.html", context, status=422 if form.errors else 200)


def _places(upload: Upload) -> dict[str, object]:
    """Where a workbook comes from and where it goes."""
    page = "form" if upload.unit else "grid"
    place = [upload.unit.code, upload.quarter] if upload.unit else [upload.quarter, upload.section.code]
    return {
        "place": upload.place,
        "quarter": upload.quarter,
        "back": reverse(f"submissions:{page}", args=place),
        "file_url": reverse(f"submissions:{page}_file", args=place),
        "upload_url": reverse(f"submissions:{page}_upload", args=place),
    }


def _nothing_asked(request: HttpRequest, page: str, *place: str) -> HttpResponse:
    messages.info(request, "本季度没有需要填报的项目，没有表格可下载。")
    return redirect(page, *place)


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=TYPES["xlsx"], headers=headers)
