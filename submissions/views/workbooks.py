"""Figures as workbooks: down to fill in, up to be checked, confirmed or given up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from submissions import rules
from submissions.asking import asking_of
from submissions.sheets import school_sheet, section_sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def _nothing_asked(request: HttpRequest, page: str, *place: str) -> HttpResponse:
    messages.info(request, "本季度没有需要填报的项目，没有表格可下载。")
    return redirect(page, *place)


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
