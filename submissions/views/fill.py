"""A school's pages: what is due, the form of a quarter, one field of it, its handing in."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from base import outbox
from base.models import Level
from base.pages import vary_on_htmx
from base.quarters import Quarter
from schools.models import Unit
from submissions import actions, calendar, rules
from submissions.asking import asking_of
from submissions.calendar import Closed
from submissions.checks import impossible
from submissions.forms import ValueForm, typed_cells
from submissions.handover import taken_over
from submissions.history import life_of
from submissions.models import Correction, Entry, EntryState
from submissions.sheets import Sheet, school_sheet
from submissions.states import standing_of, standings
from targets import values

EARLIER = 8  # quarters listed on the home page
NAMED = 5  # items named in a message
URGENT = 3  # unread warnings shown there


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """我的填报: what is due now, what has come back, and the quarters before."""
    schools = rules.schools_of(request.posts)
    asking = asking_of(schools[0].district)
    quarters = calendar.opened_quarters(asking.adoptions)[: EARLIER + 1]
    units = [school.unit for school in schools if school.district == asking.district]
    found = standings(asking, units, quarters)
    back = (
        Entry.objects.for_units(units)
        .filter(state=EntryState.RETURNED, quarter__in=quarters)
        .entered_by_schools()
        .select_related("element")
        .order_by("-quarter", "element__position")
    )
    returned: dict[int, list[Entry]] = {}
    for entry in back:
        returned.setdefault(entry.unit_id, []).append(entry)
    corrected = _corrected(units)
    taken = taken_over(asking, units, request.user)
    shown = [
        {
            "unit": unit,
            "taken": taken.get(unit.pk),
            "now": found[unit.pk, quarters[0]] if quarters else None,
            "corrections": corrected.get(unit.pk, []),
            "returned": returned.get(unit.pk, []),
            "earlier": [found[unit.pk, quarter] for quarter in quarters[1:]],
        }
        for unit in units
    ]
    urgent = outbox.unread(request.user).filter(level__in=[Level.ORANGE, Level.RED])[:URGENT]
    return render(request, "submissions/home.html", {"schools": shown, "urgent": urgent})


def _corrected(units: list[Unit]) -> dict[int, list[Correction]]:
    """The corrections asked for or under way of what schools enter, by unit id."""
    found = Correction.objects.of_units(units).open().select_related("entry__element")
    by_unit: dict[int, list[Correction]] = {}
    for one in found:
        by_unit.setdefault(one.entry.unit_id, []).append(one)
    return by_unit


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """The form of a quarter; a POST saves what was typed."""
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    if request.method != "POST":
        return _page(request, school, school_sheet(school.unit, when))
    saved = _save(request, school, when)
    if saved is None:
        return _closed(request, school, when)
    if saved.is_complete:
        messages.success(request, f"已保存 {len(saved.saved)} 项。" if saved.saved else "没有改动，内容都已保存。")
        return redirect("submissions:form", unit, quarter)
    return _page(request, school, saved.sheet, saved)


@require_POST
def submit(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """Save what was typed and hand the form in."""
    school, when = rules.submitting_school(request.posts, unit), rules.quarter_or_404(quarter)
    saved = _save(request, school, when)
    if saved is None:
        return _closed(request, school, when)
    if not saved.is_complete:
        return _page(request, school, saved.sheet, saved, submitting=True)
    try:
        actions.submit(school.unit, when, by=request.user)
    except actions.Incomplete:
        return _page(request, school, saved.sheet, saved, listing=True)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return _page(request, school, saved.sheet, saved)
    paper = reverse("submissions:sign_off", args=[unit, quarter])
    told = "已提交{}数据，等待科室审核。有退回的会显示在“我的填报”。请<a href='{}'>打印签字表</a>，签字盖章。"
    messages.success(request, format_html(told, when.label, paper))
    return redirect("submissions:form", unit, quarter)


@require_POST
def confirm_unchanged(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """无变化: saves what was typed, and every blank stock figure as it was last time."""
    return _confirm(request, unit, quarter, actions.confirm_unchanged, "无变化：已按上次的数确认 {} 项。")


@require_POST
def report_zero(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """零报告: saves what was typed, and 0 for every blank number of what happened in the period."""
    return _confirm(request, unit, quarter, actions.report_zero, "零报告：已填 0 的有 {} 项。")


def _confirm(
    request: HttpRequest, unit: str, quarter: str, action: Callable[..., actions.Saved], told: str
) -> HttpResponse:
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    saved = _save(request, school, when, action)
    if saved is None:
        return _closed(request, school, when)
    missing = [one.cell.element.name for one in actions.missing_to_submit(saved.sheet)]
    names = "、".join(missing[:NAMED]) + ("等" if len(missing) > NAMED else "")
    rest = f"还有 {len(missing)} 项没有填好：{names}。" if missing else "各项都填好了，核对后即可提交。"
    messages.success(request, told.format(len(saved.confirmed)) + rest)
    if saved.is_complete:
        return redirect("submissions:form", unit, quarter)
    return _page(request, school, saved.sheet, saved)


@require_POST
@vary_on_htmx
def entry(request: HttpRequest, unit: str, quarter: str, element: str) -> HttpResponse:
    """One field as it is left. HTMX gets the field, and what changes with it; without it, the page."""
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    typed = {key: one for key, one in typed_cells(request.POST).items() if key == element}
    try:
        saved = actions.save_values(school.unit, when, typed, by=request.user)
        sheet = saved.sheet
    except Closed as error:
        sheet = school_sheet(school.unit, when)
        saved = actions.Saved(sheet, problems={element: error.messages[0]})
        if element in sheet.cells:
            cell = sheet.cells[element]
            cell.typed, cell.problem = typed.get(element), error.messages[0]
    if element not in sheet.cells:
        raise Http404
    if not request.htmx:
        return (
            redirect("submissions:form", unit, quarter) if saved.is_complete else _page(request, school, sheet, saved)
        )
    return field_saved(request, school, sheet, element, saved)


def field_saved(
    request: HttpRequest,
    school: rules.School,
    sheet: Sheet,
    element: str,
    saved: actions.Saved | None = None,
    **more: object,
) -> HttpResponse:
    """A field after a change of its own, and what changes with it."""
    if element not in sheet.cells:
        raise Http404
    listing = "listing" in request.POST
    context = _context(school, sheet, saved, listing=listing) | {"cell": sheet.cells[element], **more}
    return render(request, "submissions/_saved.html", context)


@require_GET
def rate(request: HttpRequest, unit: str, quarter: str, element: str) -> HttpResponse:
    """What a value would come to while it is being typed, and what the checks say to it; saves nothing."""
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    sheet = school_sheet(school.unit, when)
    if element not in sheet.cells:
        raise Http404
    cell, query = sheet.cells[element], ValueForm(element, request.GET)
    try:
        value = values.parse(cell.element, query.text) if query.is_valid() else cell.value
        complaint = impossible(sheet, cell.unit, {cell.element.pk: value}).get(cell.element.pk, "")
    except ValidationError as error:
        value, complaint = cell.value, error.messages[0]
    context = {
        "cell": cell,
        "quarter": when,
        "reading": sheet.rate(cell, {cell.element.pk: value}),
        "complaint": complaint,
        "warnings": sheet.warnings(cell, {cell.element.pk: value}),
    }
    return render(request, "submissions/_rate.html", context)


@require_safe
@vary_on_htmx
def history(request: HttpRequest, unit: str, quarter: str, element: str) -> HttpResponse:
    """The life of one of the school's entries."""
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    found = (
        Entry.objects.for_quarter(when)
        .filter(unit=school.unit, element__code=element)
        .entered_by_schools()
        .select_related("element", "unit")
        .first()
    )
    if found is None:
        raise Http404
    context = {"entry": found, "unit": school.unit, "quarter": when, "events": life_of(found)}
    return render(request, "submissions/_story.html" if request.htmx else "submissions/story.html", context)


