"""Reviewing what schools handed in: one school's items to approve or return, many schools' at once, an entry's life."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.pages import vary_on_htmx
from base.quarters import Quarter
from schools.models import Unit
from submissions import actions, rules
from submissions.asking import asking_of
from submissions.forms import ReviewForm, SchoolsForm
from submissions.history import life_of
from submissions.lines import REASONS, lines_of
from submissions.models import Entry
from submissions.peers import Peers
from submissions.queue import next_after, picked_of, queue_of
from submissions.sheets import review_sheet


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, quarter: str, unit: str) -> HttpResponse:
    """One school's items of her sections: approve the ticked ones, return single ones with a reason each."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    school = rules.unit_or_404(desk, unit)
    asking = asking_of(desk.district)
    hidden = desk.hidden(asking, when)
    schools = list(Unit.objects.of(desk.district).schools().open_in(when).with_facts())
    following = next_after(queue_of(desk, asking, when, schools, by=request.user, hidden=hidden), school)
    sheet = review_sheet(school, when, desk.reviews, asking=asking, hidden=hidden)
    if request.method == "POST":
        may = [cell.entry for cell in sheet.cells.values() if cell.entry and desk.may_review(cell.entry)]
        reviewed = take_review(request, may, where=f"{school.name}：")
        if reviewed and not reviewed.refused and request.POST["do"] == ReviewForm.APPROVE_AND_NEXT:
            return redirect("submissions:review", quarter, following.code) if following else _to_desk(when)
        if reviewed:
            return redirect("submissions:review", quarter, unit)
    peers = Peers.read(asking, when, {cell.element.pk for cell in sheet.cells.values()}, waiting=True)
    lines = lines_of(sheet.cells.values(), peers, desk=desk, by=request.user)
    context = {
        "desk": desk,
        "unit": school,
        "quarter": when,
        "window": asking.window(school, when),
        "sheet": sheet,
        "lines": lines,
        "waiting": sum(line.waits for line in lines),
        "reasons": REASONS,
        "typed": request.POST,
        "next": following,
    }
    return render(request, "submissions/review.html", context, status=422 if request.method == "POST" else 200)


def take_review(request: HttpRequest, entries: list[Entry], *, where: str = "") -> actions.Reviewed | None:
    """Do what the review says with those of ``entries`` that it names; ``where`` begins what is told. None if it says
    nothing that can be done."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors.as_data().popitem()[1][0].messages[0])
        return None
    by_pk = {entry.pk: entry for entry in entries}
    for pk, version in form.seen.items():
        if pk in by_pk:
            by_pk[pk].version = version
    done = "退回" if form.is_return else "通过"
    try:
        if form.is_return:
            reasons = {by_pk[pk]: reason for pk, reason in form.reasons.items() if pk in by_pk}
            reviewed = actions.return_each(reasons, by=request.user)
        else:
            reviewed = actions.approve([by_pk[pk] for pk in form.picked if pk in by_pk], by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return None
    if reviewed.done:
        messages.success(request, f"{where}已{done} {len(reviewed.done)} 项。")
    for entry, why in reviewed.refused:
        messages.warning(request, f"{where}“{entry.element.name}”没有{done}：{why}")
    return reviewed


@require_POST
def approve_schools(request: HttpRequest, quarter: str) -> HttpResponse:
    """Approve all that waits of the ticked schools, where nothing is unusual or has changed since she looked."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    if not desk.sections:
        raise PermissionDenied("学校的数据由各科室审核。")
    form = SchoolsForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors.as_data().popitem()[1][0].messages[0])
        return _to_desk(when)
    asking = asking_of(desk.district)
    schools = Unit.objects.of(desk.district).schools().open_in(when).with_facts()
    queue = queue_of(desk, asking, when, schools, by=request.user, hidden=desk.hidden(asking, when))
    entries, left = picked_of(queue, form.picked)
    try:
        reviewed = actions.approve(entries, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return _to_desk(when)
    _tell(request, when, reviewed, left)
    return _to_desk(when)


def _tell(request: HttpRequest, quarter: Quarter, reviewed: actions.Reviewed, left: list[tuple[Unit, str]]) -> None:
    """How many schools and items were approved; of each of the others why not, with the way there."""
    why = defaultdict(list, {unit: [reason] for unit, reason in left})
    for entry, reason in reviewed.refused:
        why[entry.unit].append(f"“{entry.element.name}”{reason.rstrip('。')}")
    if reviewed.done:
        schools = len({entry.unit_id for entry in reviewed.done})
        messages.success(request, f"已通过 {schools} 所学校的 {len(reviewed.done)} 项。")
    elif not why:
        messages.info(request, "勾选的学校已经没有待您审核的项目。")
    for unit, reasons in why.items():
        page = reverse("submissions:review", args=[quarter, unit.code])
        told = format_html('<a href="{}">{}</a>没有通过：{}。', page, unit.name, "；".join(reasons))
        messages.warning(request, told)


def _to_desk(quarter: Quarter) -> HttpResponse:
    return redirect(f"{reverse('submissions:desk')}?quarter={quarter}")


@require_safe
@vary_on_htmx
def history(request: HttpRequest, quarter: str, unit: str, element: str) -> HttpResponse:
    """The life of any entry of the district that she may see."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    school = rules.unit_or_404(desk, unit)
    found = Entry.objects.for_quarter(when).filter(unit=school, element__code=element)
    entry = found.select_related("element").first()
    if entry is None or entry.element_id in desk.hidden(asking_of(desk.district), when):
        raise Http404
    context = {"entry": entry, "unit": school, "quarter": when, "events": life_of(entry)}
    return render(request, "submissions/_story.html" if request.htmx else "submissions/story.html", context)
