"""manage.py synthesise --districts D --schools S --quarters Q: many invented districts, to try a large installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.demo import synthesis
from reports.management.choices import require_demo

BOUNDS = {"districts": 999, "schools": 1000, "quarters": 60}


class Command(BaseCommand):
    help = "为没有区县的系统生成许多演示区县：同一方案，历年填报都已核定。中断了可以再运行，接着生成。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--districts", type=int, required=True, help="区县数")
        parser.add_argument("--schools", type=int, default=50, help="每个区县的学校数（默认 50）")
        parser.add_argument("--quarters", type=int, default=12, help="历史长度，季度数（默认 12）")
        parser.add_argument("--seed", type=int, default=1, help="随机数种子：相同的种子得到相同的数据")

    def handle(self, *, seed: int, **options: Any) -> None:
        require_demo()
        for name, most in BOUNDS.items():
            if not 1 <= options[name] <= most:
                raise CommandError(f"--{name} 应为 1 到 {most}。")
        if synthesis.is_foreign():
            raise CommandError("系统里已有别的区县，不能混入演示数据。请用一个空的数据库。")
        size = synthesis.Size(**{name: options[name] for name in BOUNDS}, dice=seed)
        made = synthesis.synthesise(size, tell=lambda saying: self.stdout.write(f"  {saying}"))
        self.stdout.write(f"新增 {made} 个区县。" if made else "要生成的区县已经都有了，没有改动。")
