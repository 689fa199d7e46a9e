"""``manage.py import_values FILE.csv``: bring in history as approved entries."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from schools.models import District, User
from submissions.imports import BadLines, import_rows, read_csv


class Command(BaseCommand):
    help = "导入历史数据（列：unit_code, quarter, element_code, value），作为已审核的数值；有一行出错就都不导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件，UTF-8 或 GBK")
        parser.add_argument("--district", help="区县代码；只有一个区县时可以不写")
        parser.add_argument("--by", help="以谁的名义导入（用户名）")

    def handle(self, *, file: Path, district: str | None, by: str | None, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"读不了文件 {file}：{error.strerror}") from error
        try:
            rows, bad = read_csv(content)
            imported = import_rows(_district(district), rows, by=_user(by), bad=bad)
        except BadLines as error:
            raise CommandError(f"{file.name} 有 {len(error.lines)} 行不对，没有导入任何数据：\n{error}") from error
        self.stdout.write(
            f"已导入 {file.name}：新增 {imported.created} 条，替换 {imported.replaced} 条，"
            f"没有变化 {imported.unchanged} 条。"
        )


def _district(code: str | None) -> District:
    found = list(District.objects.filter(code=code) if code else District.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    if code:
        raise CommandError(f"没有代码为“{code}”的区县。")
    raise CommandError("有不止一个区县，请用 --district 指明。" if found else "还没有区县，请先导入方案。")


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist as error:
        raise CommandError(f"没有用户“{username}”。") from error
