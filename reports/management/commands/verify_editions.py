"""manage.py verify_editions: whether every published bulletin and assessment is what its kept sources give."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import AssessmentEdition, Edition
from reports.rechecking import faults_of, faults_of_assessment


class Command(BaseCommand):
    help = "用发布时保存的来源重算每一版已发布的通报、每一份已发布的年度考核结果，逐项核对到末位"

    def handle(self, **_: Any) -> None:
        faults = 0
        for name, found in chain(_bulletins(), _assessments()):
            self.stdout.write(f"{'✗' if found else '✓'} {name}")
            for fault in found:
                self.stdout.write(f"    {fault}")
            faults += len(found)
        if faults:
            raise CommandError(f"已发布的内容有 {faults} 处与来源不符。")
        self.stdout.write("全部相符。")


def _bulletins() -> Iterator[tuple[str, list[str]]]:
    """One after the other: an edition with its sources takes memory."""
    editions = Edition.objects.select_related("bulletin__adoption__plan", "bulletin__adoption__district")
    for edition in editions.order_by("pk").iterator(chunk_size=1):
        adoption, period = edition.bulletin.adoption, edition.bulletin.period
        yield f"{adoption.district}《{adoption.plan}》{period.label}第 {edition.number} 版", list(faults_of(edition))


def _assessments() -> Iterator[tuple[str, list[str]]]:
    editions = AssessmentEdition.objects.select_related("assessment__adoption__plan", "assessment__adoption__district")
    for edition in editions.order_by("pk").iterator(chunk_size=1):
        adoption, year = edition.assessment.adoption, edition.assessment.year
        yield f"{adoption.district}《{adoption.plan}》{year}年度考核", list(faults_of_assessment(edition))
