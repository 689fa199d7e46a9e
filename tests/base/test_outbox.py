"""Telling people: once each, on their pages and by e-mail."""

import datetime
import smtplib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from base import clock, jobs, outbox
from base.models import Job, JobState, Message
from tests import factories


@pytest.fixture
def reader(db):
    return factories.make_user("wang", "王敏", email="wang@example.cn")


def message(to, key="a", **fields):
    return Message(**{"to": to, "key": key, "subject": "第二季度数据7月5日截止", "at": clock.now()} | fields)


def run_mail():
    """A mail job from start to end."""
    job = jobs.start("mail", key="mail", by=None)
    jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def mailed():
    """Of each message, whether its e-mail has been taken in hand."""
    return [at is not None for at in Message.objects.order_by("pk").values_list("mailed_at", flat=True)]


class Refusing(EmailBackend):
    """Takes the mail of everybody but wang."""

    def send_messages(self, messages):
        if messages[0].to == ["wang@example.cn"]:
            raise smtplib.SMTPRecipientsRefused({"wang@example.cn": (450, b"later")})
        return super().send_messages(messages)


class Away(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("no server")


class BreakingOff(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("in the middle")


class Busy(EmailBackend):
    """While the first mail is on its way, somebody is told something else."""

    def send_messages(self, messages):
        if Message.objects.count() == 1:
            outbox.post([message(Message.objects.get().to, "b", subject="又一条")])
        return super().send_messages(messages)


def use(settings, backend):
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"


class TestPost:
    def test_tells_once_for_each_person_and_occasion(self, reader):
        other = factories.make_user()
        told = outbox.post([message(reader), message(reader), message(other)])
        assert [(one.to, one.key) for one in told] == [(reader, "a"), (other, "a")]
        again = outbox.post([message(reader), message(reader, "b")])
        assert [(one.to, one.key, one.pk is not None) for one in again] == [(reader, "b", True)]
        assert Message.objects.count() == 3

    def test_of_nothing_does_nothing(self, db, django_assert_num_queries):
        with django_assert_num_queries(2):  # a savepoint
            assert outbox.post([]) == []

    def test_starts_a_mail_job_for_those_with_an_address_alone(self, reader):
        outbox.post([message(factories.make_user())])
        assert not Job.objects.exists()
        outbox.post([message(reader)])
        assert Job.objects.get().kind == "mail"

    @pytest.mark.django_db(transaction=True)
    def test_at_the_same_time_tells_once(self, reader):
        def tell(_):
            try:
                return len(outbox.post([message(reader)]))
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(tell, range(4))) == [0, 0, 0, 1]


class TestMail:
    def test_carries_the_subject_and_a_link_and_never_the_body(self, reader, settings):
        settings.SITE_URL = "https://plan.example.cn"
        outbox.post([message(reader, body="专任教师 124 人", url="/fill/X001/2025Q2/")])
        run_mail()
        sent = mail.outbox[0]
        assert (sent.to, sent.subject) == (["wang@example.cn"], "第二季度数据7月5日截止")
        assert sent.body == (
            "王敏，您好！\n\n第二季度数据7月5日截止。\n\n请登录系统查看和办理：https://plan.example.cn/fill/X001/2025Q2/"
            "\n\n（系统自动发送，请勿回复。）\n"
        )

    def test_without_the_sites_address_has_no_link(self, reader):
        outbox.post([message(reader, url="/fill/X001/2025Q2/")])
        run_mail()
        assert "/fill/" not in mail.outbox[0].body

    def test_is_sent_once_however_often_the_job_runs(self, reader):
        outbox.post([message(reader)])
        for _ in range(2):
            assert run_mail().state == JobState.DONE
        assert len(mail.outbox) == 1

    def test_of_two_workers_one_sends(self, reader):
        outbox.post([message(reader)])
        seen_by_both = outbox.to_mail().get()
        for _ in range(2):
            outbox.send(seen_by_both, mail.get_connection())
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize(
        ("about", "person"),
        [
            ({"read_at": clock.instant()}, {}),
            ({"at": clock.instant() - datetime.timedelta(days=1, minutes=1)}, {}),
            ({}, {"is_active": False}),
            ({}, {"email": ""}),
        ],
        ids=["read", "old", "disabled", "no address"],
    )
    def test_is_not_sent_where_it_is_not_wanted(self, reader, about, person):
        factories.make_message(factories.make_user(**{"email": "li@example.cn"} | person), **about)
        run_mail()
        assert mail.outbox == []

    def test_refused_by_the_server_waits_and_the_others_go_out(self, reader, settings, caplog):
        outbox.post([message(reader), message(factories.make_user(email="li@example.cn"))])
        use(settings, Refusing)
        assert run_mail().state == JobState.DONE
        assert "refused message" in caplog.text
        assert (mailed(), len(mail.outbox)) == ([False, True], 1)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        run_mail()
        assert [sent.to for sent in mail.outbox] == [["li@example.cn"], ["wang@example.cn"]]

    def test_of_a_server_that_is_away_waits(self, reader, settings, caplog):
        outbox.post([message(reader)])
        use(settings, Away)
        job = run_mail()
        assert (job.state, job.error) == (JobState.FAILED, outbox.NO_SERVER)
        assert "The mail server failed" in caplog.text
        assert mailed() == [False]

    def test_that_broke_off_on_its_way_is_not_sent_again(self, reader, settings):
        outbox.post([message(reader), message(factories.make_user(email="li@example.cn"))])
        use(settings, BreakingOff)
        assert run_mail().state == JobState.FAILED
        assert mailed() == [True, False]

    def test_of_what_is_told_meanwhile_goes_out_too(self, reader, settings):
        outbox.post([message(reader)])
        use(settings, Busy)
        assert run_mail().state == JobState.DONE
        assert [sent.subject for sent in mail.outbox] == ["第二季度数据7月5日截止", "又一条"]

    def test_is_tried_again_while_something_waits(self, reader):
        outbox.mail_again()
        assert not Job.objects.exists()
        factories.make_message(reader)
        outbox.mail_again()
        assert Job.objects.get().kind == "mail"


def test_mark_read_says_how_many_were_unread(reader):
    factories.make_message(reader)
    factories.make_message(reader, read_at=clock.now())
    assert outbox.mark_read(Message.objects.filter(to=reader)) == 1
    assert not outbox.unread(reader).exists()
