"""What people are told: messages on their pages, and an e-mail for each to those who have an address.

``post`` tells, once for each person and occasion, however often it is called. The e-mail follows by a job: it carries
the subject and a link, never the body, so that no figure leaves the house. At most once (docs/decisions/0013): a
message is claimed before it is handed to the mail server, and given back only if the server said no.
"""

import datetime
import logging
import smtplib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from celery import shared_task
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from base import clock
from base.jobs import JobError, Report, job, start
from base.models import Message

if TYPE_CHECKING:
    from schools.models import User

log = logging.getLogger(__name__)

KIND = "mail"
TRIED_FOR = datetime.timedelta(days=1)  # an older message is read on the pages or not at all
REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)  # the server has not taken it, for certain
NO_SERVER = "邮件没有发出：邮件服务器没有应答。消息都在系统里，邮件过一小时再试。"


@transaction.atomic
def post(messages: Iterable[Message]) -> list[Message]:
    """Write the messages whose person has not been told of their occasion (``key``) yet; returns those."""
    wanted = {(one.to_id, one.key): one for one in messages}
    if not wanted:
        return []
    people = {to for to, _ in wanted}
    # Held until the end, in one order: of two that tell the same at once the second sees what the first has told.
    held = get_user_model().objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk")
    addresses = dict(held.values_list("pk", "email"))
    told = Message.objects.filter(to__in=people, key__in={key for _, key in wanted})
    for place in told.values_list("to_id", "key"):
        wanted.pop(place, None)
    fresh = list(wanted.values())
    Message.objects.bulk_create(fresh, batch_size=500)
    if any(addresses[one.to_id] for one in fresh):
        start(KIND, key=KIND, by=None)
    return fresh


def unread(user: "User") -> "QuerySet[Message]":
    return Message.objects.filter(to=user, read_at__isnull=True)


def mark_read(messages: "QuerySet[Message]") -> int:
    """How many were unread."""
    return messages.filter(read_at__isnull=True).update(read_at=clock.now())


# --- E-mail --------------------------------------------------------------------------------------------------------


def to_mail() -> "QuerySet[Message]":
    """What waits for its e-mail: young, not read on the pages yet, to an active person with an address."""
    waiting = Message.objects.filter(mailed_at__isnull=True, read_at__isnull=True, at__gte=clock.now() - TRIED_FOR)
    return waiting.filter(to__is_active=True, to__email__contains="@").select_related("to").order_by("pk")


@shared_task(name="base.mail")
def mail_again() -> None:
    """Regularly: another try for what a mail server has not taken."""
    if to_mail().exists():
        start(KIND, key=KIND, by=None)


@job(KIND, "发送邮件")
def send_mail(report: Report) -> None:
    """Send an e-mail for each message that waits for one. A server that is away ends the job with nothing claimed but
    what was on its way."""
    if not to_mail().exists():
        return
    tried: set[int] = set()
    try:
        with get_connection() as connection:
            while waiting := [one for one in to_mail() if one.pk not in tried]:  # more may have been posted meanwhile
                for done, message in enumerate(waiting, len(tried)):
                    report(done, len(tried) + len(waiting), "正在发送邮件")
                    send(message, connection)
                tried.update(message.pk for message in waiting)
    except (smtplib.SMTPException, OSError) as error:
        log.exception("The mail server failed")
        raise JobError(NO_SERVER) from error


def send(message: Message, connection: BaseEmailBackend) -> None:
    """Hand it to the server, unless another worker does."""
    mine = Message.objects.filter(pk=message.pk)
    if not mine.filter(mailed_at__isnull=True).update(mailed_at=clock.now()):
        return
    mail = EmailMessage(message.subject, mail_text(message), to=[message.to.email], connection=connection)
    try:
        mail.send()
    except REFUSED as error:
        mine.update(mailed_at=None)
        log.warning("The mail server refused message %s, it is tried again: %s", message.pk, type(error).__name__)


def mail_text(message: Message) -> str:
    link = f"：{settings.SITE_URL}{message.url}" if settings.SITE_URL and message.url else "。"
    return (
        f"{message.to}，您好！\n\n{message.subject}。\n\n请登录系统查看和办理{link}\n\n（系统自动发送，请勿回复。）\n"
    )
