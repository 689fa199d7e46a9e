"""Where an act comes from: a request's address, a job, a command. Whoever begins the work says it once; the audit rows
that come of it carry it (base.audit)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """``place``: an address, ``后台任务 mail`` or ``命令 measure``; ``agent``: what a browser says of itself."""

    place: str = ""
    agent: str = ""


HERE = Origin()  # nobody has said
_origin: ContextVar[Origin] = ContextVar("origin", default=HERE)


def current() -> Origin:
    return _origin.get()


def begin(place: str) -> None:
    """For the rest of the process."""
    _origin.set(Origin(place))


@contextmanager
def coming_from(place: str, agent: str = "") -> Iterator[None]:
    token = _origin.set(Origin(place, agent))
    try:
        yield
    finally:
        _origin.reset(token)
