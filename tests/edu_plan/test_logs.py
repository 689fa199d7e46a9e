"""A line in the log for each request, under the number that the answer carries; no person in any line."""

import json
import logging
import re
import smtplib

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.urls import get_resolver, reverse

from base import jobs, logs, outbox
from base.models import Job, Message
from schools.models import User
from tests import factories
from tests.edu_plan.test_access import answer
from tests.edu_plan.walk import ROWS, addresses

pytestmark = pytest.mark.security


@pytest.fixture
def lines():
    """What is logged, as it would be written."""
    made, handler = [], logging.Handler()
    handler.setFormatter(logs.JsonFormatter())
    handler.emit = lambda record: made.append(handler.format(record))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield made
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def people(clients):
    """All that tells who somebody is."""
    for number, user in enumerate(User.objects.order_by("pk")):
        user.username, user.name, user.email = f"zhanghao{number}", f"欧阳{number}", f"zhanghao{number}@example.cn"
        user.save()
    return re.compile(r"zhanghao|欧阳|example\.cn|127\.0\.0\.1|testtoken|203\.0\.113\.")


def test_each_request_has_a_line_with_the_number_that_goes_back(lines, officer, client_of):
    response = client_of(officer).get("/fill/欧阳/2025Q2/")
    said = json.loads(lines[-1])
    assert (said["request"], said["message"], said["status"]) == (response["X-Request-ID"], "request", 403)
    assert (said["method"], said["route"]) == ("GET", "/fill/<str:unit>/<str:quarter>/")
    assert said["ms"] >= 0


def test_nobody_is_named_whatever_is_asked(lines, world, clients, people):
    varying = dict(addresses(get_resolver()))
    for method, name, whose, *_ in ROWS:
        url = reverse(name, kwargs={key: world[whose][key] for key in varying[name]}) + "?q=欧阳1"
        for role in ("visitor", "clerk", "director", "admin"):
            answer(clients[role], method, url, **{"User-Agent": "zhanghao9", "X-Forwarded-For": "203.0.113.9"})
    clients["visitor"].post("/login/", {"username": "zhanghao1", "password": "wrong"})
    clients["visitor"].get("/welcome/testtoken/nowhere/")
    clients["visitor"].get("/", headers={"Host": "zhanghao.invalid"})
    assert len(lines) > 500
    assert [line for line in lines if people.search(line)] == []


def test_nobody_is_named_by_a_job_that_fails(lines, people, db, monkeypatch):
    def refuse(report):
        raise ValidationError("欧阳1 已有任职。")

    def break_down(report):
        raise KeyError("zhanghao1")

    for number, work in enumerate((refuse, break_down)):
        monkeypatch.setitem(jobs._kinds, "test.named", work)
        made = Job.objects.create(kind="test.named", key=str(number), created_at="2025-07-03T10:00:00Z")
        jobs.run(made.pk)
        assert json.loads(lines[-1])["job"] == made.pk
    assert [line for line in lines if people.search(line)] == []


def test_nobody_is_named_by_a_mail_server_that_refuses(lines, people, db):
    user = User.objects.get(username="zhanghao1")
    message = Message.objects.create(to=user, key="k", subject="s", at="2025-07-03T10:00:00Z")

    class Refusing:
        def send_messages(self, mails):
            raise smtplib.SMTPRecipientsRefused({user.email: (550, b"unknown")})

    outbox.send(message, Refusing())
    assert len(lines) == 1
    assert people.search(lines[0]) is None


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [(ZeroDivisionError("欧阳"), 500, "系统出错了"), (OperationalError("gone"), 503, "暂时连不上数据库")],
)
def test_an_error_page_tells_the_number_of_its_lines(lines, error, status, said, officer, client_of, monkeypatch):
    def break_down(*_, **__):
        raise error

    monkeypatch.setattr("edu_plan.views.links_of", break_down)
    client = client_of(officer)
    client.raise_request_exception = False
    response = client.get("/")
    told = [json.loads(line) for line in lines]
    assert (response.status_code, said in response.text) == (status, True)
    assert {one["request"] for one in told} == {response["X-Request-ID"]}
    assert f"<code>{response['X-Request-ID']}</code>" in response.text
    assert type(error).__name__ in told[0]["error"]
    assert "欧阳" not in "".join(lines)


def test_a_refusal_tells_its_number(officer, client_of):
    response = client_of(officer).get("/nowhere/")
    assert f"<code>{response['X-Request-ID']}</code>" in response.text


def test_a_started_job_is_logged_with_the_request(lines, db):
    with logs.tied(request="r1"):
        job = jobs.start("test.steps", key="k", args={}, by=factories.make_user())
    said = json.loads(lines[-1])
    assert (said["request"], said["job"], said["kind"]) == ("r1", job.pk, "test.steps")
