"""What happened in the year that adds points, takes some or vetoes: told, confirmed by a second person, lifted.

Refused here too: a bonus without its paper, confirming what one told oneself, confirming or lifting what concerns the
school where one has a post, lifting what counts by anybody but a director, and anything once the year is published.
"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from base import audit, clock, files
from base.templatetags.quarters import day
from reports.actions.progress import tidy
from reports.assessment.schemes import hold_unpublished, in_force, refuse_published
from reports.assessment.subjects import own_kinds
from reports.models import REASON, Assessment, KindOf, Occurrence
from schools.models import Post, Role, Section, Unit, User
from schools.rules import IN_BUREAU, posts_as
from submissions.actions import KINDS, MAX_BYTES
from tasks.models import Adoption

OF_BUREAU = "加分、扣分和否决事项由教育局各科室和局领导办理。"
OF_SCHOOL = "您在该校任职，由另一人办理。"
WHAT = "事项"
RACED = "这一事项刚刚已由别人处理过，请看过再定。"


@transaction.atomic
def tell_occurrence(
    adoption: Adoption,
    year: int,
    whom: Unit | Section,
    *,
    code: str,
    what: str,
    happened: datetime.date,
    by: User,
    upload: File | None = None,
) -> Occurrence:
    """Write down a designation, a deduction or a veto; it counts once another person has confirmed it.

    Raises PermissionDenied for anybody outside the bureau; ValidationError by field for a kind that its scheme
    does not know, without words, for a day outside the year or to come, and for a bonus without its paper; Refused for
    a file that is not taken.
    """
    if not _in_bureau(adoption, _posts(by)):
        raise PermissionDenied(OF_BUREAU)
    hold_unpublished(adoption, year, WHAT)
    kind = own_kinds(in_force(adoption, year), whom, year).get(code)
    if kind is None:
        raise ValidationError({"code": f"{whom}在{year}年的考核方案里没有“{code}”这种情形。"})
    if happened.year != year or happened > clock.today():
        latest = min(datetime.date(year, 12, 31), clock.today())
        raise ValidationError({"happened": f"日期应在{year}年内，不晚于{day(latest)}。"})
    if kind.kind == KindOf.BONUS and upload is None:
        raise ValidationError({"file": "加分须附依据：授牌、立项的文件或照片。"})
    place = {"unit": whom} if isinstance(whom, Unit) else {"section": whom}
    told = Occurrence(adoption=adoption, year=year, code=code, what=tidy(what), happened=happened, **place)
    told.told_at, told.told_by = clock.now(), by
    told.full_clean()
    told.evidence = files.store(upload, by=by, kinds=KINDS, limit=MAX_BYTES) if upload else None
    told.save()
    audit.record(told, "told", by=by, after=f"{whom}：{kind.name}，{told.what}")
    return told


def confirm_occurrence(occurrence: Occurrence, *, by: User) -> Occurrence:
    """Raises PermissionDenied for whoever told it herself or has a post at the school, ValidationError where somebody
    has confirmed or lifted it already."""
    refusal = refusal_to_confirm(occurrence, _posts(by))
    if refusal:
        raise PermissionDenied(refusal)
    waiting = Occurrence.objects.filter(confirmed_at__isnull=True, lifted_at__isnull=True)
    return _decide(occurrence, waiting, "confirmed", by=by, confirmed_at=clock.now(), confirmed_by=by)


def lift_occurrence(occurrence: Occurrence, *, why: str, by: User) -> Occurrence:
    """It counts no longer; it stays on record. What still waits anybody of the bureau takes back, what was confirmed a
    director lifts. Raises PermissionDenied for anybody else and for who has a post at the school, ValidationError
    without a reason, and for one lifted already."""
    why = tidy(why)
    if not why or len(why) > REASON:
        raise ValidationError({"why": f"撤销须写明理由，最多 {REASON} 字。"})
    standing = Occurrence.objects.filter(lifted_at__isnull=True)
    refusal = refusal_to_lift(occurrence, _posts(by))
    if refusal:
        raise PermissionDenied(refusal)
    if not occurrence.is_confirmed:  # somebody may be confirming it just now
        standing = standing.filter(confirmed_at__isnull=True)
    return _decide(occurrence, standing, "lifted", by=by, lifted_at=clock.now(), lifted_by=by, lifted_why=why)


def refusal_to_confirm(occurrence: Occurrence, posts: Sequence[Post]) -> str:
    """Why the one whose posts these are may not confirm it: another one of the bureau does, without a post at the
    school that it concerns. "" where she may."""
    if not _in_bureau(occurrence.adoption, posts):
        return OF_BUREAU
    if any(post.user_id == occurrence.told_by_id for post in posts):
        return "本人登记的事项，由另一人核准。"
    return OF_SCHOOL if _is_of_school(occurrence, posts) else ""


def refusal_to_lift(occurrence: Occurrence, posts: Sequence[Post]) -> str:
    """What still waits anybody of the bureau takes back, what was confirmed a director lifts; nobody who has a post at
    the school. "" for who may."""
    mine = _in_bureau(occurrence.adoption, posts)
    if not mine:
        return OF_BUREAU
    if occurrence.is_confirmed and not posts_as(mine, Role.DIRECTOR):
        return "核准过的事项由局领导撤销。"
    return OF_SCHOOL if _is_of_school(occurrence, posts) else ""


def _is_of_school(occurrence: Occurrence, posts: Sequence[Post]) -> bool:
    return occurrence.unit_id is not None and any(post.unit_id == occurrence.unit_id for post in posts)


def check_open_to_occurrences(adoption: Adoption, year: int) -> None:
    """Raises ValidationError once the year is published."""
    refuse_published(Assessment.objects.filter(adoption=adoption, year=year).first(), WHAT)


def _in_bureau(adoption: Adoption, posts: Sequence[Post]) -> list[Post]:
    return [post for post in posts_as(posts, *IN_BUREAU) if post.district_id == adoption.district_id]


def _posts(by: User) -> list[Post]:
    return list(Post.objects.of_active().filter(user=by))


@transaction.atomic
def _decide(
    occurrence: Occurrence, undecided: QuerySet[Occurrence], verb: str, *, by: User, **columns: object
) -> Occurrence:
    hold_unpublished(occurrence.adoption, occurrence.year, WHAT)
    if undecided.filter(pk=occurrence.pk).update(**columns) == 0:
        raise ValidationError(RACED, code="raced")
    occurrence.refresh_from_db()
    audit.record(occurrence, verb, by=by, after=occurrence.what, why=occurrence.lifted_why)
    return occurrence
