"""manage.py verify_editions: whether every published bulletin is what its kept sources give."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import Edition
from reports.rechecking import faults_of


class Command(BaseCommand):
    help = "用发布时保存的来源重算每一版已发布的通报，逐项核对到末位"

    def handle(self, **_: Any) -> None:
        faults = 0
        editions = Edition.objects.select_related("bulletin__adoption__plan", "bulletin__adoption__district")
        for edition in editions.order_by("pk").iterator(chunk_size=1):
            adoption, period = edition.bulletin.adoption, edition.bulletin.period
            name = f"{adoption.district}《{adoption.plan}》{period.label}第 {edition.number} 版"
            found = list(faults_of(edition))
            self.stdout.write(f"{'✗' if found else '✓'} {name}")
            for fault in found:
                self.stdout.write(f"    {fault}")
            faults += len(found)
        if faults:
            raise CommandError(f"已发布的通报有 {faults} 处与来源不符。")
        self.stdout.write("全部相符。")
