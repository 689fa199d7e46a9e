"""An assessment after it was computed: shown to everybody, objected to, decided, taken back, published.

Refused here too: what is stale is shown or published, an objection comes late or from somebody else, somebody decides
or publishes what she computed herself, two decide or publish at once.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction

from base import audit, clock, files
from base.templatetags.quarters import day
from base.workdays import after_workdays
from reports.actions.bulletins import checksum_of
from reports.actions.papers import start_papers
from reports.actions.progress import tidy
from reports.assessment.adjusting import can_correct, revised_of
from reports.assessment.computing import is_stale
from reports.assessment.content import content_of
from reports.assessment.kept import keep, text_of
from reports.assessment.rechecking import unlike
from reports.frozen import digest_of
from reports.models import (
    REASON,
    About,
    Adjustment,
    AdjustmentKind,
    Assessment,
    AssessmentEdition,
    AssessmentSources,
    AssessmentState,
    LineScore,
    Objection,
    Occurrence,
    RevisedScore,
    SubjectScore,
)
from reports.notices import tell_answer, tell_objection, tell_published, tell_shown
from schools.models import Post, Role, Unit, User
from submissions.actions import KINDS, MAX_BYTES
from targets.models import Target

OBJECTION_DAYS = 5  # working days, at least
LATEST = 60  # days after today on which objections may end
STALE = (
    "考核方案、测算结果、报送或登记的事项在计算之后有变动，现有的得分已不是最新，不能{}。"
    "请收回后重新计算，已提出的异议和答复都会保留。"
)
RACED = "另一人刚刚答复了这一异议，您的答复没有保存，请看过再定。"
TOO_MUCH = Decimal(105)


def earliest_end() -> datetime.date:
    """The first day on which objections may end, if it is shown today."""
    return after_workdays(clock.today(), OBJECTION_DAYS)


@transaction.atomic
def show(assessment: Assessment, *, until: datetime.date, lists_all: bool, by: User) -> Assessment:
    """Show everybody her own sheet; schools may object up to and on ``until``. Decisions taken before it was computed
    again count from now on. Raises ValidationError."""
    current = held(assessment)
    if current.state != AssessmentState.COMPUTED:
        raise ValidationError("这一年度的考核刚刚已经公示，请刷新页面。", code="state")
    earliest, latest = earliest_end(), clock.today() + datetime.timedelta(days=LATEST)
    if not earliest <= until <= latest:
        raise ValidationError(
            {"until": f"异议期至少 {OBJECTION_DAYS} 个工作日，应在{day(earliest)}至{day(latest)}之间截止。"}
        )
    if is_stale(current):
        raise ValidationError(STALE.format("公示"), code="stale")
    current.state, current.shown_at, current.shown_by = AssessmentState.SHOWN, clock.now(), by
    current.objections_until, current.lists_all = until, lists_all
    current.save(update_fields=["state", "shown_at", "shown_by", "objections_until", "lists_all"])
    _revise(current)
    audit.record(current, "shown", by=by, after=f"异议截止 {until.isoformat()}")
    tell_shown(current)
    return current


@transaction.atomic
def retract(assessment: Assessment, *, why: str, by: User) -> Assessment:
    """Take back what was shown, to compute it again: what schools said and what was decided stays. Raises
    ValidationError without a reason, and for what is not shown."""
    why = tidy(why)
    if not why or len(why) > REASON:
        raise ValidationError({"why": f"请写明为什么收回，最多 {REASON} 字。"})
    current = held(assessment)
    if current.state != AssessmentState.SHOWN:
        raise ValidationError("这一年度的考核不在公示中，不能收回。", code="state")
    current.state, current.shown_at, current.shown_by = AssessmentState.COMPUTED, None, None
    current.objections_until = None
    current.save(update_fields=["state", "shown_at", "shown_by", "objections_until"])
    audit.record(current, "retracted", by=by, why=why)
    return current


@transaction.atomic
def object_to(
    assessment: Assessment,
    unit: Unit,
    *,
    reason: str,
    by: User,
    target: Target | None = None,
    occurrence: Occurrence | None = None,
    about: About = About.WHOLE,
    upload: File | None = None,
) -> Objection:
    """A principal says what is wrong with one item of her school's sheet, and why.

    Raises PermissionDenied for anybody else; ValidationError where it is not shown, too late (with the date), without a
    reason, or while another objection to the same item waits; Refused for a file that is not taken.
    """
    if not Post.objects.of_active().filter(user=by, role=Role.PRINCIPAL, unit=unit).exists():
        raise PermissionDenied("异议由本校校长（园长）提出。")
    current = held(assessment)
    check_open(current)
    reason = tidy(reason)
    if not reason or len(reason) > REASON:
        raise ValidationError({"reason": f"请写明理由，最多 {REASON} 字。"})
    about = About.LINE if target else About.OCCURRENCE if occurrence else about
    place = {"assessment": current, "unit": unit, "about": about, "target": target, "occurrence": occurrence}
    if Objection.objects.filter(**place, decided_at__isnull=True).exists():
        raise ValidationError("对这一项的异议已经提出，正在等待答复，不用再提。", code="twice")
    stored = files.store(upload, by=by, kinds=KINDS, limit=MAX_BYTES) if upload else None
    objection = Objection.objects.create(**place, reason=reason, evidence=stored, raised_at=clock.now(), raised_by=by)
    audit.record(objection, "objected", by=by, after=reason)
    tell_objection(objection)
    return objection


def check_open(assessment: Assessment) -> None:
    """Raises ValidationError where no objection can be made (any more)."""
    until = assessment.objections_until
    if assessment.state == AssessmentState.COMPUTED or until is None:
        raise ValidationError("考核结果还没有公示，不能提出异议。", code="state")
    if assessment.state == AssessmentState.FINAL or clock.today() > until:
        raise ValidationError(f"异议期已于{day(until)}截止，不再受理。", code="late")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a decision changes: a line's ``value`` (``target`` None: timeliness), ``points`` of the total, or an
    occurrence that is lifted."""

    kind: AdjustmentKind
    target: Target | None = None
    value: float | None = None
    points: Decimal | None = None
    occurrence: Occurrence | None = None


