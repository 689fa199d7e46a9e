"""``manage.py assess --year 2024``: compute a year's assessment and store it."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reports.actions import compute
from reports.assessment.subjects import Year, half_year_of
from reports.management.choices import chosen_adoption
from reports.models import Grade
from schools.management.choices import add_district


class Command(BaseCommand):
    help = "计算一个年度的考核并保存；公示以前再次运行则替换。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True, help="年度，如 2024")
        add_district(parser)
        parser.add_argument("--plan", help="方案代码；年度内只有一个方案时可以不写")

    def handle(self, *, year: int, district: str | None, plan: str | None, **options: Any) -> None:
        if not 2000 <= year <= 2099:
            raise CommandError(f"“{year}”不是年度，应写成 2024 的样子。")
        adoption = chosen_adoption(half_year_of(year), district, plan)
        try:
            assessment = compute(adoption, year, by=None)
        except ValidationError as error:
            raise CommandError("不能考核：\n" + "\n".join(error.messages)) from error
        counts = Counter(assessment.scores.values_list("grade", flat=True))
        told = [f"{label} {counts[grade]}" for grade, label in Grade.choices] + [f"不参评 {counts['']}"]
        self.stdout.write(f"{adoption.district}《{adoption.plan}》{year}年度考核：{'，'.join(told)}。")
        for category, units in Year(adoption, year, None).without_scheme.items():
            self.stdout.write(f"{category}没有考核方案，不参加考核：{'、'.join(map(str, units))}。")
        self.stdout.write(f"共 {sum(counts.values())} 张考核表，校验码 {assessment.checksum[:16]}。")
