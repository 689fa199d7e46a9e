"""``manage.py remind``: the day's reminders, which the daily job tells otherwise."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from schools.management.choices import add_district, chosen_district
from submissions.reminders import remind


class Command(BaseCommand):
    help = "发出今天该发的催报；已经发过的不重复发。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_district(parser)

    def handle(self, *, district: str | None, **options: Any) -> None:
        place = chosen_district(district)
        reminded = remind(place)
        self.stdout.write(f"{place}：催报 {reminded.places} 个单位，发出消息 {len(reminded.told)} 条。")
        if reminded.unreachable:
            self.stdout.write(f"没有可用账号：{'、'.join(reminded.unreachable)}")
