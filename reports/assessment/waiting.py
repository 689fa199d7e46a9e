"""What of an assessment waits for somebody, told on the page on which she arrives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from base import clock
from base.templatetags.quarters import day
from reports.models import Assessment, AssessmentState, Occurrence, SubjectScore
from schools.models import AT_SCHOOL, Post, Role
from schools.rules import IN_BUREAU, posts_as


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing, where it is done, and what the button says."""

    text: str
    url: str
    button: str


def waiting_for(posts: Sequence[Post]) -> list[Waiting]:
    """Objections to answer, a result to sign, occurrences to confirm; for a school its sheet, while it may object. Two
    queries for the bureau, one for a school."""
    found: list[Waiting] = []
    if bureau := posts_as(posts, *IN_BUREAU):
        found += [*_assessments(bureau), *_occurrences(bureau)]
    if units := [post.unit_id for post in posts_as(posts, *AT_SCHOOL)]:
        found += _sheets(units)
    return found


def _assessments(posts: Sequence[Post]) -> Iterator[Waiting]:
    """She who computed it neither answers nor signs."""
    mine = [post.unit_id for post in posts if post.unit_id]
    is_open = Q(objections__decided_at__isnull=True, objections__isnull=False)
    counts = {
        "waiting": Count("objections", filter=is_open),
        "answerable": Count("objections", filter=is_open & ~Q(objections__unit__in=mine)),
    }
    found = Assessment.objects.filter(adoption__district__in={post.district_id for post in posts})
    found = found.filter(state=AssessmentState.SHOWN).exclude(computed_by=posts[0].user_id)
    for one in found.annotate(**counts).select_related("adoption__plan").order_by("year"):
        at = [one.adoption.plan.code, one.year]
        if one.answerable:
            text = f"{one.year}年度考核有 {one.answerable} 件异议等答复。"
            yield Waiting(text, reverse("reports:objections", args=at), "去答复")
        directs = any(post.district_id == one.adoption.district_id for post in posts_as(posts, Role.DIRECTOR))
        if directs and not one.waiting and clock.today() > one.objections_until:
            yield Waiting(f"{one.year}年度考核结果等您签发。", reverse("reports:assessment", args=at), "看结果、签发")


def _occurrences(posts: Sequence[Post]) -> Iterator[Waiting]:
    final = Assessment.objects.filter(adoption=OuterRef("adoption"), year=OuterRef("year"), state=AssessmentState.FINAL)
    found = Occurrence.objects.filter(adoption__district__in={post.district_id for post in posts})
    found = found.filter(~Exists(final), confirmed_at__isnull=True, lifted_at__isnull=True)
    found = found.exclude(told_by=posts[0].user_id)
    for plan, year, number in found.order_by("year").values_list("adoption__plan__code", "year").annotate(Count("pk")):
        text = f"{year}年度考核有 {number} 项加分、扣分或否决等核准。"
        yield Waiting(text, reverse("reports:occurrences", args=[plan, year]), "去核准")


def _sheets(units: Sequence[int]) -> Iterator[Waiting]:
    shown = SubjectScore.objects.filter(unit__in=units, assessment__state=AssessmentState.SHOWN)
    shown = shown.filter(assessment__objections_until__gte=clock.today())
    for one in shown.select_related("assessment__adoption__plan", "unit").order_by("assessment__year", "unit__code"):
        year, until = one.assessment.year, day(one.assessment.objections_until)
        text = f"{year}年度考核结果正在公示，{until}前（含当天）可以提出异议。"
        at = [one.assessment.adoption.plan.code, year, one.unit.code]
        yield Waiting(text, reverse("reports:sheet", args=at), "看考核表")
