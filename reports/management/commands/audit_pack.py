"""``manage.py audit_pack --period 2024H2 --out FILE.zip``: write the audit pack of a period."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base import audit
from reports.audit_pack import save_pack
from reports.management.choices import add_choices, chosen_adoption, chosen_period
from reports.measuring import is_stale, measure
from reports.queries import measurement_of


class Command(BaseCommand):
    help = "把一个期间的底稿写成 ZIP 文件；还没有测算的先测算，测算后数据有变动的重新测算。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_choices(parser)
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.zip", help="写到哪个文件")
        parser.add_argument("--without-sensitive", action="store_true", help="不含成绩类目标的分校数据")

    def handle(
        self,
        *,
        period: str,
        district: str | None,
        plan: str | None,
        out: Path,
        without_sensitive: bool,
        **options: Any,
    ) -> None:
        when = chosen_period(period)
        adoption = chosen_adoption(when, district, plan)
        measurement = measurement_of(adoption, when)
        if measurement is None or is_stale(measurement):
            measurement = measure(adoption, when, by=None)
            self.stdout.write(f"已测算{when.label}。")
        try:
            save_pack(measurement, out, sees_sensitive=not without_sensitive)
        except OSError as error:
            raise CommandError(f"写不了文件 {out}：{error.strerror}") from error
        audit.record(measurement, "exported", by=None, after=out)
        self.stdout.write(f"{adoption.district}《{adoption.plan}》{when.label}的底稿已写到 {out}。")
