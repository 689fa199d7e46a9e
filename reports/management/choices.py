"""What commands share: ``--period``, ``--district``, ``--plan``, and that some are for a demo alone."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import CommandError

from base import clock
from base.quarters import Period
from schools.management.choices import add_district, chosen_district
from tasks.models import Adoption, Plan


def require_demo() -> None:
    """A password that everybody knows belongs in no installation for work."""
    if not settings.DEMO:
        raise CommandError("演示账号的口令人人知道，只在演示环境里可用：确是演示的，请设环境变量 DEMO=1。")


def add_choices(parser: ArgumentParser) -> None:
    parser.add_argument("--period", required=True, help="期间，如 2024H2、2024、2024Q3")
    add_district(parser)
    parser.add_argument("--plan", help="方案代码；期间内只有一个方案时可以不写")


def chosen_period(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if period.first.start > clock.today():
        raise CommandError(f"{period.label}还没有开始。")
    return period


def chosen_adoptions(period: Period, district: str | None, plan: str | None) -> list[Adoption]:
    """The district's adoptions of the named plan, or of those whose time meets the period. At least one."""
    place = chosen_district(district)
    adoptions = list(Adoption.objects.filter(district=place).select_related("plan", "district").order_by("plan__start"))
    if not adoptions:
        raise CommandError(f"{place}还没有采用任何方案，请先用 load_plan 载入方案。")
    if plan:
        adoptions = [adoption for adoption in adoptions if adoption.plan.code == plan]
        if not adoptions:
            raise CommandError(f"{place}没有采用代码为“{plan}”的方案。")
    running = [one for one in adoptions if one.plan.runs_in(period)]
    if not running:
        raise CommandError(f"{period.label}不在{place}所采用方案的期限内。")
    return running


def chosen_plan(period: Period, code: str | None) -> Plan:
    """The plan of that code, or the only one that runs in the period."""
    running = [plan for plan in Plan.objects.all() if plan.runs_in(period) and code in (None, plan.code)]
    if len(running) == 1:
        return running[0]
    if running:
        codes = "、".join(plan.code for plan in running)
        raise CommandError(f"{period.label}有不止一个方案（{codes}），请用 --plan 指明。")
    raise CommandError(f"{period.label}没有{f'代码为“{code}”的' if code else ''}方案。")


def chosen_adoption(period: Period, district: str | None, plan: str | None) -> Adoption:
    """The one adoption; an error where the period has two plans and none is named."""
    adoptions = chosen_adoptions(period, district, plan)
    if len(adoptions) > 1:
        codes = "、".join(adoption.plan.code for adoption in adoptions)
        raise CommandError(f"{period.label}有不止一个方案（{codes}），请用 --plan 指明。")
    return adoptions[0]
