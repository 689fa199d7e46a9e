"""What a password must be (ASVS 4.0.3 V2.1, GB/T 22239-2019 8.1.4.1 a), and when it must be changed."""

import datetime
import re

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from base import clock
from schools.models import UsedPassword, User

SHORTEST, LONGEST = 10, 128
KINDS = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")
KINDS_WANTED = 3
REMEMBERED = 5
RULES = (
    f"至少 {SHORTEST} 位，大写字母、小写字母、数字、其他字符四类中至少三类；"
    "不要含登录名、姓名，不要用常见词、年份、键盘连键拼成。"
)

# What offices, here, make passwords of; with years and runs of keys these are the first that are tried.
WORDS = (
    "administrator admin root super system manager user guest test demo temp welcome hello login office school "
    "teacher student password passwd pass word mima pwd jiaoyuju jiaoyu xuexiao xiaoxue zhongxue youeryuan jiaoshi "
    "laoshi xiaozhang bangong keshi shuju tongji baobiao zhongguo china beijing shanghai huawei tencent weixin woaini "
    "aini iloveyou love 5201314 1314 520 168"
).split()
LOOKALIKES = {"a": "[a@4]", "s": "[s$5]", "o": "[o0]", "i": "[i!1]", "l": "[l1]", "e": "[e3]"}
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik(ol)p",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "!@#$%^&*()",
)
RUN = 3  # so many neighbours on a keyboard, or the same sign so often, tell nothing
RUNS = {row[at : at + RUN] for one in ROWS for row in (one, one[::-1]) for at in range(len(row) - RUN + 1)}
LEFT_AT_LEAST = 4  # letters and digits that remain when all this is taken out


def _lookalike(word: str) -> str:
    return "".join(LOOKALIKES.get(letter, letter) for letter in word)


PIECES = re.compile("|".join([*map(_lookalike, sorted(WORDS, key=len, reverse=True)), r"(?:19|20)\d\d"]))


class ShapeValidator:
    """Long enough, of three kinds of signs, and not more of them than a hasher should be given."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(f"密码至少 {SHORTEST} 位。", code="too_short")
        if len(password) > LONGEST:
            raise ValidationError(f"密码最多 {LONGEST} 位。", code="too_long")
        if sum(re.search(kind, password) is not None for kind in KINDS) < KINDS_WANTED:
            raise ValidationError("密码要有大写字母、小写字母、数字、其他字符四类中的至少三类。", code="kinds")

    def get_help_text(self) -> str:
        return RULES


class NameValidator:
    """Neither the account's name nor the person's is part of it."""

    def validate(self, password: str, user: User | None = None) -> None:
        names = [user.username, user.name] if user else []
        if any(len(name) > 1 and name.lower() in password.lower() for name in names):
            raise ValidationError("密码里不要含登录名或姓名。", code="name")

    def get_help_text(self) -> str:
        return RULES


class PatchworkValidator:
    """Not pieced together of words that everybody tries, years, neighbouring keys and repetitions."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = _without_runs(PIECES.sub(" ", password[:LONGEST].lower()))
        if len(re.sub(r"[\W_]", "", rest)) < LEFT_AT_LEAST:
            raise ValidationError("这个密码太常见：是常见词、年份、键盘连键或重复字符拼成的。", code="common")

    def get_help_text(self) -> str:
        return RULES


def _without_runs(text: str) -> str:
    pieces = {at: text[at : at + RUN] for at in range(len(text) - RUN + 1)}
    starts = [at for at, piece in pieces.items() if piece in RUNS or len(set(piece)) == 1]
    covered = {at + more for at in starts for more in range(RUN)}
    return "".join(sign for at, sign in enumerate(text) if at not in covered)


class UsedBeforeValidator:
    """Not one of her last five. Django tells it of every password that is set, by whatever way."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        used = [user.password, *user.used_passwords.values_list("password", flat=True)[:REMEMBERED]]
        if any(check_password(password, one) for one in dict.fromkeys(used)):
            raise ValidationError(f"最近 {REMEMBERED} 次用过的密码不能再用。", code="used")

    def password_changed(self, password: str, user: User) -> None:
        remember(user)

    def get_help_text(self) -> str:
        return RULES


def remember(user: User) -> None:
    """The password that she has now, beside the newest before it."""
    UsedPassword.objects.get_or_create(user=user, password=user.password, defaults={"at": clock.now()})
    kept = list(user.used_passwords.values_list("pk", flat=True)[:REMEMBERED])
    user.used_passwords.exclude(pk__in=kept).delete()


def must_change(user: User) -> str:
    """Why she must choose a new password before anything else; "" if she need not. Nobody must in a demo."""
    if settings.DEMO or not user.has_usable_password():
        return ""
    if user.password_set_at is None:
        return "您现在的密码是别人设的，请先换成只有您自己知道的。"
    days = settings.PASSWORD_MAX_AGE_DAYS
    if days and clock.now() - user.password_set_at >= datetime.timedelta(days=days):
        return f"您的密码已用满 {days} 天，请换一个新的。"
    return ""
