"""manage.py reset_factor USERNAME: for an administrator who has lost her phone and has no colleague to reset it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from schools import factors
from schools.models import User


class Command(BaseCommand):
    help = "重置一个人的第二重验证：下次凭密码登录，再重新绑定。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录名")

    def handle(self, *, username: str, **_: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有登录名是“{username}”的人。")
        factors.reset(user, reason="在服务器上重置", by=None)
        self.stdout.write(f"已重置{user.name or username}的第二重验证。")
