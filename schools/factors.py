"""The second factor: a time-based code (TOTP, django-otp), and ten recovery codes for when the phone is lost."""

import base64
import hmac
import secrets
from collections.abc import Sequence
from typing import Any

import segno
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from base import audit
from schools.credentials import void_sessions
from schools.models import Post, Role, User
from schools.rules import posts_as

WANTED_OF = (Role.OFFICER, Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
RECOVERY_CODES = 10
CODE_LENGTH = 10  # of base32: 50 bits
OFFER_VALID = 3600  # seconds between the page with the key and the first code
SALT = "schools.factors"


def is_wanted(user: User, posts: Sequence[Post]) -> bool:
    """Whether the setting wants one of a person with these posts."""
    return settings.REQUIRE_SECOND_FACTOR and (user.is_superuser or bool(posts_as(posts, *WANTED_OF)))


def device_of(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


# --- Enrolling -----------------------------------------------------------------------------------------------------


def offer(user: User) -> str:
    """A new key, sealed for her: nothing is stored until she has shown that her phone has it."""
    return signing.dumps([user.pk, default_key()], salt=SALT)


def offered(user: User, sealed: str) -> TOTPDevice | None:
    """The device, unsaved, that an offer stands for; none for one that is too old or not hers."""
    try:
        owner, key = signing.loads(sealed, salt=SALT, max_age=OFFER_VALID)
    except signing.BadSignature:
        return None
    return TOTPDevice(user=user, name="验证器", key=key) if owner == user.pk else None


def picture_of(device: TOTPDevice) -> str:
    """The key as a QR code, a data URI of an SVG: drawn here, known to nobody else."""
    return segno.make(device.config_url, error="l").svg_data_uri(scale=5, border=4, light="#fff")


def text_of(device: TOTPDevice) -> str:
    """The key as people type it into a phone: base32 in groups of four."""
    key = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


@transaction.atomic
def enrol(user: User, device: TOTPDevice, code: str, *, by: User) -> list[str]:
    """Takes the place of an earlier one; all her sessions end, for none of them showed it. Returns new recovery codes.
    ValidationError for a wrong code."""
    TOTPDevice.objects.filter(user=user).delete()
    device.save()
    if not device.verify_token(code):
        raise ValidationError("验证码不对。请核对手机时间是否准确，再输入最新的 6 位数字。", code="wrong")
    codes = _new_codes(user)
    void_sessions(user)
    audit.record(user, "factor_enrolled", by=by)
    return codes


@transaction.atomic
def renew_codes(user: User, *, by: User) -> list[str]:
    """Ten new recovery codes; the old ones work no more."""
    codes = _new_codes(user)
    audit.record(user, "recovery_codes_made", by=by)
    return codes


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="恢复码")
    codes = [_draw() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_kept(user, code)) for code in codes)
    return codes


def _draw() -> str:
    code = base64.b32encode(secrets.token_bytes(CODE_LENGTH)).decode().lower()[:CODE_LENGTH]
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def _kept(user: User, code: str) -> str:
    """What is stored of a recovery code: it can't be read back (ASVS 4.0.3 2.6.2); 16 signs are all that fits."""
    plain = code.lower().replace("-", "").replace(" ", "")
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"{SALT}:{user.pk}:{plain}".encode(), "sha256")
    return base64.b32encode(digest).decode()[:16]


# --- Asking for it ---------------------------------------------------------------------------------------------------


def check(user: User, code: str) -> Device | None:
    """The device that accepts the code: six digits of the phone, once each, or a recovery code, once. After a wrong one
    django-otp refuses all codes for a while that doubles each time."""
    code = code.strip().replace(" ", "")
    device, token = device_of(user), code
    if not (code.isascii() and code.isdigit()):
        device, token = StaticDevice.objects.filter(user=user).first(), _kept(user, code)
    accepted = verify_token(user, device.persistent_id, token) if device else None
    if isinstance(accepted, StaticDevice):
        audit.record(user, "recovery_code_used", by=user)
    return accepted


def forget_failures(user: User) -> None:
    """The next code is tried at once."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)


@transaction.atomic
def reset(user: User, *, reason: str, by: User | None) -> None:
    """Her phone is lost: she signs in by password alone and enrols anew if she must. All her sessions end.
    ValidationError for oneself, or without a reason."""
    if user == by:
        raise ValidationError(
            "自己的第二重验证请在“我的账号”里更换；丢了手机的，请另一位系统管理员重置。", code="oneself"
        )
    if not reason.strip():
        raise ValidationError("重置须写明原因。", code="reason")
    removed: dict[str, Any] = {}
    for kind in (TOTPDevice, StaticDevice):
        removed |= kind.objects.filter(user=user).delete()[1]
    if removed:
        void_sessions(user)
        audit.record(user, "factor_reset", by=by, why=reason.strip())
