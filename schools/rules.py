"""Who is who: the posts of a person."""

from django.contrib.auth.models import AnonymousUser

from schools.models import Post, User


def posts_of(user: User | AnonymousUser) -> list[Post]:
    """The person's posts with their places, in the order in which they were given; none for a visitor."""
    return list(Post.objects.with_place().filter(user_id=user.pk)) if user.is_authenticated else []
