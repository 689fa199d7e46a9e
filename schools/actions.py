"""What is done to people: accounts, invitations, posts, handovers, signing in."""

import datetime
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit, clock
from schools.credentials import choose_password
from schools.models import District, Handover, Invitation, Post, Role, Section, Unit, User

VALID_FOR = datetime.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Ticket:
    """An invitation just made, with its token, which nobody can read again."""

    invitation: Invitation
    token: str

    @property
    def user(self) -> User:
        return self.invitation.user


class Unusable(ValidationError):
    """An invitation does not let anybody in (any more); the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    name: str
    username: str
    email: str = ""


# --- Accounts ------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_account(*, username: str, name: str, district: District, email: str = "", by: User | None) -> User:
    """A person who can't sign in yet: nobody chooses a password for her (``invite``). ValidationError for a bad name or
    address, or a username that is taken."""
    user = User(username=User.normalize_username(username), name=name, email=email, district=district)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    audit.record(user, "created", by=by, after=user.username)
    return user


@transaction.atomic
def disable(user: User, *, reason: str, by: User) -> None:
    """She is out at her next request; what she did stays. ValidationError for oneself, or without a reason."""
    if user == by:
        raise ValidationError("不能停用自己的账号，请由另一位系统管理员办理。", code="oneself")
    if not reason.strip():
        raise ValidationError("停用须写明原因。", code="reason")
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        user.invitations.open().update(voided_at=clock.now())
        audit.record(user, "disabled", by=by, why=reason.strip())
    user.is_active = False


@transaction.atomic
def enable(user: User, *, by: User) -> None:
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        audit.record(user, "enabled", by=by)
    user.is_active = True


# --- Invitations ---------------------------------------------------------------------------------------------------


def invite(user: User, *, by: User | None) -> Ticket:
    """A link with which she sets her password, the first time or when it is forgotten. ValidationError if her account
    is disabled."""
    return invite_all([user], by=by)[0]


@transaction.atomic
def invite_new(person: NewPerson, *, by: User | None, **post: Any) -> Ticket:
    """An account with its first post (as ``give_post`` takes it) and an invitation."""
    user = create_account(
        username=person.username, name=person.name, email=person.email, district=post["district"], by=by
    )
    give_post(user=user, by=by, **post)
    return invite(user, by=by)


@transaction.atomic
def invite_all(people: Iterable[User], *, by: User | None) -> list[Ticket]:
    """``invite`` for many at once; older invitations of theirs are void. All of them or none."""
    people = list(User.objects.select_for_update().filter(pk__in=[user.pk for user in people]).order_by("pk"))
    for user in people:
        if not user.is_active:
            raise ValidationError(f"{user.name}的账号已停用，请先恢复启用再邀请。", code="disabled")
    now = clock.now()
    Invitation.objects.open().filter(user__in=people).update(voided_at=now)
    tickets = [
        Ticket(
            Invitation(user=user, digest=digest_of(token), made_at=now, made_by=by, expires_at=now + VALID_FOR), token
        )
        for user in people
        for token in [secrets.token_urlsafe(24)]
    ]
    Invitation.objects.bulk_create([ticket.invitation for ticket in tickets])
    audit.record_all(audit.row(user, "invited", by=by) for user in people)
    return tickets


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def usable_invitation(token: str) -> Invitation:
    """The invitation that the token opens now. Raises Unusable."""
    found = Invitation.objects.filter(digest=digest_of(token)).select_related("user").first()
    if found is None:
        raise Unusable("没有这份邀请。链接可能没有复制完整，请核对后再打开。", code="unknown")
    if found.used_at:
        raise Unusable("这份邀请已经用过，密码已设好，请直接登录。", code="used")
    if not found.user.is_active:
        raise Unusable("这个账号已停用。", code="disabled")
    if found.voided_at:
        raise Unusable("这份邀请已经作废，请使用后来收到的链接。", code="void")
    if found.expires_at <= clock.now():
        raise Unusable("这份邀请已经过期。", code="expired")
    return found


@transaction.atomic
def accept(token: str, *, password: str) -> User:
    """She sets her own password; the invitation is used up, and whoever else was signed in as her is out. Raises
    Unusable, or ValidationError for a weak password."""
    invitation = usable_invitation(token)
    user = invitation.user
    if not Invitation.objects.open().filter(pk=invitation.pk).update(used_at=clock.now()):
        raise Unusable("这份邀请刚刚用过，请直接登录。", code="used")
    choose_password(user, password, by=user)
    return user


# --- Posts ---------------------------------------------------------------------------------------------------------


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
    audit.record(post, "created", by=by, after=post.with_right)
    note_appointed(post, by=by)
    settle_staff(user)
    return post


@transaction.atomic
def end_post(post: Post, *, by: User | None, why: str = "") -> None:
    """The person keeps the account and everything she did."""
    audit.record(post, "ended", by=by, before=post, why=why)
    audit.record(post.user, "left", by=by, before=post, why=why)
    post.delete()
    settle_staff(post.user)


def note_appointed(post: Post, *, by: User | None) -> None:
    """In the history of the person, where her posts are looked for."""
    audit.record(post.user, "appointed", by=by, after=post.with_right)


def settle_staff(user: User) -> None:
    """Administrators, and superusers, may enter the admin site; nobody else."""
    is_staff = user.is_superuser or user.posts.filter(role=Role.ADMINISTRATOR).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


# --- Handover ------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over(
    post: Post, *, to: User | NewPerson, note: str = "", disables: bool, by: User
) -> tuple[Handover, Ticket | None]:
    """A school's post goes from its holder to another person, who is invited if she has no password yet.

    ``disables``: the leaver's account is disabled if she holds no other post. ValidationError if the person can't take
    it. What is pending needs no moving: it is the school's.
    """
    if not Post.objects.select_for_update(of=("self",)).filter(pk=post.pk, unit__isnull=False).exists():
        raise ValidationError("这项任职已经交接或结束，请刷新页面。", code="gone")
    leaver, unit, ticket = post.user, post.unit, None
    if isinstance(to, NewPerson):
        comer = create_account(username=to.username, name=to.name, email=to.email, district=post.district, by=by)
    else:
        comer = to
        _require_able(comer, post)
    why = f"向{comer.name}交接"
    end_post(post, by=by, why=why)
    give_post(user=comer, role=post.role, district=post.district, unit=unit, by=by)
    if disables and leaver.is_active and not leaver.posts.exists():
        disable(leaver, reason=why, by=by)
    if not comer.has_usable_password():
        ticket = invite(comer, by=by)
    handover = Handover.objects.create(
        unit=unit, role=post.role, leaver=leaver, comer=comer, note=note.strip(), at=clock.now(), by=by
    )
    audit.record(handover, "handed_over", by=by, before=leaver, after=comer, why=handover.note)
    return handover, ticket


def _require_able(comer: User, post: Post) -> None:
    if comer == post.user:
        raise ValidationError("交出人和接手人不能是同一个人。", code="same")
    if not comer.is_active:
        raise ValidationError(f"{comer.name}的账号已停用，请先恢复启用。", code="disabled")
    if comer.posts.filter(role=post.role, unit=post.unit).exists():
        raise ValidationError(f"{comer.name}已经是{post}。", code="has_it")


# --- Signing in ----------------------------------------------------------------------------------------------------


def note_sign_in(*, by: User) -> None:
    audit.record(by, "login", by=by)
