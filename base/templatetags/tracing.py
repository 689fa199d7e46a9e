"""The number under which the log tells of a request."""

from django import template

from base import logs

register = template.Library()


@register.simple_tag
def request_id() -> str:
    return logs.request_id()
