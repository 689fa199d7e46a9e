"""Who may see what belongs to no room."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from base.models import Job, JobQuerySet, Message
from schools.models import District, Post, Role, User
from schools.rules import IN_BUREAU, districts_administered, posts_as


def visible_job(user: User, posts: Sequence[Post], pk: int) -> Job:
    """A job that the person started, or that was started in the district in whose bureau she works; else 404."""
    job = get_object_or_404(Job, pk=pk)
    if job.by_id == user.pk:
        return job
    districts = [post.district_id for post in posts_as(posts, *IN_BUREAU)]
    if Post.objects.filter(user_id=job.by_id, district__in=districts).exists():
        return job
    raise Http404


def administered_jobs(user: User, posts: Sequence[Post]) -> JobQuerySet:
    """The jobs that she looks after: of the districts that she administers; all, for a superuser. PermissionDenied for
    everybody else."""
    if user.is_superuser:
        return Job.objects.all()
    districts = districts_administered(posts)
    if not districts:
        raise PermissionDenied("后台任务由系统管理员查看。")
    return Job.objects.filter(district_id__in=[district.pk for district in districts])


def own_message(user: User, pk: int) -> Message:
    """A message to the person herself; else 404."""
    return get_object_or_404(Message, pk=pk, to=user)


def audited_districts(posts: Sequence[Post]) -> list[District]:
    """The districts whose audit log she reads; PermissionDenied for one who is no auditor."""
    districts = list(dict.fromkeys(post.district for post in posts_as(posts, Role.AUDITOR)))
    if not districts:
        raise PermissionDenied("审计记录由安全审计员查阅。")
    return districts
