"""``manage.py measure --period 2024H2``: measure and store."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from base.templatetags.status import in_words
from reports.management.choices import add_choices, chosen_adoptions, chosen_period
from reports.measuring import measure


class Command(BaseCommand):
    help = "测算一个期间的全部目标并保存结果；再次运行则替换。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_choices(parser)

    def handle(self, *, period: str, district: str | None, plan: str | None, **options: Any) -> None:
        when = chosen_period(period)
        for adoption in chosen_adoptions(when, district, plan):
            measurement = measure(adoption, when, by=None)
            counts = measurement.results.of_district().status_counts()
            self.stdout.write(f"{adoption.district}《{adoption.plan}》{when.label}：{in_words(counts)}。")
            self.stdout.write(f"共 {measurement.results.count()} 行结果，校验码 {measurement.checksum[:16]}。")
