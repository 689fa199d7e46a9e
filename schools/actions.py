"""What is done to people: accounts, posts, signing in."""

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from base import audit
from schools.models import District, Post, Role, Section, Unit, User


@transaction.atomic
def create_account(*, username: str, name: str, password: str, by: User | None) -> User:
    """A person who can sign in and has no post yet; ValidationError for a bad name, a taken one, a weak password."""
    user = User(username=username, name=name)
    user.set_unusable_password()
    user.full_clean()
    validate_password(password, user)
    user.set_password(password)
    user.save()
    audit.record(user, "created", by=by, after=user.username)
    return user


@transaction.atomic
def give_post(
    *,
    user: User,
    role: str,
    district: District,
    unit: Unit | None = None,
    section: Section | None = None,
    sees_sensitive: bool = False,
    by: User | None,
) -> Post:
    """ValidationError unless the place fits the role and lies in the district."""
    post = Post(user=user, role=role, district=district, unit=unit, section=section, sees_sensitive=sees_sensitive)
    post.full_clean()
    post.save()
    audit.record(post, "created", by=by, after=post)
    settle_staff(user)
    return post


@transaction.atomic
def end_post(post: Post, *, by: User | None) -> None:
    """The person keeps the account and everything she did."""
    audit.record(post, "ended", by=by, before=post)
    post.delete()
    settle_staff(post.user)


def settle_staff(user: User) -> None:
    """Administrators, and superusers, may enter the admin site; nobody else."""
    is_staff = user.is_superuser or user.posts.filter(role=Role.ADMINISTRATOR).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


def note_sign_in(*, by: User) -> None:
    audit.record(by, "login", by=by)
