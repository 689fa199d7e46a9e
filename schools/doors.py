"""Who left and who knocked in vain, written down when Django says so, whatever the way. Who came in says
``actions.note_sign_in``: every way in has its own steps."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver

from base import audit
from schools.models import User

NAME_LENGTH = 150


@receiver(user_logged_out)
def note_leaving(user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(user, "logout", by=user)


@receiver(user_login_failed)
def note_failure(credentials: dict[str, Any], **_: Any) -> None:
    """With the name that was tried, whether there is such an account or not."""
    _note("login_failed", str(credentials.get("username", "")))


@receiver(user_locked_out)
def note_lock(username: str | None, **_: Any) -> None:
    """Each try that a lock refuses, the one that brought it among them."""
    _note("locked_out", username or "")


def _note(verb: str, tried: str) -> None:
    tried = tried[:NAME_LENGTH]
    audit.record(User.objects.filter(username=tried).first(), verb, by=None, after=tried)
