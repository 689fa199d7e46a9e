"""The evidence of one item: a page for those who enter it or look at it, and the files themselves."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base import files
from base.pages import vary_on_htmx
from base.quarters import Quarter
from schools.models import UnitKind
from submissions import actions, rules
from submissions.asking import asking_of
from submissions.cells import Cell
from submissions.forms import EvidenceForm
from submissions.models import Evidence
from submissions.sheets import Sheet, cell_of, column_sheet, school_sheet
from submissions.views.fill import field_saved
from submissions.views.grid import cell_saved
from targets.models import BY_SCHOOL

OFFERED = 20  # files of earlier that can be used again


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_htmx
def place(request: HttpRequest, unit: str, quarter: str, element: str) -> HttpResponse:
    """``do`` of a POST: ``attach`` a file, ``link`` one of earlier, ``unlink`` one. HTMX gets the field in which it was
    done, everybody else this page."""
    here, when = rules.place_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    sheet, cell = cell_of(here.unit, when, element)
    if cell is None or here.hides(cell.element, sheet.asking, when):
        raise Http404
    if request.method != "POST":
        return _page(request, here, sheet, cell)
    problem = _do(request, here, when, cell)
    if request.htmx:
        return _field(request, here, when, element, problem)
    if problem:
        return _page(request, here, sheet, cell, problem)
    return redirect("submissions:evidence", unit, quarter, element)


@require_safe
def file(request: HttpRequest, evidence: int, name: str) -> FileResponse:
    """One file, for those who may see what it proves."""
    found = rules.evidence_or_404(request.posts, evidence, name)
    try:
        return files.file_response(found.file)
    except FileNotFoundError as error:
        raise Http404("文件内容不在服务器上，请联系系统管理员从备份恢复。") from error


def _do(request: HttpRequest, here: rules.Place, quarter: Quarter, cell: Cell) -> str:
    """Do what is asked; what kept it from being done, "" if nothing did."""
    if not here.fills(cell.element):
        return "这一项不由您填报，佐证由填报的人附。"
    lacking = {other.unit.code: other.unit for other in _lacking(here, quarter, cell)}
    form = EvidenceForm(request.POST, request.FILES, units=lacking)
    if not form.is_valid():
        return form.errors.as_data().popitem()[1][0].messages[0]
    place, by, asked = (here.unit, quarter, cell.element), request.user, form.cleaned_data
    try:
        if asked["do"] == EvidenceForm.ATTACH:
            evidence = actions.attach(*place, asked["file"], by=by)
        else:
            evidence = _mine(here, cell).filter(pk=asked["pick"]).first()
            if evidence is None:
                return "没有这份文件，可能刚刚被撤下，没有改动。"
            if asked["do"] == EvidenceForm.SPREAD:
                actions.link_all([lacking[code] for code in asked["units"]], *place[1:], evidence, by=by)
            else:
                act = actions.link if asked["do"] == EvidenceForm.LINK else actions.unlink
                act(*place, evidence, by=by)
    except ValidationError as error:
        return error.messages[0]
    if not request.htmx:
        messages.success(request, f"{form.done}“{evidence.file.name}”。")
    return ""


def _mine(here: rules.Place, cell: Cell) -> QuerySet[Evidence]:
    """The files that whoever enters the cell has brought, for this item or another: the school's, or the section's
    among the bureau's."""
    mine = Evidence.objects.filter(unit=actions.owner_of(cell)).select_related("file", "file__by")
    if here.desk is not None:
        hidden = here.desk.hidden(asking_of(here.desk.district), cell.window.quarter)
        mine = mine.filter(entries__element__entered_by=cell.element.entered_by).exclude(entries__element__in=hidden)
    return mine.distinct().order_by("-id")


def _lacking(here: rules.Place, quarter: Quarter, cell: Cell) -> list[Cell]:
    """Of a section's figure by school: the other schools whose paper is missing."""
    if here.desk is None or cell.unit.kind == UnitKind.BUREAU or cell.element.entered_by == BY_SCHOOL:
        return []
    column = column_sheet(cell.element, quarter, asking=asking_of(here.desk.district)).cells.values()
    return [other for other in column if other.lacks_evidence and other.is_editable and other.unit != cell.unit]


def _field(request: HttpRequest, here: rules.Place, quarter: Quarter, element: str, problem: str) -> HttpResponse:
    """The field of the form, or the cell of the grid, as it is now."""
    if here.school is not None:
        sheet = school_sheet(here.unit, quarter)
        response = field_saved(request, here.school, sheet, element, evidence_problem=problem)
    else:
        sheet, cell = cell_of(here.unit, quarter, element)
        response = cell_saved(request, sheet, cell, evidence_problem=problem)
    response.status_code = 422 if problem else 200
    return response


def _page(request: HttpRequest, here: rules.Place, sheet: Sheet, cell: Cell, problem: str = "") -> HttpResponse:
    fills = here.fills(cell.element) and cell.element.evidence and cell.is_editable
    context = {
        "here": here,
        "unit": here.unit,
        "quarter": sheet.quarter,
        "sheet": sheet,
        "cell": cell,
        "fills": fills,
        "evidence_problem": problem,
        "others": [one for one in _mine(here, cell)[:OFFERED] if one not in cell.evidence] if fills else [],
        "lacking": _lacking(here, sheet.quarter, cell) if fills and cell.evidence else [],
        "full": len(cell.evidence) >= actions.MAX_FILES,
        "most": actions.MAX_FILES,
    }
    return render(request, "submissions/evidence.html", context, status=422 if problem else 200)
