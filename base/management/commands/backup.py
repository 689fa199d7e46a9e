"""manage.py backup DIR: database and files, as of one moment."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from base.backing import BackupError, back_up


class Command(BaseCommand):
    help = "把数据库和全部文件备份到一个空目录，附校验码；备份时可以照常使用"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="目录")

    def handle(self, *, folder: Path, **_: Any) -> None:
        try:
            made = back_up(folder)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已备份 {made.rows} 行、{made.files} 个文件到 {folder}。")
        for digest in made.lacking:
            self.stdout.write(f"✗ 文件 {digest} 已丢失或损坏，备份里没有它。")
        if made.lacking:
            raise CommandError(f"备份可用，但有 {len(made.lacking)} 个文件在备份前就已丢失或损坏。")
