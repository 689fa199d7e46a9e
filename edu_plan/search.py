"""Finding a target, a task or a school by name, by the initials of its pinyin (``gbyfgl``), or by code."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from reports.rules import OVER_ALL, READERS
from schools.models import AT_SCHOOL, Post, UnitKind
from schools.rules import posts_as
from targets.models import AdoptedTarget, TargetDefinition
from tasks.models import AdoptedTask, Adoption
from tasks.queries import current_adoption

MOST = 30
LONGEST = 60  # characters asked for


@dataclass(frozen=True, slots=True)
class Thing:
    """``kind``: 目标, 任务, 学校; ``about``: what tells it from its like."""

    kind: str
    name: str
    about: str
    code: str
    url: str


def search(posts: Sequence[Post], text: str) -> list[Thing]:
    """The best first, at most MOST; every word of ``text`` has to be found. Six queries."""
    reading = posts_as(posts, *READERS)
    adoption = current_adoption(reading) if reading else None
    words = text.lower().split()
    if adoption is None or not words:
        return []
    ranked = []
    here = [post for post in reading if post.district_id == adoption.district_id]
    for place, thing in enumerate(_things(here, adoption)):
        ranks = [_rank(thing, word) for word in words]
        if None not in ranks:
            ranked.append((max(ranks), place, thing))
    return [thing for _, _, thing in sorted(ranked, key=lambda one: one[:2])[:MOST]]


def _rank(thing: Thing, word: str) -> int | None:
    """0 is best; None: not found."""
    name, code = thing.name.lower(), thing.code.lower()
    initials, whole = pinyin(thing.name)
    tests: Iterable[bool] = (
        word in (code, name),
        name.startswith(word),
        word in name,
        initials.startswith(word),
        code.startswith(word),
        word in initials or word in whole,
    )
    return next((rank for rank, hit in enumerate(tests) if hit), None)


@lru_cache(maxsize=5000)
def pinyin(name: str) -> tuple[str, str]:
    """(gbyfgl, gongbanyuanfugailv): of a name's Chinese characters and Latin letters."""
    from pypinyin import lazy_pinyin

    letters = "".join(letter for letter in name.lower() if letter.isalnum())
    parts = lazy_pinyin(letters, errors=list)
    return "".join(part[0] for part in parts), "".join(parts)


def _things(posts: Sequence[Post], adoption: Adoption) -> Iterator[Thing]:
    plan = adoption.plan
    newest = TargetDefinition.objects.filter(target__plan=adoption.plan_id).order_by("since")
    names = dict(newest.values_list("target", "name"))
    for own in AdoptedTarget.objects.filter(adoption=adoption).select_related("target", "section"):
        code = own.target.code
        url = reverse("reports:target", args=[plan.code, code])
        yield Thing("目标", names[own.target_id], own.section.name, code, url)
    overview = reverse("reports:overview", args=[plan.code])
    for adopted in AdoptedTask.objects.filter(adoption=adoption).select_related("task__action", "section"):
        task = adopted.task
        about = f"任务 {task.no} · {adopted.section.name}"
        yield Thing("任务", task.name, about, str(task.no), f"{overview}#action-{task.action.no}")
    schools = adoption.district.units.with_facts().filter(kind=UnitKind.SCHOOL)
    if not posts_as(posts, *OVER_ALL):
        schools = schools.filter(pk__in=[post.unit_id for post in posts_as(posts, *AT_SCHOOL)])
    for school in schools:
        url = reverse("reports:health", args=[plan.code, school.code])
        yield Thing("学校", str(school), school.code, school.code, url)
