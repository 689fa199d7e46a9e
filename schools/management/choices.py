"""What commands that work on one district share: ``--district``."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from schools.models import District


def add_district(parser: ArgumentParser) -> None:
    parser.add_argument("--district", help="区县代码；只有一个区县时可以不写")


def chosen_district(code: str | None) -> District:
    """The district of that code; without one the only district. Raises CommandError."""
    found = list(District.objects.filter(code=code) if code else District.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    if code:
        raise CommandError(f"没有代码为“{code}”的区县。")
    raise CommandError("有不止一个区县，请用 --district 指明。" if found else "还没有区县，请先用 load_plan 载入方案。")
