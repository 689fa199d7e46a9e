"""Wording a drafted bulletin, and its way through review."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from base.pages import vary_on_htmx
from base.quarters import Period
from reports import actions, rules
from reports.bulletin.catalogue import catalogue
from reports.bulletin.outline import LONGEST, length_of
from reports.composing import Text, composed, texts_of
from reports.forms import HeadForm, ReturnForm, SendForm, WordingForm, read_over, typed_texts
from reports.models import Bulletin
from reports.progress import Typed


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_htmx
def edit(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """``do`` of a POST: ``save`` the texts that it brings (an HTMX request brings one), or ``restore`` one section and
    save the others."""
    bulletin = rules.editable_bulletin(request.posts, plan, period)
    if request.method != "POST":
        return _page(request, bulletin, texts_of(bulletin))
    form = WordingForm(request.POST)
    typed = typed_texts(request.POST, limit=WordingForm.MOST_TYPED)
    if not form.is_valid():
        raise BadRequest("页面内容不完整，没有保存，请刷新后再试。")
    restored = form.cleaned_data["restore"]
    given_up = typed.pop(restored, None)
    try:
        saved = _save(request, bulletin, typed)
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from error
    if restored:
        _restore(request, bulletin, restored, seen=given_up.version if given_up else 0)
    refused = [one for one in saved.values() if one.problem or one.conflict]
    bulletin = rules.editable_bulletin(request.posts, plan, period)
    texts = [saved[one.section] if saved.get(one.section) in refused else one for one in texts_of(bulletin)]
    if request.htmx:
        return _part(request, bulletin, [one for one in texts if one.section in saved])
    if refused:
        messages.warning(request, "有的文字没有保存成功，请看标红的地方。")
        return _page(request, bulletin, texts, status=409)
    if not restored:
        messages.success(request, "已保存。")
    return redirect("reports:edit", plan, period)


@transaction.atomic
def _save(request: HttpRequest, bulletin: Bulletin, typed: dict[str, Typed]) -> dict[str, Text]:
    """By section. Raises ValidationError, and saves none, where there is one that the bulletin does not have."""
    return {
        section: actions.word(
            bulletin, section, text, seen=seen, over=read_over(request.POST, section), by=request.user
        )
        for section, (text, seen) in typed.items()
    }


def _restore(request: HttpRequest, bulletin: Bulletin, section: str, *, seen: int) -> None:
    try:
        actions.restore(bulletin, section, seen=seen, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "已恢复自动起草的文字；改写过的文字留在日志里。")


@require_POST
def head(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """What the office gives the head: title, number, addressees, date."""
    bulletin = rules.editable_bulletin(request.posts, plan, period)
    form = HeadForm(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.set_head(bulletin, seen=given.pop("seen"), by=request.user, **given)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "版头已保存。")
            return redirect("reports:edit", plan, period)
    return _page(request, bulletin, texts_of(bulletin), head=form, status=422)


@require_POST
def send(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """To the directors; a correction with its reason."""
    bulletin = rules.editable_bulletin(request.posts, plan, period)
    form = SendForm(request.POST)
    try:
        form.require_valid()
        actions.send(bulletin, by=request.user, correction=form.cleaned_data["correction"])
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "已送签，局领导会收到消息。签发前还可以撤回。")
    return redirect("reports:bulletin", plan, period)


@require_POST
def withdraw(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """Back from the directors, to be changed."""
    bulletin = rules.editable_bulletin(request.posts, plan, period)
    try:
        actions.withdraw(bulletin, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("reports:bulletin", plan, period)
    messages.success(request, "已撤回，可以接着改。")
    return redirect("reports:edit", plan, period)


@require_POST
def send_back(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """A director wants it changed, and says why."""
    bulletin = rules.editable_bulletin(request.posts, plan, period)
    if not rules.directs(request.posts, bulletin.adoption):
        raise PermissionDenied("通报由局领导签发或退回。")
    form = ReturnForm(request.POST)
    try:
        form.require_valid()
        actions.send_back(bulletin, by=request.user, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "已退回，起草人和送签人会收到您的意见。")
    return redirect("reports:bulletin", plan, period)


def _page(
    request: HttpRequest, bulletin: Bulletin, texts: list[Text], *, head: HeadForm | None = None, status: int = 200
) -> HttpResponse:
    context = _context(bulletin, texts) | {
        "form": head or HeadForm.of(bulletin),
        "figures": catalogue(texts[0].content),
    }
    return render(request, "reports/edit.html", context, status=status)


def _part(request: HttpRequest, bulletin: Bulletin, texts: list[Text]) -> HttpResponse:
    """The section that was left, and the length of the whole."""
    return render(request, "reports/_wording_saved.html", _context(bulletin, texts))


def _context(bulletin: Bulletin, texts: list[Text]) -> dict[str, object]:
    return {
        "adoption": bulletin.adoption,
        "period": bulletin.period,
        "bulletin": bulletin,
        "texts": texts,
        "length": length_of(composed(bulletin)),
        "longest": LONGEST,
    }
