"""Who is who: the posts of a person, and what follows from a role alone.

Rules take the posts of the one who asks (``request.posts``); a place that none of them reaches is
as if it didn't exist.
"""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser

from schools.models import District, Post, Role, User

IN_BUREAU = (Role.OFFICER, Role.DIRECTOR)


def posts_of(user: User | AnonymousUser) -> list[Post]:
    """The person's posts with their places, in the order in which they were given; none for a visitor."""
    return list(Post.objects.with_place().filter(user_id=user.pk)) if user.is_authenticated else []


def posts_as(posts: Sequence[Post], *roles: Role) -> list[Post]:
    """Those of the posts that have one of the roles."""
    return [post for post in posts if post.role in roles]


def districts_administered(posts: Sequence[Post]) -> list[District]:
    return list(dict.fromkeys(post.district for post in posts_as(posts, Role.ADMINISTRATOR)))
