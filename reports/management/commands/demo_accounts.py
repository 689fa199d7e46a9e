"""manage.py demo_accounts: who can sign in to the demo, with which password."""

from typing import Any

from django.core.management.base import BaseCommand

from reports.demo.district import PASSWORD
from reports.demo.seed import TODAY, demo_accounts
from reports.management.choices import require_demo
from schools.models import District


class Command(BaseCommand):
    help = "列出演示账号。"

    def handle(self, **_: Any) -> None:
        require_demo()
        for district in District.objects.filter(is_demo=True):
            self.stdout.write(f"{district}演示账号（演示数据，演示日期 {TODAY}），口令都是 {PASSWORD}")
            for username, role, place in demo_accounts(district):
                self.stdout.write(f"  {username:<16}{role}  {place}")
