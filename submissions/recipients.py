"""Who is told what concerns a school or a section: people in office whose accounts are not disabled."""

from collections import defaultdict
from collections.abc import Iterable

from schools.models import AT_SCHOOL, District, Post, Role, Unit, User


def people_of_schools(units: Iterable[Unit]) -> dict[int, list[User]]:
    """Clerks and principals, by unit id. One query."""
    posts = Post.objects.of_active().filter(unit__in=[unit.pk for unit in units], role__in=AT_SCHOOL)
    people: dict[int, list[User]] = defaultdict(list)
    for post in posts:
        if post.user not in people[post.unit_id]:
            people[post.unit_id].append(post.user)
    return people


def officers_of(district: District) -> dict[str, list[User]]:
    """The officers by the code of their section. One query."""
    posts = Post.objects.of_active().filter(district=district, role=Role.OFFICER).select_related("section")
    people: dict[str, list[User]] = defaultdict(list)
    for post in posts:
        people[post.section.code].append(post.user)
    return people


def directors_of(district: District) -> list[User]:
    return [post.user for post in Post.objects.of_active().filter(district=district, role=Role.DIRECTOR)]
