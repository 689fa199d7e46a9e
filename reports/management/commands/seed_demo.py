"""manage.py seed_demo [--schools N] [--seed N] [--district CODE]: fill a district with an invented past (演示数据)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.demo import seed as demo
from reports.management.choices import require_demo
from schools.management.choices import add_district, chosen_district
from tasks.models import Adoption


class Command(BaseCommand):
    help = "为还没有学校的区县生成演示数据：学校、人员、历年填报、已发布的通报和正在填报的一个季度。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schools", type=int, default=60, help="学校和幼儿园数，约数（默认 60，至少 10）")
        parser.add_argument("--seed", type=int, default=1, help="随机数种子：相同的种子得到相同的数据")
        add_district(parser)

    def handle(self, *, schools: int, seed: int, district: str | None, **_: Any) -> None:
        require_demo()
        if schools < 10:
            raise CommandError("演示数据至少要 10 所学校。")
        place = chosen_district(district)
        adoption = Adoption.objects.select_related("district", "plan").filter(district=place).first()
        if adoption is None:
            raise CommandError(f"{place}还没有采用任何方案，请先用 load_plan 载入方案。")
        if demo.is_seeded(adoption.district):
            self.stdout.write(f"{adoption.district}已有学校，没有改动。")
            return
        self.stdout.write(f"正在为{adoption.district}生成演示数据：")
        demo.seed(adoption, schools=schools, dice=seed, tell=lambda saying: self.stdout.write(f"  {saying}"))