@transaction.atomic
def decide(objection: Objection, *, upheld: bool, answer: str, by: User, change: Wanted | None = None) -> Objection:
    """Answer an objection, once; upheld, it changes something, and totals and grades of all are made anew.

    Raises PermissionDenied for who computed it or belongs to the school, ValidationError for what can't be changed so
    and where somebody else has just decided.
    """
    objection.assessment = assessment = held(objection.assessment)  # who computed it may be another by now
    check_decider(objection, by)
    if assessment.state != AssessmentState.SHOWN:
        raise ValidationError("考核不在公示中，不能答复异议。", code="state")
    answer = tidy(answer)
    if not answer or len(answer) > REASON:
        raise ValidationError({"answer": f"请写明答复的理由，最多 {REASON} 字。"})
    if upheld and change is None:
        raise ValidationError({"kind": "采纳的，请写明怎样调整。"})
    if change is not None and not upheld:
        raise ValidationError({"kind": "不采纳的，不作调整。"})
    columns = {"upheld": upheld, "answer": answer, "decided_at": clock.now(), "decided_by": by}
    if Objection.objects.filter(pk=objection.pk, decided_at__isnull=True).update(**columns) == 0:
        raise ValidationError(RACED, code="raced")
    objection.refresh_from_db()
    if change is not None:
        _check_change(objection, change)
        Adjustment.objects.create(objection=objection, **{name: getattr(change, name) for name in COLUMNS})
        _revise(assessment)
    audit.record(objection, "decided", by=by, after=_said(objection, change), why=answer)
    tell_answer(objection)
    return objection


COLUMNS = ("kind", "target", "value", "points", "occurrence")


def check_decider(objection: Objection, by: User) -> None:
    """An officer or a director of the district who neither computed the assessment nor raised the objection, nor has a
    post at the school."""
    posts = list(Post.objects.of_active().filter(user=by))
    bureau = [post for post in posts if post.role in (Role.OFFICER, Role.DIRECTOR)]
    if not any(post.district_id == objection.assessment.adoption.district_id for post in bureau):
        raise PermissionDenied("异议由教育局科室人员或局领导答复。")
    if by.pk == objection.assessment.computed_by_id:
        raise PermissionDenied("这一年度的考核由您计算，异议须由另一人答复。")
    if by.pk == objection.raised_by_id or any(post.unit_id == objection.unit_id for post in posts):
        raise PermissionDenied("您在提出异议的学校任职，异议须由另一人答复。")


def _check_change(objection: Objection, change: Wanted) -> None:
    """Raises ValidationError with the field that is wrong."""
    subject = objection.assessment.scores.filter(unit=objection.unit).first()
    if subject is None or subject.reason:
        raise ValidationError({"kind": "该校不参加本年度考核，没有可调整的得分。"})
    if change.kind == AdjustmentKind.POINTS and not (change.points and abs(change.points) <= TOO_MUCH):
        raise ValidationError({"points": "请写明增减多少分，不能是 0，也不超过 105。"})
    if change.kind == AdjustmentKind.VALUE:
        _check_value(subject, change)
    if change.kind == AdjustmentKind.LIFT:
        one = change.occurrence
        if one is None or one.unit_id != objection.unit_id or one.year != objection.assessment.year:
            raise ValidationError({"occurrence": "请选该校本年度的一个事项。"})
        if Adjustment.objects.filter(objection__assessment=objection.assessment, occurrence=one).exists():
            raise ValidationError({"occurrence": "这一事项已由另一答复撤销。"})


