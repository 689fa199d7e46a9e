"""Where a person's work stands: her home and the links on top of every page, both by her posts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from reports.rules import READERS
from schools.models import AT_SCHOOL, Post, Role
from schools.rules import IN_BUREAU, posts_as
from tasks.queries import current_adoption


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    is_current: bool = False


def links_of(posts: Sequence[Post], *, is_staff: bool) -> list[Link]:
    """The places that concern the person, the most urgent first; none for a person without a post."""
    links = []
    if posts_as(posts, *AT_SCHOOL):
        links.append(Link("我的填报", reverse("submissions:home")))
    if posts_as(posts, *IN_BUREAU):
        links.append(Link("工作台", reverse("submissions:desk")))
    reading = posts_as(posts, *READERS)
    adoption = current_adoption(reading) if reading else None
    if adoption is not None:
        for post in posts_as(posts, *AT_SCHOOL)[:1]:
            links.append(Link("体检单", reverse("reports:health", args=[adoption.plan.code, post.unit.code])))
        links.append(Link("方案", reverse("reports:overview", args=[adoption.plan.code])))
        links.append(Link("通报", reverse("reports:bulletins", args=[adoption.plan.code])))
        links.append(Link("考核", reverse("reports:assessments", args=[adoption.plan.code])))
        links.append(Link("搜索", reverse("search")))
    looking = posts_as(posts, Role.CITY)
    if looking and (adoption := current_adoption(looking)):
        links.append(Link("各区对比", reverse("reports:city", args=[adoption.plan.code])))
    if posts_as(posts, Role.ADMINISTRATOR):
        links.append(Link("人员", reverse("schools:people")))
    if is_staff:
        links.append(Link("后台任务", reverse("jobs")))
        links.append(Link("管理", reverse("admin:index")))
    if posts_as(posts, Role.AUDITOR):
        links.append(Link("审计", reverse("audit")))
    if posts_as(posts, Role.ADMINISTRATOR) and not posts_as(posts, *IN_BUREAU):
        links.append(Link("填报日历", reverse("submissions:calendar")))
    return links


def links_on(request: HttpRequest) -> list[Link]:
    """``links_of`` the person who asks; the link under which the page lies is the current one."""
    links = links_of(request.posts, is_staff=request.user.is_staff)
    here = max((link.url for link in links if request.path.startswith(link.url)), key=len, default="")
    return [Link(link.label, link.url, link.url == here) for link in links]
