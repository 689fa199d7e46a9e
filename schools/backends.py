"""Who may sign in at all."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from schools.models import User


class PeopleBackend(ModelBackend):
    """Django's own, but for the accounts of a demo district: their password is known to everybody, so that they work
    where a demo is meant to be (``DEMO``) and nowhere else, sessions begun before included."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and (settings.DEMO or not is_demo(user))

    def get_user(self, user_id: int) -> User | None:
        """With her district: one query."""
        user = User.objects.select_related("district").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def is_demo(user: User) -> bool:
    return user.district is not None and user.district.is_demo
