"""The calendar: when each quarter opens, is due and closes; moving one quarter, changing the rule."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.quarters import Quarter
from schools.models import Post
from schools.rules import IN_BUREAU, posts_as
from submissions import rules, schedule
from submissions.forms import AgreedForm, QuarterDatesForm, RuleForm
from tasks import actions
from tasks.models import Adoption


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """填报日历: every quarter of the plans of her districts."""
    adoptions = rules.calendars_of(request.posts)
    shown = [
        {
            "adoption": adoption,
            "may_set": rules.may_set_calendar(request.posts, adoption),
            "rows": schedule.rows_of(adoption, [one for one in adoptions if one.district_id == adoption.district_id]),
        }
        for adoption in adoptions
    ]
    return _page(request, "submissions/calendar.html", {"calendars": [one for one in shown if one["rows"]]})


@require_http_methods(["GET", "HEAD", "POST"])
def quarter_dates(request: HttpRequest, adoption: int, quarter: str) -> HttpResponse:
    """Give a quarter dates of its own."""
    mine, when = _quarter_to_set(request.posts, adoption, quarter)
    if request.method != "POST":
        return _quarter_page(request, mine, when, QuarterDatesForm(instance=mine.dates_of(when)))
    form = QuarterDatesForm(request.POST, instance=mine.dates_by_rule(when))
    if not form.is_valid():
        return _quarter_page(request, mine, when, form, status=422)
    effect = schedule.effect_of_dates(mine, form.instance)
    if effect != form.cleaned_data["agreed"]:
        return _quarter_page(request, mine, when, form, effect=effect, status=422)
    wanted = {name: form.cleaned_data[name] for name in ("opens", "due", "closes", "reason")}
    return _saved(
        request,
        lambda: actions.set_quarter_dates(mine, when, **wanted, by=request.user),
        f"已调整{when.label}的填报日历。",
    )


@require_POST
def follow_rule(request: HttpRequest, adoption: int, quarter: str) -> HttpResponse:
    """Take the quarter's own dates away."""
    mine, when = _quarter_to_set(request.posts, adoption, quarter)
    agreed = AgreedForm(request.POST)
    effect = schedule.effect_of_dates(mine, mine.dates_by_rule(when))
    if not agreed.is_valid() or effect != agreed.cleaned_data["agreed"]:
        form = QuarterDatesForm(instance=mine.dates_of(when))
        return _quarter_page(request, mine, when, form, effect_of_rule=effect, status=422)
    return _saved(request, lambda: actions.follow_rule(mine, when, by=request.user), f"{when.label}恢复按规则计算。")


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, adoption: int) -> HttpResponse:
    """Change the days by which quarters open, are due and close."""
    mine = rules.calendar_to_set(request.posts, adoption)
    if request.method != "POST":
        return _page(request, "submissions/calendar_rule.html", {"adoption": mine, "form": RuleForm(instance=mine)})
    form = RuleForm(request.POST, instance=Adoption(plan=mine.plan, district=mine.district))
    effect = ""
    if form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("opens_day", "due_day", "closes_day")}
        effect = schedule.effect_of_rule(mine, days["opens_day"])
        if effect == form.cleaned_data["agreed"]:
            return _saved(request, lambda: actions.set_rule(mine, **days, by=request.user), "已调整填报日历的规则。")
    context = {"adoption": mine, "form": form, "effect": effect}
    return _page(request, "submissions/calendar_rule.html", context, status=422)


def _quarter_to_set(posts: list[Post], adoption: int, quarter: str) -> tuple[Adoption, Quarter]:
    mine, when = rules.calendar_to_set(posts, adoption), rules.quarter_or_404(quarter)
    if not mine.plan.runs_in(when):
        raise Http404
    return mine, when


def _quarter_page(
    request: HttpRequest, adoption: Adoption, quarter: Quarter, form: QuarterDatesForm, status: int = 200, **more: str
) -> HttpResponse:
    context = {
        "adoption": adoption,
        "quarter": quarter,
        "form": form,
        "is_moved": quarter in adoption.moved,
        "by_rule": adoption.dates_by_rule(quarter),
        **more,
    }
    return _page(request, "submissions/calendar_quarter.html", context, status=status)


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """Administrators read it too, who have no desk to go back to."""
    has_desk = bool(posts_as(request.posts, *IN_BUREAU))
    return render(request, template, context | {"has_desk": has_desk}, status=status)


def _saved(request: HttpRequest, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, done)
    return redirect("submissions:calendar")
