"""``manage.py import_values FILE.csv``: bring in history as approved entries."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from schools.management.choices import add_district, chosen_district
from schools.models import User
from submissions.imports import MOST_BYTES, BadLines, import_rows, read_csv


class Command(BaseCommand):
    help = "导入历史数据（列：unit_code, quarter, element_code, value），作为已审核的数值；有一行出错就都不导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件，UTF-8 或 GBK")
        add_district(parser)
        parser.add_argument("--by", help="以谁的名义导入（用户名）")

    def handle(self, *, file: Path, district: str | None, by: str | None, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                content = opened.read(MOST_BYTES)
        except OSError as error:
            raise CommandError(f"读不了文件 {file}：{error.strerror}") from error
        try:
            rows, bad = read_csv(content)
            imported = import_rows(chosen_district(district), rows, by=_user(by), bad=bad)
        except BadLines as error:
            raise CommandError(f"{file.name} 有 {len(error.lines)} 行不对，没有导入任何数据：\n{error}") from error
        self.stdout.write(
            f"已导入 {file.name}：新增 {imported.created} 条，替换 {imported.replaced} 条，"
            f"没有变化 {imported.unchanged} 条。"
        )


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist as error:
        raise CommandError(f"没有用户“{username}”。") from error
