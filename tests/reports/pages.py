"""What tests of the pages of results share: addresses, and what a reader sees."""

import re

from django.urls import reverse

PLAN = "plan-2023-2025"
HTMX = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"reports:{name}", args=[PLAN, *args])


def text_of(response):
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def without_tokens(html):
    return re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": )[^>}]*', "", html)
