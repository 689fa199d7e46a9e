"""What sections tell for a bulletin: the board of a half-year, and a section's own page, where it writes."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.pages import vary_on_htmx
from base.quarters import Period
from reports import actions, rules
from reports.actions.progress import tidy
from reports.bulletin_page import draftable
from reports.forms import WritingForm, typed_texts
from reports.progress import Sheet, Typed, sheet_of, sheets_of, why_closed
from reports.rectification import ledger_of
from schools.models import Section
from submissions.calendar import Closed
from tasks.models import Adoption


@require_safe
def board(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """Every section's tasks, written or not; every red target, with its measure or without."""
    adoption = rules.telling_adoption(request.posts, plan)
    rules.told_period(adoption, period)
    sheets, ledger = sheets_of(adoption, period), ledger_of(adoption, period)
    cases: dict[Section, list] = {}
    for case in ledger.cases:
        cases.setdefault(case.adopted.section, []).append(case)
    context = {
        "adoption": adoption,
        "period": period,
        "tabs": draftable(adoption)[::-1],
        "sheets": sheets,
        "window": sheets[0].window if sheets else None,
        "tasks": sum(len(sheet.lines) for sheet in sheets),
        "handed_in": sum(len(sheet.handed_in) for sheet in sheets),
        "owing": [sheet for sheet in sheets if sheet.open],
        "mine": [sheet for sheet in sheets if rules.may_write(request.posts, sheet.section)],
        "ledger": ledger,
        "cases": cases,
    }
    return render(request, "reports/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_htmx
def sheet(request: HttpRequest, plan: str, period: Period, section: str) -> HttpResponse:
    """``do`` of a POST: ``save`` (an HTMX request saves its one text), ``hand_in``, or ``reopen`` one ``task``."""
    adoption = rules.telling_adoption(request.posts, plan)
    rules.told_period(adoption, period)
    mine = rules.section_or_404(adoption, section)
    if request.method != "POST":
        return _page(request, sheet_of(adoption, period, mine))
    rules.require_writing(request.posts, mine)
    form = WritingForm(request.POST)
    if not form.is_valid():
        raise BadRequest("页面内容不完整，没有保存，请刷新后再试。")
    typed = typed_texts(request.POST)
    try:
        if form.cleaned_data["do"] == WritingForm.REOPEN:
            return _reopen(request, adoption, period, mine, form.cleaned_data["task"])
        written = actions.save_texts(adoption, period, mine, typed, by=request.user)
    except Closed:
        return _closed(request, sheet_of(adoption, period, mine), typed)
    if request.htmx:
        return _text(request, written, typed)
    if written.refused:
        messages.warning(request, f"已保存 {len(written.saved)} 处；有的没有保存成功，请看标红的地方。")
        return _page(request, written, status=409)
    if form.cleaned_data["do"] == WritingForm.HAND_IN:
        return _hand_in(request, written)
    messages.success(request, f"已保存 {len(written.saved)} 处。" if written.saved else "没有改动，内容都已保存。")
    return redirect("reports:progress", plan, period, section)


def _hand_in(request: HttpRequest, written: Sheet) -> HttpResponse:
    """What is whole is handed in; what is not is named."""
    handed = actions.hand_in(written.adoption, written.period, written.section, by=request.user)
    left = sheet_of(written.adoption, written.period, written.section)
    if handed:
        messages.success(request, f"已提交 {len(handed)} 项任务的进展，写进{left.period.label}通报。")
    if left.incomplete:
        messages.warning(request, f"还有 {len(left.incomplete)} 项任务没有写全，没有提交。")
        return _page(request, left, listing=True, status=200 if handed else 422)
    if not handed:
        messages.info(request, "没有新写好的内容可以提交。")
    return redirect("reports:progress", written.adoption.plan.code, written.period, written.section.code)


def _reopen(request: HttpRequest, adoption: Adoption, period: Period, section: Section, task: int) -> HttpResponse:
    try:
        line = actions.reopen(adoption, period, section, task, by=request.user)
        messages.success(request, f"任务 {line.task.no} 已撤回，改好以后请重新提交。")
    except Closed:
        raise
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("reports:progress", adoption.plan.code, period, section.code)


def _closed(request: HttpRequest, sheet: Sheet, typed: dict[str, Typed]) -> HttpResponse:
    """With what was typed beside each field, so that it is not lost."""
    for key, one in typed.items():
        text = sheet.texts.get(key)
        if text is not None and tidy(one.text) != text.stored:
            text.typed, text.problem = one, f"没有保存：{why_closed(sheet)}"
    return _text(request, sheet, typed) if request.htmx else _page(request, sheet, status=409)


def _text(request: HttpRequest, sheet: Sheet, typed: dict[str, Typed]) -> HttpResponse:
    """The one text that was left, and what changes with it."""
    texts = [sheet.texts[key] for key in typed if key in sheet.texts]
    if len(texts) != 1:
        raise Http404
    line = next(line for line in sheet.lines if texts[0] in line.texts)
    context = _context(request, sheet, listing="listing" in request.POST) | {"text": texts[0], "line": line}
    return render(request, "reports/_text_saved.html", context)


def _page(request: HttpRequest, sheet: Sheet, *, listing: bool = False, status: int = 200) -> HttpResponse:
    ledger = ledger_of(sheet.adoption, sheet.period).of_section(sheet.section.pk)
    context = _context(request, sheet, listing=listing) | {"ledger": ledger, "tabs": draftable(sheet.adoption)[::-1]}
    return render(request, "reports/progress.html", context, status=status)


def _context(request: HttpRequest, sheet: Sheet, *, listing: bool) -> dict[str, object]:
    """``listing``: whether the page lists on top what is missing, as after handing in a part."""
    return {
        "adoption": sheet.adoption,
        "period": sheet.period,
        "section": sheet.section,
        "sheet": sheet,
        "why_closed": why_closed(sheet),
        "writes": rules.may_write(request.posts, sheet.section),
        "listing": listing,
    }
