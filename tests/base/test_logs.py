"""Lines of the log: what they carry, and what they leave out."""

import json
import logging

import pytest

from base import logs

FORMAT = logs.JsonFormatter().format


def line(message="x", *args, error=None, **extra):
    record = logging.LogRecord(
        "a.room", logging.INFO, __file__, 1, message, args, (type(error), error, error.__traceback__) if error else None
    )
    record.__dict__.update(extra)
    return json.loads(FORMAT(record))


def raised(error, cause=None):
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_a_line_is_json_with_the_ids_of_what_it_comes_of():
    with logs.tied(request="r1"), logs.tied(job=7):
        said = line("两行\n%s", 3, fields={"ms": 5})
    assert said.pop("time").endswith("+00:00")
    assert said == {"level": "INFO", "logger": "a.room", "message": "两行\n3", "request": "r1", "job": 7, "ms": 5}
    assert {"request", "job"} & line().keys() == set()
    assert logs.request_id() == ""


def test_an_error_is_its_class_and_its_places_and_quotes_nothing():
    said = line(error=raised(KeyError("王小明"), cause=raised(ValueError("x001-clerk"))))
    assert (said["error"], said["trace"][1]) == ("KeyError", "ValueError")
    assert said["trace"][-1].endswith(" raised")
    assert "王小明" not in str(said)
    assert "x001-clerk" not in str(said)


def test_a_server_that_is_away_is_told_of():
    assert line(error=raised(ConnectionError("no route to redis")))["error"] == "ConnectionError: no route to redis"


@pytest.mark.parametrize(
    "address", ["wang.xm@school.example.cn", "10.2.3.4", "fe80::1", "2001:db8:0:1:2:3:4:5", "::ffff:10.2.3.4", "::1"]
)
def test_addresses_are_hidden(address):
    assert line(f"from {address}, 12:34:56")["message"] == "from …, 12:34:56"
    assert line(f"{address}")["message"] == "…"
    assert address not in str(line(error=raised(ConnectionError(f"to [{address}]:6379"))))
