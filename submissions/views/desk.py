"""The bureau's desk: who has handed in, what waits for review, one school's items to approve or return."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.pages import vary_on_htmx
from base.quarters import Quarter
from schools.accounts import schools_without_account
from schools.models import Section, Unit
from schools.rules import districts_administered
from submissions import actions, calendar, rules
from submissions.asking import asking_of
from submissions.forms import QuarterForm, ReviewForm
from submissions.history import life_of
from submissions.models import Entry, EntryState
from submissions.reminder_list import TITLES, reminder_groups, reminder_text
from submissions.sheets import review_sheet
from submissions.states import grid_standings, standings

TABS = 6  # quarters to choose from


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """工作台: the quarter's forms, the review queue, the section's own grids, whom to remind."""
    desk = rules.desk_of(request.posts)
    asking = asking_of(desk.district)
    opened = calendar.opened_quarters(asking.adoptions)
    accounts = _accounts(request, desk)
    if not opened:
        return render(request, "submissions/desk.html", accounts)
    query = QuarterForm(request.GET, opened)
    if not query.is_valid():
        raise BadRequest("没有这个季度，或还没有开放。")
    quarter = query.cleaned_data["quarter"]
    units = list(Unit.objects.of(desk.district).open_in(quarter).with_facts())
    schools = sorted((unit for unit in units if unit.kind == "school"), key=lambda unit: unit.code)
    forms = [one for one in standings(asking, schools, [quarter]).values() if one.asked]
    window = asking.window(None, quarter)
    reminders = reminder_groups(forms, quarter, window)
    queue = _queue(desk, quarter, desk.hidden(asking, quarter))
    sections = Section.objects.filter(district=desk.district) if desk.is_director else desk.sections
    grids = grid_standings(asking, units, sections, quarter)
    for one in forms:
        one.mine = queue["by_unit"][one.unit.pk]
    context = accounts | {
        "quarter": quarter,
        "window": window,
        "tabs": opened[:TABS],
        "forms": forms,
        "tally": Counter(str(one.state) for one in forms),
        "handed_in": sum(one.is_handed_in for one in forms),
        "late": [one for one in forms if one.is_late],
        "to_review": [one for one in forms if one.mine],
        "waiting": queue["total"],
        "other_quarters": queue["other_quarters"],
        "grids": grids,
        "grids_waiting": sum(one.waiting for one in grids),
        "reminders": reminders,
        "reminder_text": reminder_text(reminders),
        "may_urge": any(one.state in TITLES and one.window.is_open for one in forms),
    }
    return render(request, "submissions/desk.html", context)


def _accounts(request: HttpRequest, desk: rules.Desk) -> dict[str, object]:
    """Which schools nobody can fill in for; worth knowing before any quarter has opened, too."""
    return {
        "desk": desk,
        "accounts": schools_without_account([desk.district]),
        "may_invite": desk.district in districts_administered(request.posts),
    }


def _queue(desk: rules.Desk, quarter: Quarter, hidden: set[int]) -> dict[str, object]:
    """How many items of schools wait for her, by school in this quarter, and in which other quarters some do."""
    waiting = Entry.objects.of(desk.district).waiting().entered_by_schools().exclude(element__in=hidden)
    if not desk.is_director:
        waiting = waiting.filter(element__reviewed_by__in=desk.codes)
    rows = waiting.values_list("quarter", "unit_id").annotate(n=Count("id"))
    by_unit: Counter[int] = Counter()
    others: Counter[Quarter] = Counter()
    for when, unit_id, n in rows.order_by():
        if when == quarter:
            by_unit[unit_id] += n
        else:
            others[when] += n
    return {"by_unit": by_unit, "total": by_unit.total(), "other_quarters": sorted(others.items(), reverse=True)}


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, quarter: str, unit: str) -> HttpResponse:
    """One school's items of her sections: approve the ticked ones, return single ones with a reason each."""
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    school = rules.unit_or_404(desk, unit)
    asking = asking_of(desk.district)
    hidden = desk.hidden(asking, when)
    wanted = None if desk.is_director and not desk.codes else desk.codes
    sheet = review_sheet(school, when, wanted, asking=asking, hidden=hidden)
    if request.method == "POST":
        may = [cell.entry for cell in sheet.cells.values() if cell.entry and desk.may_review(cell.entry)]
        if take_review(request, may):
            return redirect("submissions:review", quarter, unit)
    context = {
        "desk": desk,
        "unit": school,
        "quarter": when,
        "sheet": sheet,
        "waiting": [
            cell
            for cell in sheet.cells.values()
            if cell.state == EntryState.SUBMITTED and desk.may_review(cell.entry)  # type: ignore[arg-type]
        ],
        "typed": request.POST,
        "next": _next_to_review(desk, school, when, hidden),
    }
    return render(request, "submissions/review.html", context, status=422 if request.method == "POST" else 200)


def take_review(request: HttpRequest, entries: list[Entry]) -> bool:
    """Do what the review says with those of ``entries`` that it names. False if it says nothing that can be done."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors.as_data().popitem()[1][0].messages[0])
        return False
    by_pk = {entry.pk: entry for entry in entries}
    for pk, version in form.seen.items():
        if pk in by_pk:
            by_pk[pk].version = version
    try:
        if form.cleaned_data["do"] == ReviewForm.APPROVE:
            reviewed = actions.approve([by_pk[pk] for pk in form.picked if pk in by_pk], by=request.user)
            done = "通过"
        else:
            reasons = {by_pk[pk]: reason for pk, reason in form.reasons.items() if pk in by_pk}
            reviewed = actions.return_each(reasons, by=request.user)
            done = "退回"
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return False
    if reviewed.done:
        messages.success(request, f"已{done} {len(reviewed.done)} 项。")
    for entry, why in reviewed.refused:
        messages.warning(request, f"“{entry.element.name}”没有{done}：{why}")
    return True


def _next_to_review(desk: rules.Desk, after: Unit, quarter: Quarter, hidden: set[int]) -> Unit | None:
    """The next school, by code, with items that wait for her."""
    waiting = Entry.objects.of(desk.district).for_quarter(quarter).waiting().entered_by_schools()
    waiting = waiting.filter(element__reviewed_by__in=desk.codes).exclude(element__in=hidden).exclude(unit=after)
    units = {pk: code for pk, code in waiting.order_by("unit__code").values_list("unit_id", "unit__code")}
    later = [pk for pk, code in units.items() if code > after.code]
    chosen = next(iter(later or units), None)
    return Unit.objects.with_facts().get(pk=chosen) if chosen else None


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
