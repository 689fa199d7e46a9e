"""Quarters, periods and days in words."""

import datetime

from django import template
from django.utils import timezone

from base.quarters import Period, Quarter

register = template.Library()


@register.filter
def label(when: Quarter | Period | None) -> str:
    """2024年第三季度, 2024年下半年."""
    return when.label if when is not None else ""


@register.filter
def day(when: datetime.date | None) -> str:
    """2025年7月3日."""
    if isinstance(when, datetime.datetime):
        when = timezone.localtime(when)
    return f"{when.year}年{when.month}月{when.day}日" if when else ""


@register.filter
def short_day(when: datetime.date | None) -> str:
    """7月3日."""
    if isinstance(when, datetime.datetime):
        when = timezone.localtime(when)
    return f"{when.month}月{when.day}日" if when else ""


@register.filter
def moment(when: datetime.datetime | None) -> str:
    """2025年7月3日 10:32."""
    return f"{day(when)} {timezone.localtime(when):%H:%M}" if when else ""


@register.filter
def deadline(when: datetime.date | None) -> str:
    """When a goal is due: 2025年底, 2024年8月底, 2024年9月20日."""
    if when is None or (when + datetime.timedelta(days=1)).day != 1:
        return day(when)
    return f"{when.year}年底" if when.month == 12 else f"{when.year}年{when.month}月底"


@register.filter
def end_of(quarter: Quarter | None) -> str:
    """2025年底, 2024年9月底."""
    return deadline(quarter.end) if quarter is not None else ""
