"""Who may see what belongs to no room."""

from collections.abc import Sequence

from django.http import Http404
from django.shortcuts import get_object_or_404

from base.models import Job, Message
from schools.models import Post, User
from schools.rules import IN_BUREAU, posts_as


def visible_job(user: User, posts: Sequence[Post], pk: int) -> Job:
    """A job that the person started, or that was started in the district in whose bureau she works; else 404."""
    job = get_object_or_404(Job, pk=pk)
    if job.by_id == user.pk:
        return job
    districts = [post.district_id for post in posts_as(posts, *IN_BUREAU)]
    if Post.objects.filter(user_id=job.by_id, district__in=districts).exists():
        return job
    raise Http404


def own_message(user: User, pk: int) -> Message:
    """A message to the person herself; else 404."""
    return get_object_or_404(Message, pk=pk, to=user)
