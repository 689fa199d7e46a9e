"""manage.py verify_audit: whether the audit log is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from base.verifying import Verification


class Command(BaseCommand):
    help = "核对审计记录的封存链，指出被改动、删除、插入的行"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", default="", metavar="校验码", help="以前记下的校验码，链上必须有它")

    def handle(self, *, expect: str, **_: Any) -> None:
        verification, faults = Verification(expected=expect), 0
        for fault in verification.faults():
            self.stdout.write(f"✗ {fault}")
            faults += 1
        self.stdout.write(f"已核对 {verification.sealed} 行，封存 {verification.seals} 次。")
        if verification.unsealed:
            since = timezone.localtime(verification.since)
            self.stdout.write(
                f"最新的 {verification.unsealed} 行还没有封存，最早的一行是 {since:%Y-%m-%d %H:%M:%S} 的。"
            )
        if verification.newest:
            self.stdout.write(f"最后的校验码 {verification.newest}")
        if faults:
            raise CommandError(f"审计记录有 {faults} 处与封存不符。")
        self.stdout.write("没有发现改动。")
