"""``manage.py export_edition --district CODE --period 2024H2 --out DIR``: write the files of a published edition."""

import os
import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.files import open_file
from base.models import StoredFile
from reports.documents import making
from reports.management.choices import add_choices, chosen_adoption, chosen_period
from reports.models import Edition


class Command(BaseCommand):
    help = "把一期已发布通报的 Word、PDF、Excel 和底稿写到一个文件夹；还没有生成的先生成，与网页下载的是同样的文件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_choices(parser)
        parser.add_argument("--edition", type=int, help="版次；不写则为最新一版")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="写到哪个文件夹")

    def handle(
        self, *, period: str, district: str | None, plan: str | None, edition: int | None, out: Path, **options: Any
    ) -> None:
        when = chosen_period(period)
        adoption = chosen_adoption(when, district, plan)
        places = "bulletin__adoption__district", "bulletin__adoption__plan", "published_by"
        found = Edition.objects.filter(bulletin__adoption=adoption, bulletin__period=when).select_related(*places)
        chosen = (found.filter(number=edition) if edition else found.order_by("-number")).first()
        if chosen is None:
            wanted = f"第 {edition} 版" if edition else "已发布的版次"
            raise CommandError(f"{when.label}的通报没有{wanted}。")
        try:
            problems = self._write(chosen, out)
        except OSError as error:
            raise CommandError(f"写不了文件夹 {out}：{error.strerror}") from error
        if problems:
            raise CommandError("；".join(problems))

    def _write(self, edition: Edition, out: Path) -> list[str]:
        """What could not be made, with the reason."""
        for kind in making.missing_of(edition):
            making.make(edition, kind)
        out.mkdir(parents=True, exist_ok=True)
        for one in edition.files.filter(file__isnull=False).select_related("file"):
            save(one.file, out / one.file.name)
            self.stdout.write(f"已写到 {out / one.file.name}。")
        lacking = edition.files.filter(file__isnull=True)
        return [f"{one.get_kind_display()}没有生成：{one.problem}" for one in lacking]


def save(stored: StoredFile, path: Path) -> None:
    """At ``path`` is the whole file, or what was there before. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=".export-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as copy, open_file(stored) as file:
            shutil.copyfileobj(file, copy)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
