"""A sheet, what its school says against it, and how the bureau answers."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base import files
from reports import actions, rules
from reports.assessment.sheets import Sheet, sheet_of
from reports.forms import DecisionForm, ObjectionForm
from reports.models import About, AdjustmentKind, Assessment, Objection, SubjectScore
from reports.models.assessment import OF_DISTRICT

LINE, HAPPENING = "line.", "occurrence."


@require_safe
def sheet(request: HttpRequest, plan: str, year: int, unit: str = "", section: str = "") -> HttpResponse:
    """Every line of a school's, a section's or the bureau's."""
    subject = rules.sheet_or_404(request.posts, plan, year, unit=unit, section=section)
    assessment = subject.assessment
    objections = Objection.objects.filter(assessment=assessment, unit=subject.unit_id) if subject.unit_id else []
    here = sheet_of(assessment, subject.pk)
    codes = [line.code for line in here.lines if line.code]
    context = {
        "adoption": assessment.adoption,
        "assessment": assessment,
        "sheet": here,
        "untraceable": rules.untraceable(request.posts, assessment.adoption, subject.unit, codes),
        "of_district": here.subject.scheme.category in OF_DISTRICT,
        "objections": _told(objections),
        "objects": rules.may_object(request.posts, subject.unit) and not _refusal(assessment),
        "closed": _refusal(assessment) if rules.may_object(request.posts, subject.unit) else "",
        "sees_all": rules.may_assess(request.posts, assessment.adoption),
    }
    return render(request, "reports/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, plan: str, year: int, unit: str) -> HttpResponse:
    """The form of an objection, for the school's own principal; ``?item=`` chooses what it is about."""
    subject = rules.sheet_or_404(request.posts, plan, year, unit=unit)
    if not rules.may_object(request.posts, subject.unit):
        raise PermissionDenied("异议由本校校长（园长）提出。")
    assessment, here = subject.assessment, sheet_of(subject.assessment, subject.pk)
    choices = _items(here)
    initial = {"item": request.GET.get("item", "")[:60]}
    form = ObjectionForm(choices, *sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.object_to(
                assessment,
                subject.unit,
                reason=form.cleaned_data["reason"],
                upload=form.cleaned_data["file"],
                by=request.user,
                **_item(subject, form.cleaned_data["item"]),
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "异议已提出，答复后会收到消息。")
            return redirect("reports:sheet", plan, year, unit)
    context = {"adoption": assessment.adoption, "assessment": assessment, "sheet": here, "form": form}
    context["refusal"] = _refusal(assessment)
    return render(request, "reports/object.html", context, status=422 if form.errors else 200)


@require_safe
def objections(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """What waits for an answer, and what was answered."""
    assessment = rules.run_assessment_or_404(request.posts, plan, year)
    found = _told(Objection.objects.filter(assessment=assessment))
    context = {
        "adoption": assessment.adoption,
        "assessment": assessment,
        "waiting": [one for one in found if one.is_open],
        "answered": [one for one in found if not one.is_open],
    }
    return render(request, "reports/objections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, plan: str, year: int, objection: int) -> HttpResponse:
    """One, beside the sheet's item; answered by whoever neither computed it nor is of the school."""
    found = rules.objection_or_404(request.posts, plan, year, objection)
    subject = found.assessment.scores.filter(unit=found.unit_id).first()
    here = sheet_of(found.assessment, subject.pk) if subject else None
    refusal = ""
    try:
        actions.check_decider(found, request.user)
    except PermissionDenied as error:
        if request.method == "POST":
            raise
        refusal = str(error)
    form = _decision_form(request, found, here)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, found, form)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "已答复，学校会收到消息；有调整的，得分和等次已重新计算。")
            return redirect("reports:objections", plan, year)
    found.refresh_from_db()
    context = {
        "adoption": found.assessment.adoption,
        "assessment": found.assessment,
        "objection": found,
        "item": item_of(found),
        "sheet": here,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "reports/objection.html", context, status=422 if form.errors else 200)


@require_safe
def file(request: HttpRequest, plan: str, year: int, objection: int) -> FileResponse:
    """The evidence of an objection."""
    found = rules.objection_file(request.posts, plan, year, objection)
    try:
        return files.file_response(found.evidence)
    except FileNotFoundError as error:
        raise Http404("文件内容不在服务器上，请联系系统管理员从备份恢复。") from error


def _told(objections: object) -> list[Objection]:
    if not objections:
        return []
    people = "unit", "target", "occurrence", "raised_by", "decided_by", "evidence", "adjustment"
    found = objections.select_related(*people).prefetch_related("target__definitions", "unit__facts")
    told = list(found.order_by("-raised_at"))
    for one in told:
        one.item = item_of(one)
    return told


def item_of(objection: Objection) -> str:
    """What an objection is about, in words."""
    if objection.target is not None:
        return objection.target.definitions.all()[0].name
    if objection.occurrence is not None:
        return objection.occurrence.what
    return objection.get_about_display()


def sent(request: HttpRequest) -> tuple[object, object]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _refusal(assessment: Assessment) -> str:
    """Why no objection can be made now; "" where it can."""
    try:
        actions.check_open(assessment)
    except ValidationError as error:
        return error.messages[0]
    return ""


def _items(sheet: Sheet) -> list[tuple[str, str]]:
    lines = [(f"{LINE}{one.code}", f"{one.name}（得 {one.points} 分）") for one in sheet.lines]
    happened = [(f"{HAPPENING}{one.pk}", f"{one.kind}：{one.what}") for one in sheet.happenings]
    return [*lines, *happened, (About.WHOLE.value, "考核结果的其他方面")]


def _item(subject: SubjectScore, chosen: str) -> dict[str, object]:
    """What was chosen among ``_items``, as the action wants it."""
    if chosen.startswith(HAPPENING):
        happened = subject.assessment.adoption.occurrences.filter(unit=subject.unit_id)
        return {"occurrence": happened.get(pk=chosen.removeprefix(HAPPENING))}
    if chosen == LINE:
        return {"about": About.TIMELINESS}
    if chosen.startswith(LINE):
        return {"target": subject.assessment.adoption.plan.targets.get(code=chosen.removeprefix(LINE))}
    return {"about": About.WHOLE}


def _decision_form(request: HttpRequest, found: Objection, sheet: Sheet | None) -> DecisionForm:
    lines = (
        [(f"{LINE}{one.code}", f"{one.name}（现为 {one.value}）") for one in sheet.lines if one.can_correct]
        if sheet
        else []
    )
    happened: Sequence = [one for one in sheet.happenings if not one.lifted] if sheet else []
    choices = [(str(one.pk), f"{one.kind}：{one.what}") for one in happened]
    about = f"{LINE}{found.target.code}" if found.target else LINE
    initial = {"line": about, "occurrence": found.occurrence_id}
    return DecisionForm(lines, choices, *sent(request), initial=initial)


def _decide(request: HttpRequest, found: Objection, form: DecisionForm) -> None:
    said = form.cleaned_data
    change = None
    if said["kind"]:
        kind, plan = AdjustmentKind(said["kind"]), found.assessment.adoption.plan
        change = actions.Wanted(kind)
        if kind == AdjustmentKind.VALUE:
            code = said["line"].removeprefix(LINE)
            target = plan.targets.filter(code=code).first() if code else None
            change = actions.Wanted(kind, target=target, value=said["value"])
        elif kind == AdjustmentKind.POINTS:
            change = actions.Wanted(kind, points=said["points"])
        elif said["occurrence"]:
            occurrence = found.assessment.adoption.occurrences.filter(unit=found.unit_id, pk=said["occurrence"]).first()
            change = actions.Wanted(kind, occurrence=occurrence)
    actions.decide(found, upheld=said["upheld"], answer=said["answer"], change=change, by=request.user)


def refuse(form: Form, error: ValidationError) -> None:
    """What the action refused stands at its field, or on top."""
    if hasattr(error, "error_dict"):
        form.add_error(None, error)
    elif getattr(error, "code", "") == "file":
        form.add_error("file", error.messages[0])
    else:
        form.add_error(None, ValidationError(error.messages))
