"""manage.py load_plan FILE: bring the database in line with a plan file (docs/plan-file.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from targets.loader import PlanFileError, check_plan, load_plan
from targets.loader.report import lines_of


class Command(BaseCommand):
    help = "载入方案文件（YAML）：先检查，有一处错误就什么都不改。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="方案文件")
        parser.add_argument("--check", action="store_true", help="只检查，不载入")

    def handle(self, *, file: str, check: bool, **options: Any) -> None:
        try:
            if check:
                check_plan(file)
                self.stdout.write("没有发现错误。")
                return
            outcome = load_plan(file, by=None)
        except PlanFileError as error:
            count = len(error.problems)
            raise CommandError(f"方案文件有 {count} 处错误，什么都没有改动：\n{error}", returncode=1) from error
        for line in lines_of(outcome):
            self.stdout.write(line)
