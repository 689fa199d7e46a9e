"""What lets a person in, and what is done to it: her password, her second factor, her sessions."""

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from base import audit, clock
from schools.models import User
from schools.passwords import remember


@transaction.atomic
def choose_password(user: User, password: str, *, by: User) -> None:
    """Her own choice; all her sessions end. ValidationError for a password that is not good enough."""
    validate_password(password, user)
    if user.has_usable_password():
        remember(user)
    user.set_password(password)
    user.password_set_at = clock.now()
    user.session_round += 1
    user.save(update_fields=["password", "password_set_at", "session_round"])
    audit.record(user, "password_set", by=by)


@transaction.atomic
def end_sessions(user: User, *, by: User) -> None:
    """Everywhere; whoever calls keeps the one at which she sits (``update_session_auth_hash``)."""
    void_sessions(user)
    audit.record(user, "sessions_ended", by=by)


def void_sessions(user: User) -> None:
    """Part of what changes her password or her second factor."""
    user.session_round += 1
    user.save(update_fields=["session_round"])
