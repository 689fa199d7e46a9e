"""manage.py load_scheme FILE: bring a year's assessment schemes in line with a file (fixtures/assessment_2024.yaml)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.assessment.loading import check_schemes, load_schemes, words_of
from targets.loader import PlanFileError


class Command(BaseCommand):
    help = "载入年度考核方案（YAML）：先检查，有一处错误就什么都不改。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="考核方案文件")
        parser.add_argument("--check", action="store_true", help="只检查，不载入")

    def handle(self, *, file: str, check: bool, **options: Any) -> None:
        try:
            if check:
                check_schemes(file)
                self.stdout.write("没有发现错误。")
                return
            outcome = load_schemes(file, by=None)
        except PlanFileError as error:
            count = len(error.problems)
            raise CommandError(f"考核方案文件有 {count} 处错误，什么都没有改动：\n{error}", returncode=1) from error
        except ValidationError as error:
            raise CommandError("".join(error.messages), returncode=1) from error
        for line in words_of(outcome):
            self.stdout.write(line)
