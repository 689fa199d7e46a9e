"""A section's own figures of a quarter: its elements × all schools, and the bureau's; entered by one of the section,
approved by another or by the director."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base.pages import vary_on_htmx
from base.quarters import Quarter
from schools.models import Section, UnitKind, User
from submissions import actions, rules
from submissions.asking import asking_of
from submissions.calendar import Closed
from submissions.cells import Cell
from submissions.forms import ReviewForm, typed_cells
from submissions.lines import REASONS, Line, lines_of
from submissions.models import EntryState
from submissions.peers import Peers
from submissions.sheets import Sheet, section_sheet
from submissions.views.review import take_review


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_htmx
def grid(request: HttpRequest, quarter: str, section: str) -> HttpResponse:
    """``do`` of a POST: ``save`` (an HTMX request saves its one cell), ``submit``, ``approve`` or ``return``."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    mine = rules.section_or_404(desk, section)
    asking = asking_of(desk.district)
    hidden = desk.hidden(asking, when)
    fills = mine in desk.sections
    if request.method != "POST":
        return _page(request, desk, mine, section_sheet(mine, when, asking=asking, hidden=hidden))
    if request.POST.get("do") in (ReviewForm.APPROVE, ReviewForm.RETURN):
        sheet = section_sheet(mine, when, asking=asking, hidden=hidden)
        entries = [cell.entry for cell in sheet.cells.values() if cell.entry and desk.may_review(cell.entry)]
        if take_review(request, entries):
            return redirect("submissions:grid", quarter, section)
        return _page(request, desk, mine, sheet, status=422)
    if not fills:
        messages.error(request, f"由{mine.name}填报；您可以审核已提交的数值。")
        return redirect("submissions:grid", quarter, section)
    return _fill(request, desk, mine, when, hidden)


def _fill(request: HttpRequest, desk: rules.Desk, section: Section, quarter: Quarter, hidden: set[int]) -> HttpResponse:
    typed = typed_cells(request.POST)
    try:
        saved = actions.save_grid(section, quarter, typed, by=request.user, hidden=hidden)
    except Closed as error:
        if not request.htmx:
            messages.error(request, error.messages[0])
        sheet = section_sheet(section, quarter, hidden=hidden)
        for key, cell in sheet.cells.items():
            if key in typed and typed[key].text != cell.text:
                cell.typed, cell.problem = typed[key], "没有保存：填报已关闭。"
        return _cell(request, sheet, typed) if request.htmx else _page(request, desk, section, sheet, status=409)
    if request.htmx:
        return _cell(request, saved.sheet, typed)
    if not saved.is_complete:
        messages.warning(request, f"已保存 {len(saved.saved)} 项；有的内容没有保存成功，请看标红的地方。")
        return _page(request, desk, section, saved.sheet)
    if request.POST.get("do") == "submit":
        held = sum(saved.sheet.lacks_reason(cell) for cell in saved.sheet.to_hand_in)
        handed_in = actions.submit_grid(section, quarter, by=request.user, hidden=hidden)
        if held:
            messages.warning(request, f"{held} 格数值异常，在格子里写明原因后才能提交；已提交其余 {handed_in} 格。")
        else:
            messages.success(request, f"已提交 {handed_in} 项，等待审核。" if handed_in else "没有新填的内容可以提交。")
    else:
        messages.success(request, f"已保存 {len(saved.saved)} 项。" if saved.saved else "没有改动，内容都已保存。")
    return redirect("submissions:grid", quarter, section)


def _cell(request: HttpRequest, sheet: Sheet, typed: dict[str, object]) -> HttpResponse:
    """The one cell that was left."""
    cells = [sheet.cells[key] for key in typed if key in sheet.cells]
    if len(cells) != 1:
        raise Http404
    return cell_saved(request, sheet, cells[0])


def cell_saved(request: HttpRequest, sheet: Sheet, cell: Cell, **more: object) -> HttpResponse:
    """A cell after a change of its own."""
    template = "submissions/_field.html" if cell.unit.kind == UnitKind.BUREAU else "submissions/_cell.html"
    return render(request, template, {"cell": cell, "sheet": sheet, "fills": True, **more})


def _waiting(sheet: Sheet, desk: rules.Desk, by: User) -> list[Line]:
    """What waits for the one who looks."""
    cells = [cell for cell in sheet.cells.values() if cell.state == EntryState.SUBMITTED]
    peers = Peers.read(sheet.asking, sheet.quarter, {cell.element.pk for cell in cells}, waiting=True)
    return [line for line in lines_of(cells, peers, desk=desk, by=by) if line.waits]


def _page(request: HttpRequest, desk: rules.Desk, section: Section, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    rows = [row for row in sheet.rows if row.unit.kind == UnitKind.SCHOOL]
    columns = {cell.element.pk: cell.element for row in rows for cell in row.cells}
    lines = _waiting(sheet, desk, request.user)
    by_place = {(cell.unit.pk, cell.element.pk): cell for row in rows for cell in row.cells}
    context = {
        "desk": desk,
        "section": section,
        "quarter": sheet.quarter,
        "window": sheet.asking.window(None, sheet.quarter),
        "sheet": sheet,
        "fills": section in desk.sections,
        "columns": list(columns.values()),
        "rows": [(row.unit, [by_place.get((row.unit.pk, pk)) for pk in columns]) for row in rows],
        "own": [group for group in sheet.groups if group.cells[0].unit.kind == UnitKind.BUREAU],
        "leaves_out": any(
            sheet.asking.elements[pk].entered_by == section.code for pk in desk.hidden(sheet.asking, sheet.quarter)
        ),
        "lines": lines,
        "waiting": len(lines),
        "only": lines[0].cell.element if len({line.cell.element.pk for line in lines}) == 1 else None,
        "reasons": REASONS,
        "to_hand_in": len(sheet.to_hand_in),
        "typed": request.POST,
    }
    return render(request, "submissions/grid.html", context, status=status)
