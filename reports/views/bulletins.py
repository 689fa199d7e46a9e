"""Half-year bulletins: the list, one of them, drafting, publishing; the audit pack behind one."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from base.pages import revalidated, vary_on_htmx
from base.quarters import Period
from reports import actions, audit_pack, rules
from reports.bulletin_page import Paper, draftable, files_of, paper_of, printed, rows_of, work_on
from reports.forms import EditionForm, PublishForm
from reports.measuring import is_stale
from reports.models import Bulletin, Measurement
from reports.since import Since, since_of
from reports.slides import slides_of
from schools.models import Post
from tasks.models import Adoption


@require_safe
def bulletins(request: HttpRequest, plan: str) -> HttpResponse:
    adoption = rules.visible_adoption(request.posts, plan)
    found = rules.visible_bulletins(request.posts, adoption)
    rows = rows_of(adoption, found, drafting=rules.may_draft(request.posts, adoption))
    return render(request, "reports/bulletins.html", {"adoption": adoption, "rows": rows})


@require_safe
def bulletin(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """The newest edition, or the draft for those who make it; ``?edition=1`` shows that edition."""
    adoption = rules.visible_adoption(request.posts, plan)
    found = bulletin_or_none(request.posts, adoption, period)
    form = EditionForm(request.GET)
    if not form.is_valid():
        raise BadRequest("没有这一版。")
    edition, sees_drafts = form.cleaned_data["edition"], rules.sees_drafts(request.posts, adoption)
    paper = paper_of(found, edition=edition, sees_drafts=sees_drafts) if found else None
    if paper is None and (found is not None or edition is not None):
        raise Http404
    context = {
        "adoption": adoption,
        "period": period,
        "paper": paper,
        "printed": printed(paper.edition, paper.edition.checksum, adoption) if paper and paper.edition else None,
        "since": _since(request.posts, paper),
        "work": work_on(adoption, period, found, request.posts) if sees_drafts else None,
        "files": files_of(paper, request.posts),
        "may_take_pack": rules.may_take_pack(request.posts, adoption),
    }
    page = render(request, "reports/bulletin.html", context)
    return page if sees_drafts else revalidated(request, page)


@require_safe
def slides(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """The newest edition for a projector; 404 until there is one."""
    adoption = rules.visible_adoption(request.posts, plan)
    paper = paper_of(rules.visible_bulletin(request.posts, adoption, period), edition=None, sees_drafts=False)
    if paper is None:
        raise Http404
    found = slides_of(paper)
    context = {"adoption": adoption, "period": period, "paper": paper, "slides": found, "total": len(found) + 1}
    return render(request, "reports/slides.html", context)


@require_POST
@vary_on_htmx
def generate(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """Start the job that measures and drafts, or join it; htmx gets its progress, others the page with it."""
    adoption = rules.visible_adoption(request.posts, plan)
    if not rules.may_draft(request.posts, adoption):
        raise PermissionDenied("通报由科室人员或局领导起草。")
    try:
        actions.start_bulletin(adoption, period, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        there = reverse("reports:bulletins", args=[plan])
        return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
    if not request.htmx:
        return redirect("reports:bulletin", plan, period)
    work = work_on(adoption, period, bulletin_or_none(request.posts, adoption, period), request.posts)
    return render(request, "reports/_work.html", {"adoption": adoption, "period": period, "work": work})


@require_POST
def publish(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """Freeze the draft that the director has seen."""
    adoption = rules.visible_adoption(request.posts, plan)
    found = rules.visible_bulletin(request.posts, adoption, period)
    if not rules.may_publish(request.posts, found):
        raise PermissionDenied("通报由局领导签发，起草人不能签发自己起草的一稿。")
    form = PublishForm(request.POST, bulletin=found)
    try:
        form.require_valid()
        edition = actions.publish(found, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{period.label}通报第 {edition.number} 版已发布，内容不会再改变。")
    return redirect("reports:bulletin", plan, period)


@require_safe
def pack(request: HttpRequest, plan: str, period: Period) -> HttpResponse:
    """The audit pack of a period's results; without the right, without schools' figures of sensitive targets.

    Refused while measuring again would give other results: they could not be recomputed from the pack.
    """
    adoption = rules.visible_adoption(request.posts, plan)
    if not rules.may_take_pack(request.posts, adoption):
        raise PermissionDenied("底稿含全区各校数据，只对局机关和领导开放。")
    measured = Measurement.objects.of_bulletins().select_related("adoption__plan", "adoption__district")
    measurement = get_object_or_404(measured, adoption=adoption, period=period)
    if is_stale(measurement):  # its values would not give its results
        messages.error(request, f"{period.label}测算之后数据有变动，底稿重算不出原来的结果。请重新生成通报后再下载。")
        return redirect("reports:bulletins", plan)
    content = audit_pack.pack(measurement, sees_sensitive=rules.sees_sensitive(request.posts, adoption))
    name = f"audit-pack-{adoption.district.code}-{plan}-{period}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)


def _since(posts: list[Post], paper: Paper | None) -> Since | None:
    """What an edition does not know yet; a draft is made anew instead."""
    if paper is None or paper.edition is None:
        return None
    adoption = paper.bulletin.adoption
    return since_of(paper.edition, adoption, rules.naming(posts, adoption))


def bulletin_or_none(posts: list[Post], adoption: Adoption, period: Period) -> Bulletin | None:
    """None for those who could draft one; for the rest a bulletin that is not there is 404."""
    try:
        return rules.visible_bulletin(posts, adoption, period)
    except Http404:
        if rules.may_draft(posts, adoption) and period in draftable(adoption):
            return None
        raise
