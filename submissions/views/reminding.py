"""立即催办: telling every school that has not handed in, now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from submissions import rules
from submissions.reminders import Reminded, urge


@require_POST
def urge_schools(request: HttpRequest, quarter: str) -> HttpResponse:
    desk, when = rules.desk_of(request.posts), rules.quarter_or_404(quarter)
    reminded = urge(desk.district, when, by=request.user)
    messages.success(request, said(reminded))
    if reminded.unreachable:
        messages.warning(request, f"没有可用账号，请用别的办法通知：{'、'.join(reminded.unreachable)}。")
    return redirect(f"{reverse('submissions:desk')}?quarter={when}")


def said(reminded: Reminded) -> str:
    if reminded.told:
        before = f"；另有 {reminded.known} 人今天已经催过，没有重复" if reminded.known else ""
        return f"已催办 {reminded.places} 所学校，通知 {len(reminded.told)} 人{before}。"
    if reminded.known:
        return f"这 {reminded.known} 人今天都已经催过，没有重复通知；明天可以再催。"
    return "没有通知到人。" if reminded.unreachable else "没有需要催办的学校：都已提交，或填报没有开放。"
