"""Who is who: the posts of a person, and what follows from a role alone.

Rules take the posts of the one who asks (``request.posts``); a place that none of them reaches is
as if it didn't exist.
"""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from schools.models import AT_SCHOOL, District, Post, Role, User

IN_BUREAU = (Role.OFFICER, Role.DIRECTOR)


def posts_of(user: User | AnonymousUser) -> list[Post]:
    """The person's posts with their places, in the order in which they were given; none for a visitor."""
    return list(Post.objects.with_place().filter(user_id=user.pk)) if user.is_authenticated else []


def posts_as(posts: Sequence[Post], *roles: Role) -> list[Post]:
    """Those of the posts that have one of the roles."""
    return [post for post in posts if post.role in roles]


def districts_administered(posts: Sequence[Post]) -> list[District]:
    return list(dict.fromkeys(post.district for post in posts_as(posts, Role.ADMINISTRATOR)))


def people_districts(posts: Sequence[Post]) -> list[District]:
    """The districts whose people she looks after; PermissionDenied for one who is no administrator."""
    districts = districts_administered(posts)
    if not districts:
        raise PermissionDenied("人员由系统管理员管理。")
    return districts


def people_district_or_404(posts: Sequence[Post], code: str) -> District:
    """One of the districts whose people she looks after."""
    for district in people_districts(posts):
        if district.code == code:
            return district
    raise Http404


def person_or_404(posts: Sequence[Post], pk: int) -> User:
    """A person whose account one of her districts keeps."""
    user = User.objects.kept_by(people_districts(posts)).filter(pk=pk).first()
    if user is None:
        raise Http404
    return user


def school_post_or_404(posts: Sequence[Post], pk: int) -> Post:
    """A clerk's or principal's post in one of her districts."""
    found = Post.objects.with_place().filter(district__in=people_districts(posts), role__in=AT_SCHOOL, pk=pk).first()
    if found is None:
        raise Http404
    return found
