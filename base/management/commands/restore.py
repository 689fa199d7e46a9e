"""manage.py restore DIR: a backup into an empty installation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from base.backing import BackupError
from base.restoring import restore


class Command(BaseCommand):
    help = "把备份恢复到刚运行过 migrate 的空系统；备份损坏时什么都不改"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="目录")

    def handle(self, *, folder: Path, **_: Any) -> None:
        try:
            made = restore(folder)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已恢复 {made.rows} 行、{made.files} 个文件。")
        for digest in made.lacking:
            self.stdout.write(f"✗ 文件 {digest} 在备份前就已丢失或损坏。")
        self.stdout.write("请运行 verify_audit 和 verify_editions 核对。所有人须重新登录。")
