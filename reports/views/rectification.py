"""What is done about one target that is red, and was: said, changed, closed; and the files that prove it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base import audit, files
from reports import actions, rules
from reports.forms import CloseForm, MeasureForm, ReviseForm
from reports.models import Rectification
from reports.queries import half_years
from reports.rectification import Case, carried_until_closed, ledger_of
from targets.models import AdoptedTarget

OPEN, REVISE, CLOSE = "open", "revise", "close"


@require_http_methods(["GET", "HEAD", "POST"])
def rectify(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """The item of a target, and those before it. ``do`` of a POST: ``open``, ``revise`` or ``close``."""
    adoption = rules.telling_adoption(request.posts, plan)
    target = rules.adopted_target_or_404(adoption, code)
    case = _case(target)
    if request.method != "POST":
        return _page(request, target, case)
    rules.require_writing(request.posts, target.section)
    form = _form(request, case)
    if form is None:
        messages.error(request, "没有保存：这一项刚刚有了变化，或者页面内容不完整。请看过再定。")
        return _page(request, target, case, status=422)
    if form.is_valid():
        try:
            told = _do(request, target, case, form)
        except ValidationError as error:
            _refuse(form, error)
        else:
            messages.success(request, told)
            return redirect("reports:rectify", plan, code)
    return _page(request, target, _case(target), form, status=422)


@require_safe
def file(request: HttpRequest, plan: str, item: int, name: str) -> FileResponse:
    """The file that proves how an item ended, for those who may see it."""
    adoption = rules.visible_adoption(request.posts, plan)
    found = rules.rectification_file(request.posts, adoption, item, name)
    try:
        return files.file_response(found.evidence)
    except FileNotFoundError as error:
        raise Http404("文件内容不在服务器上，请联系系统管理员从备份恢复。") from error


def _case(target: AdoptedTarget) -> Case | None:
    """By the newest half-year that was measured; None where the target is not red and has no item."""
    measured = half_years(target.adoption)
    cases = ledger_of(target.adoption, measured[-1].period).cases if measured else []
    return next((case for case in cases if case.adopted.pk == target.pk), None)


def _form(request: HttpRequest, case: Case | None) -> Form | None:
    """The form of what is to be done; None where it can't be done as things stand now."""
    do, item = request.POST.get("do", ""), case.item if case else None
    made = {OPEN: MeasureForm, REVISE: ReviseForm, CLOSE: CloseForm}.get(do)
    can = case is not None and (case.is_red and item is None if do == OPEN else item is not None)
    return made(request.POST, request.FILES, prefix=do) if made and can else None


def _do(request: HttpRequest, target: AdoptedTarget, case: Case, form: Form) -> str:
    """What has been done, in words. Raises ValidationError."""
    said, by = dict(form.cleaned_data), request.user
    if isinstance(form, CloseForm):
        upload = said.pop("file")
        actions.close_rectification(case.item, upload=upload, by=by, **said)
        return "已销号。目标以后再滞后或逾期，要提出新的整改事项。"
    if isinstance(form, ReviseForm):
        actions.revise_rectification(case.item, by=by, **said)
        return "已调整，原来的措施和时限记在经过里。"
    actions.open_rectification(target, case.period, by=by, **said)
    return "已列入整改台账。"


def _refuse(form: Form, error: ValidationError) -> None:
    """What the action refused stands at its field, or on top."""
    if hasattr(error, "error_dict"):
        form.add_error(None, error)
    elif getattr(error, "code", "") == "file":
        form.add_error("file", error.messages[0])
    else:
        form.add_error(None, error.messages[0])


def _page(
    request: HttpRequest, target: AdoptedTarget, case: Case | None, form: Form | None = None, status: int = 200
) -> HttpResponse:
    writes = rules.may_write(request.posts, target.section)
    context = {
        "adoption": target.adoption,
        "target": target,
        "name": case.name if case else target.target.definitions.all()[0].name,
        "case": case,
        "writes": writes,
        "forms": _forms(case, form) if case and writes else {},
        "items": _told(target),
    }
    return render(request, "reports/rectify.html", context, status=status)


def _forms(case: Case, form: Form | None) -> dict[str, Form]:
    """Those that can be filled in now; the one that was sent as it was sent, over what stands now."""
    if case.item is None:
        made = {OPEN: MeasureForm(prefix=OPEN)} if case.is_red else {}
    else:
        made = {REVISE: ReviseForm.of(case.item), CLOSE: CloseForm(prefix=CLOSE, initial={"seen": case.item.version})}
    if form is not None and form.prefix in made:
        form.data = form.data.copy()
        if case.item is not None:
            form.data[f"{form.prefix}-seen"] = str(case.item.version)
        made[form.prefix] = form
    return made


def _told(target: AdoptedTarget) -> list[dict[str, object]]:
    """Every item that the target has had, the newest first, with what happened to it."""
    items = list(target.rectifications.select_related("evidence", "opened_by", "closed_by"))
    events: dict[int, list] = {item.pk: [] for item in items}
    for row in audit.histories(Rectification, events):
        events[row.subject_id].append(row)
    carried = {item.pk: 0 if item.is_open else carried_until_closed(item) for item in items}
    return [{"item": item, "events": events[item.pk], "carried": carried[item.pk]} for item in items]
