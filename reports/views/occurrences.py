"""What happened in a year: told, confirmed by another person, lifted."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base import files
from reports import actions, rules
from reports.assessment.occurrences import kind_choices, rows_of, subject_choices, subjects_of
from reports.forms import LiftForm, OccurrenceForm
from reports.models import Occurrence
from reports.views.contesting import refuse, sent
from tasks.models import Adoption


@require_http_methods(["GET", "HEAD", "POST"])
def occurrences(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """What waits, what counts, what was lifted; a POST writes another one down."""
    adoption = rules.occurring_adoption(request.posts, plan, year)
    subjects = subjects_of(adoption, year)
    form = OccurrenceForm(subject_choices(subjects), kind_choices(adoption, year), *sent(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        told = {name: said[name] for name in ("code", "what", "happened")}
        try:
            actions.tell_occurrence(
                adoption, year, subjects[said["whom"]], upload=said["file"], by=request.user, **told
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "已登记，由另一人核准后才计入考核。")
            return redirect("reports:occurrences", plan, year)
    rows = rows_of(adoption, year, request.posts)
    context = {
        "adoption": adoption,
        "year": year,
        "assessment": adoption.assessments.filter(year=year).first(),
        "form": form,
        "closed": _refusal(adoption, year),
        "waiting": [row for row in rows if not (row.occurrence.is_confirmed or row.occurrence.is_lifted)],
        "counted": [row for row in rows if row.occurrence.is_confirmed and not row.occurrence.is_lifted],
        "lifted": [row for row in rows if row.occurrence.is_lifted],
    }
    return render(request, "reports/occurrences.html", context, status=422 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest, plan: str, year: int, occurrence: int) -> HttpResponse:
    found = rules.occurrence_or_404(request.posts, plan, year, occurrence)
    try:
        actions.confirm_occurrence(found, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "已核准。")
    return redirect("reports:occurrences", plan, year)


@require_POST
def lift(request: HttpRequest, plan: str, year: int, occurrence: int) -> HttpResponse:
    found = rules.occurrence_or_404(request.posts, plan, year, occurrence)
    form = LiftForm(request.POST)
    try:
        form.require_valid()
        actions.lift_occurrence(found, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "已撤销，不再计入考核，记录保留。")
    return redirect("reports:occurrences", plan, year)


@require_safe
def file(request: HttpRequest, plan: str, year: int, occurrence: int) -> FileResponse:
    """The paper that proves it."""
    found = rules.occurrence_or_404(request.posts, plan, year, occurrence)
    proved = get_object_or_404(Occurrence, pk=found.pk, evidence__isnull=False)
    try:
        return files.file_response(proved.evidence)
    except FileNotFoundError as error:
        raise Http404("文件内容不在服务器上，请联系系统管理员从备份恢复。") from error


def _refusal(adoption: Adoption, year: int) -> str:
    """Why nothing can be changed any more; "" where it can."""
    try:
        actions.check_open_to_occurrences(adoption, year)
    except ValidationError as error:
        return error.messages[0]
    return ""
