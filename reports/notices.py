"""What people are told about bulletins and assessments. A subject goes out by e-mail: it names no figure, no reason."""

from collections.abc import Iterable
from itertools import chain

from django.urls import reverse

from base import clock, outbox
from base.models import Level, Message
from base.templatetags.quarters import day
from reports.models import Assessment, Bulletin, Objection
from reports.rules import signers_of
from schools.models import Post, Unit, UnitKind, User
from schools.rules import IN_BUREAU
from submissions.recipients import officers_of, people_of_schools


def tell_directors(bulletin: Bulletin) -> None:
    """One waits for a signature: whoever may give it."""
    key = f"sent:{bulletin.pk}:{bulletin.sent_at.isoformat()}"
    _tell(bulletin, key, "已送签，等您签发", bulletin.correction, signers_of(bulletin))


def tell_returned(bulletin: Bulletin, people: Iterable[User]) -> None:
    """A director wants it changed."""
    key = f"sent-back:{bulletin.pk}:{clock.now().isoformat()}"
    _tell(bulletin, key, "被退回，请修改后再送签", bulletin.returned, people)


def tell_redrafted(bulletin: Bulletin, sender: User) -> None:
    """What she sent was drafted anew before it was signed."""
    key = f"redrafted:{bulletin.pk}:{bulletin.drafted_at.isoformat()}"
    _tell(bulletin, key, "已重新生成，请看过再送签", "改写过的文字都在，数字是最新的。", [sender])


def tell_drafted(bulletin: Bulletin) -> None:
    """By the calendar, by itself: every section, since any may word and send it."""
    people = chain.from_iterable(officers_of(bulletin.adoption.district).values())
    key = f"drafted:{bulletin.pk}:{bulletin.drafted_at.isoformat()}"
    _tell(bulletin, key, "已到期自动起草，请核对", "各科室可以修改本科室的文字；改好后由一人送签。", people)


def _tell(bulletin: Bulletin, key: str, subject: str, body: str, people: Iterable[User]) -> None:
    url = reverse("reports:bulletin", args=[bulletin.adoption.plan.code, bulletin.period])
    columns = {"key": key, "subject": f"{bulletin.period.label}通报{subject}", "body": body, "url": url}
    at = clock.now()
    outbox.post(Message(to=one, level=Level.INFO, at=at, **columns) for one in people)


def tell_shown(assessment: Assessment) -> None:
    """Every school that has a sheet: its clerks and principals."""
    body = f"请在{day(assessment.objections_until)}以前（含当天）核对，有异议的由校长（园长）提出。"
    _tell_schools(assessment, f"shown:{assessment.shown_at.isoformat()}", "考核结果公示，请核对", body)


def tell_published(assessment: Assessment) -> None:
    _tell_schools(assessment, "final", "考核结果已经发布", "等次和各项得分见本校考核表，内容不会再改变。")


def tell_objection(objection: Objection) -> None:
    """Whoever may answer it: officers and directors who did not compute and have no post at the school."""
    assessment = objection.assessment
    posts = Post.objects.of_active().filter(role__in=IN_BUREAU, district=assessment.adoption.district_id)
    barred = {assessment.computed_by_id, *Post.objects.filter(unit=objection.unit_id).values_list("user", flat=True)}
    people = {post.user for post in posts.select_related("user") if post.user_id not in barred}
    url = reverse("reports:objection", args=[assessment.adoption.plan.code, assessment.year, objection.pk])
    subject = f"{objection.unit}对{assessment.year}年度考核提出异议"
    _post(f"objection:{objection.pk}", subject, objection.reason, url, people)


def tell_answer(objection: Objection) -> None:
    people = people_of_schools([objection.unit])[objection.unit_id]
    said = f"{'采纳' if objection.upheld else '未采纳'}：{objection.answer}"
    _post(
        f"answer:{objection.pk}",
        f"{objection.assessment.year}年度考核异议已答复",
        said,
        _sheet(objection.assessment, objection.unit),
        people,
    )


def _tell_schools(assessment: Assessment, key: str, subject: str, body: str) -> None:
    subject = f"{assessment.year}年度{subject}"
    units = [one.unit for one in assessment.scores.filter(unit__kind=UnitKind.SCHOOL).select_related("unit")]
    people = people_of_schools(units)
    outbox.post(
        _message(f"assessment:{assessment.pk}:{unit.pk}:{key}", subject, body, _sheet(assessment, unit), one)
        for unit in units
        for one in people.get(unit.pk, [])
    )


def _sheet(assessment: Assessment, unit: Unit) -> str:
    return reverse("reports:sheet", args=[assessment.adoption.plan.code, assessment.year, unit.code])


def _post(key: str, subject: str, body: str, url: str, people: Iterable[User]) -> None:
    outbox.post(_message(key, subject, body, url, one) for one in people)


def _message(key: str, subject: str, body: str, url: str, to: User) -> Message:
    return Message(to=to, key=key, level=Level.INFO, at=clock.now(), subject=subject, body=body, url=url)
