"""The log of the processes: a JSON object a line, with the request or the job it comes of, and with nobody in it.

What people did, by name and address, stands in the audit log, which few may read. These lines go to machines and to
whoever runs them: no names, accounts, e-mail addresses or IPs. So a request is told by its route, never by its
address, and an exception by its class and where it was raised: its message may quote what somebody typed.
"""

import datetime
import ipaddress
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

_ties: ContextVar[MappingProxyType[str, Any]] = ContextVar("ties", default=MappingProxyType({}))
# Their messages speak of servers, not of people: without them nobody finds out what is wrong.
SPEAKING = {"OperationalError", "InterfaceError", "ConnectionError", "ConnectionRefusedError", "TimeoutError"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_IPV4 = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b")
_PERHAPS_IPV6 = re.compile(r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
HIDDEN = "…"


@contextmanager
def tied(**ids: Any) -> Iterator[None]:
    """Inside, each line carries these ids: ``request``, ``job``."""
    token = _ties.set(MappingProxyType(_ties.get() | ids))
    try:
        yield
    finally:
        _ties.reset(token)


def request_id() -> str:
    """Of the request that is being answered; "" outside of one."""
    return _ties.get().get("request", "")


def route_of(request: Any) -> str:
    """The pattern of its address: an address itself may hold a token, or what somebody looks for."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "?"


class JsonFormatter(logging.Formatter):
    """``logger.info(…, extra={"fields": {…}})`` adds columns to the line."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_addresses(_message_of(record)),
            **_ties.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= {"error": _named(record.exc_info[1]), "trace": _trace_of(record.exc_info[1])}
        return json.dumps(line, ensure_ascii=False)


def _message_of(record: logging.LogRecord) -> str:
    """Django's own lines about a request quote its address, and why it was refused: a status and a route instead."""
    request = getattr(record, "request", None)
    return record.getMessage() if request is None else f"{getattr(record, 'status_code', '')} {route_of(request)}"


def _named(error: BaseException) -> str:
    name = type(error).__name__
    return f"{name}: {without_addresses(str(error).strip())}" if name in SPEAKING else name


def _trace_of(error: BaseException) -> list[str]:
    """Where it was raised, the innermost place last; before that, what it came of."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = [*_trace_of(cause), _named(cause)] if cause else []
    places, at = [], error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        places.append(f"{code.co_filename}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return before + places


def without_addresses(text: str) -> str:
    """E-mail and IP addresses hidden, should a library put them into a message."""
    return _IPV4.sub(HIDDEN, _PERHAPS_IPV6.sub(_hidden_ipv6, _EMAIL.sub(HIDDEN, text)))


def _hidden_ipv6(found: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(found.group().rstrip("."))
    except ValueError:
        return found.group()  # a time of day, say
    return HIDDEN


def config(level: str, *, plain: bool = False) -> dict[str, Any]:
    """For logging.config, of every process of ours. ``plain``: for the one who develops, with whole tracebacks."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"} if plain else {"()": JsonFormatter}
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "axes": {"level": "ERROR"},  # names nobody in its lines; the audit log does
            # Refusals are no faults, and have their line by edu_plan.middleware.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR", "handlers": [], "propagate": True},
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},  # tells addresses
        },
    }
