"""``manage.py measure --period 2024H2``: measure and store; ``--all``: every district of a plan."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.models import JobState
from base.quarters import Period
from base.sharing import follow
from base.templatetags.status import in_words
from reports.actions.measuring import start_measuring
from reports.management.choices import add_choices, chosen_adoptions, chosen_period, chosen_plan
from reports.measuring import measure
from tasks.models import Plan


class Command(BaseCommand):
    help = "测算一个期间的全部目标并保存结果；再次运行则替换。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_choices(parser)
        parser.add_argument("--all", action="store_true", help="采用方案的全部区县，由所有后台进程一起测算")

    def handle(self, *, period: str, district: str | None, plan: str | None, **options: Any) -> None:
        when = chosen_period(period)
        if options["all"]:
            self.measure_all(when, chosen_plan(when, plan))
            return
        for adoption in chosen_adoptions(when, district, plan):
            measurement = measure(adoption, when, by=None)
            counts = measurement.results.of_district().status_counts()
            self.stdout.write(f"{adoption.district}《{adoption.plan}》{when.label}：{in_words(counts)}。")
            self.stdout.write(f"共 {measurement.results.count()} 行结果，校验码 {measurement.checksum[:16]}。")

    def measure_all(self, when: Period, plan: Plan) -> None:
        job = follow(start_measuring(plan, when, by=None).pk, lambda saying: self.stdout.write(saying))
        if job.state == JobState.FAILED:
            raise CommandError(job.error)
        self.stdout.write(f"《{plan}》{when.label}：{job.total} 个区县测算完毕。")
