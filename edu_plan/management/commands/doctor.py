"""manage.py doctor: what this deployment lacks."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edu_plan.doctor import FAULT, WARNING, examine


class Command(BaseCommand):
    help = "检查这套部署，说明该改什么；有必须处理的就以 1 结束"
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        found: Counter[str] = Counter()
        for finding in examine():
            self.stdout.write(f"{finding.sign} {finding.part}：{finding.text}")
            found[finding.sign] += 1
        said = f"{found[FAULT]} 处必须处理，{found[WARNING]} 处请留意。"
        if found[FAULT]:
            raise CommandError(said)
        self.stdout.write(said)
