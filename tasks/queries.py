"""Words for reading plans and adoptions."""

from collections.abc import Sequence

from django.db.models import Prefetch, prefetch_related_objects

from base import clock
from schools.models import Post
from tasks.models import Adoption


def adoptions_of(posts: Sequence[Post]) -> list[Adoption]:
    """Of the posts' districts, by post, then by the plan's start. One query, and none for posts that were asked before:
    the menu and the page of a request share it."""
    by_start = Adoption.objects.select_related("plan").order_by("plan__start")
    prefetch_related_objects([post.district for post in posts], Prefetch("adoptions", by_start))
    return [adoption for post in posts for adoption in post.district.adoptions.all()]


def current_adoption(posts: Sequence[Post]) -> Adoption | None:
    """In the first post's district the adoption of the plan in force today; else of the one that began last; else of
    the first to begin."""
    today = clock.today()
    adoptions = [one for one in adoptions_of(posts) if one.district_id == posts[0].district_id]
    begun = [adoption for adoption in adoptions if adoption.plan.start <= today]
    in_force = [adoption for adoption in begun if today <= adoption.plan.end]
    return next(iter([*in_force[-1:], *begun[-1:], *adoptions[:1]]), None)
