"""The sign-off sheet that a school prints, and the look-up of its check code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base import audit
from submissions import rules
from submissions.asking import asking_of
from submissions.forms import CodeForm
from submissions.models import SignOff
from submissions.papers import read_paper

UNKNOWN = "没有这个校验码，或不是您能查的学校。"


@require_safe
def sign_off(request: HttpRequest, unit: str, quarter: str) -> HttpResponse:
    """The newest sign-off sheet of the school's form, for paper."""
    school, when = rules.school_or_404(request.posts, unit), rules.quarter_or_404(quarter)
    newest = SignOff.objects.filter(unit=school.unit, quarter=when).select_related("made_by").first()
    if newest is not None:
        audit.record(newest, "exported", by=request.user, after=request.path)
    context = {
        "unit": school.unit,
        "name": school.unit.facts_in(when).name,
        "district": school.district,
        "quarter": when,
        "paper": read_paper(newest, asking_of(school.district)) if newest else None,
    }
    return render(request, "submissions/sign_off.html", context)


@require_safe
def check_code(request: HttpRequest) -> HttpResponse:
    """校验码查询: whose paper it is, and whether it still equals the data."""
    reader = rules.reader_of_papers(request.posts)
    if "code" not in request.GET:
        return render(request, "submissions/check_code.html", {"form": CodeForm()})
    form = CodeForm(request.GET)
    if not form.is_valid():
        return render(request, "submissions/check_code.html", {"form": form}, status=422)
    found = SignOff.objects.filter(code=form.cleaned_data["code"])
    signed = found.select_related("made_by", "unit__district").prefetch_related("unit__facts").first()
    if signed is None or not reader.may_read(signed):
        form.add_error("code", UNKNOWN)
        return render(request, "submissions/check_code.html", {"form": form}, status=404)
    asking = asking_of(signed.unit.district)
    context = {
        "form": form,
        "unit": signed.unit,
        "name": signed.unit.facts_in(signed.quarter).name,
        "quarter": signed.quarter,
        "paper": read_paper(signed, asking, reader.hidden(signed, asking)),
        "newer": SignOff.objects.filter(unit=signed.unit, quarter=signed.quarter, pk__gt=signed.pk).first(),
    }
    return render(request, "submissions/check_code.html", context)