def _check_value(subject: SubjectScore, change: Wanted) -> None:
    lines = LineScore.objects.select_related("definition").filter(subject=subject)
    of_target = {"line__target": change.target} if change.target else {"line__isnull": True}
    line = lines.filter(**of_target).first()
    if line is None or not can_correct(line):
        raise ValidationError({"kind": "这一项不计分或没有以数字表示的目标值，不能更正完成值，请改为增减分数。"})
    if change.value is None or change.value < 0:
        raise ValidationError({"value": "请写明更正后的完成值，不能是负数。"})
    if line.line_id is None and (change.value > (line.goal or 0) or change.value % 1):
        raise ValidationError({"value": f"按时报送的季度数应是 0 到 {line.goal:g} 的整数。"})


def _said(objection: Objection, change: Wanted | None) -> str:
    if change is None:
        return "不采纳"
    said = change.value if change.kind == AdjustmentKind.VALUE else change.points or change.occurrence
    return f"采纳：{change.kind.label} {said}"


def _revise(assessment: Assessment) -> None:
    """Make anew what the adjustments come to. No stored score is touched."""
    RevisedScore.objects.filter(subject__assessment=assessment).delete()
    RevisedScore.objects.bulk_create(revised_of(assessment), batch_size=500)


def missing_to_publish(assessment: Assessment) -> list[str]:
    """What still keeps it from being published, in words; whether it is stale is asked by ``publish_assessment``."""
    missing = []
    until = assessment.objections_until
    if assessment.state == AssessmentState.COMPUTED or until is None:
        return ["还没有公示。"]
    if clock.today() <= until:
        missing.append(f"异议期到{day(until)}截止，过后才能发布。")
    waiting = assessment.objections.filter(decided_at__isnull=True).count()
    if waiting:
        missing.append(f"还有 {waiting} 件异议没有答复。")
    return missing


def publish_assessment(assessment: Assessment, *, by: User) -> AssessmentEdition:
    """Freeze the result. Raises PermissionDenied for anybody but a director who did not compute it, ValidationError
    with what is missing, where it is stale, and where another director was first."""
    directing = Post.objects.of_active().filter(user=by, role=Role.DIRECTOR, district=assessment.adoption.district_id)
    if not directing.exists():
        raise PermissionDenied("考核结果由局领导签发。")
    try:
        with transaction.atomic():
            return _freeze(assessment, by)
    except IntegrityError as error:
        raise ValidationError(PUBLISHED, code="published") from error


PUBLISHED = "这一年度的考核结果已经发布。"
ALTERED = "保存的考核得分与重算的不符，有人在系统之外改动过，不能发布。请收回后重新计算。"


def _freeze(assessment: Assessment, by: User) -> AssessmentEdition:
    current = held(assessment)
    if by.pk == current.computed_by_id:
        raise PermissionDenied("这一年度的考核由您计算，须由另一位局领导签发。")
    if current.state == AssessmentState.FINAL:
        raise ValidationError(PUBLISHED, code="published")
    missing = missing_to_publish(current)
    if missing:
        raise ValidationError(missing, code="missing")
    if is_stale(current):
        raise ValidationError(STALE.format("发布"), code="stale")
    now, kept = clock.now(), keep(current)
    data = text_of(kept)
    content = content_of(current, digest_of(data)) | {"published": {"date": clock.today().isoformat(), "by": str(by)}}
    if next(unlike(current, content, kept), None):
        raise ValidationError(ALTERED, code="altered")
    edition = AssessmentEdition.objects.create(
        assessment=current, content=content, checksum=checksum_of(content), published_at=now, published_by=by
    )
    AssessmentSources.objects.create(edition=edition, data=data, checksum=digest_of(data))
    current.state = AssessmentState.FINAL
    current.save(update_fields=["state"])
    audit.record(current, "published", by=by, after=edition.checksum)
    tell_published(current)
    start_papers(edition, by=by)
    return edition


def held(assessment: Assessment) -> Assessment:
    """The row as it is now, for whoever changes it to be the only one."""
    places = "adoption__plan", "adoption__district"
    return Assessment.objects.select_related(*places).select_for_update(of=("self",)).get(pk=assessment.pk)
