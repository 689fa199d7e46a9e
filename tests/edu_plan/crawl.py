"""Everything that somebody can get: every address of the table that answers her, and what those pages lead to."""

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from tests.edu_plan.walk import ROWS, addresses

LINK = re.compile(r'(?:href|src|hx-get|data-url)="([^"]+)"')
MOST = 600  # pages; a small world has fewer


def crawl(client: Client, world: dict[str, dict[str, object]]) -> Iterator[tuple[str, HttpResponse, bytes]]:
    """Address, response and content of all that is answered with 200."""
    varying = dict(addresses(get_resolver()))
    waiting = [
        reverse(name, kwargs={key: world[whose][key] for key in varying[name]})
        for method, name, whose, *_ in ROWS
        if method == "GET"
    ]
    seen = set(waiting)
    while waiting:
        url = waiting.pop()
        response = client.get(url)
        content = response.getvalue() if response.streaming else response.content
        if response.status_code != 200:
            continue
        yield url, response, content
        for link in links_of(url, response, content):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    assert len(seen) < MOST


def links_of(url: str, response: HttpResponse, content: bytes) -> Iterator[str]:
    """To pages of ours, as a person could follow them; the admin site has a test of its own."""
    if not response["Content-Type"].startswith("text/html"):
        return
    for link in LINK.findall(content.decode()):
        parts = urlsplit(urljoin(url, unescape(link)))
        if not parts.netloc and not parts.scheme and not parts.path.startswith(("/static/", "/admin/")):
            yield parts._replace(fragment="").geturl()


def texts_of(content: bytes) -> Iterator[str]:
    """All text in it; of a workbook, a document or a pack, of every part."""
    if not content.startswith(b"PK"):
        yield unescape(content.decode(errors="replace"))
        return
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            yield from texts_of(package.read(name))
