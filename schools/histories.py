"""What happened to a person's account and posts, from the audit rows."""

import datetime
from dataclasses import dataclass

from base import audit
from schools.models import User

WORDS = {
    "created": "建立账号",
    "changed": "修改资料",
    "invited": "发出邀请",
    "password_set": "本人设置密码",
    "sessions_ended": "退出其他所有登录",
    "factor_enrolled": "绑定第二重验证",
    "factor_reset": "重置第二重验证",
    "recovery_codes_made": "重新生成恢复码",
    "recovery_code_used": "用恢复码登录",
    "unlocked": "解除登录锁定",
    "address_unlocked": "解除地址的登录锁定",
    "appointed": "任职",
    "left": "不再任职",
    "disabled": "停用账号",
    "enabled": "恢复启用",
}
AT_THE_DOOR = ("login", "logout", "login_failed", "locked_out")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime.datetime
    who: str
    what: str
    about: str
    why: str


def life_of(user: User) -> list[Event]:
    """The newest ``SHOWN`` events, the newest first; how she came and went is told by her last login alone."""
    rows = audit.history(user).exclude(verb__in=AT_THE_DOOR).order_by("-id")[:SHOWN]
    return [
        Event(row.at, str(row.by or "系统"), WORDS.get(row.verb, row.verb), row.after or row.before, row.why)
        for row in rows
    ]