def _save(
    request: HttpRequest,
    school: rules.School,
    quarter: Quarter,
    action: Callable[..., actions.Saved] = actions.save_values,
) -> actions.Saved | None:
    """None if the quarter is closed."""
    try:
        return action(school.unit, quarter, typed_cells(request.POST), by=request.user)
    except Closed:
        return None


def _closed(request: HttpRequest, school: rules.School, quarter: Quarter) -> HttpResponse:
    """The page of a closed quarter, with what was typed beside each field, so that it is not lost."""
    sheet = school_sheet(school.unit, quarter)
    for key, typed in typed_cells(request.POST).items():
        cell = sheet.cells.get(key)
        if cell is not None and typed.text not in (values.plain(cell.element, cell.value), cell.shown):
            cell.typed, cell.problem = typed, "没有保存：填报已关闭。"
    return _page(request, school, sheet, status=409)


def _page(
    request: HttpRequest,
    school: rules.School,
    sheet: Sheet,
    saved: actions.Saved | None = None,
    *,
    listing: bool = False,
    submitting: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = _context(school, sheet, saved, listing=listing) | {"submitting": submitting}
    return render(request, "submissions/form.html", context, status=status)


def _context(
    school: rules.School, sheet: Sheet, saved: actions.Saved | None = None, *, listing: bool = False
) -> dict[str, object]:
    """``listing``: whether the page lists on top what is missing, as after a refused handing in."""
    sheet.recall_returns().recall_corrections()
    standing = standing_of(sheet, school.unit)
    return {
        "school": school,
        "unit": school.unit,
        "quarter": sheet.quarter,
        "sheet": sheet,
        "standing": standing,
        "window": standing.window,
        "missing": actions.missing_to_submit(sheet) if sheet.is_editable else [],
        "listing": listing,
        "refused": [cell for cell in sheet.cells.values() if cell.problem or cell.conflict] if saved else [],
        "unknown": [why for key, why in saved.problems.items() if key not in sheet.cells] if saved else [],
        "saved": saved,
    }
