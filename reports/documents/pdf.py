"""An edition as a PDF for reading and printing, with the charts of the page.

WeasyPrint draws it by the libraries of Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0) and in the fonts that the
server has. What is missing is told in Chinese, not thrown at the reader.
"""

import logging
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from django.template.loader import render_to_string

from reports.bulletin_page import Paper
from reports.documents.text import printable

Tell = Callable[[str], None]

STYLE = Path(__file__).with_name("print.css")
NO_LIBRARY = (
    "服务器没有安装 PDF 排版组件 Pango（libpango-1.0-0、libpangoft2-1.0-0），没有生成。请系统管理员安装后重新生成。"
)
NO_FONT = "服务器没有安装中文字体（如 fonts-noto-cjk），PDF 里的字会显示不出来。请系统管理员安装后重新生成。"


class Lacking(Exception):
    """The server lacks something; the message says what, in Chinese."""


def pdf(paper: Paper, tell: Tell = lambda saying: None) -> bytes:
    """``tell`` hears of every step and page: a large edition takes a minute. Raises Lacking."""
    return drawn(render_to_string("reports/print.html", {"paper": _printable(paper)}), STYLE, tell)


def drawn(html: str, style: Path, tell: Tell = lambda saying: None, sizes: Sequence[float] = ()) -> bytes:
    """Any page of ours as a PDF, in a style sheet. Given ``sizes`` of letters in points, in the first that leaves it on
    one page, else in the last. Raises Lacking."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:  # cffi could not load a library
        raise Lacking(NO_LIBRARY) from error
    if not has_chinese_fonts():
        raise Lacking(NO_FONT)
    nothing = URLFetcher(allowed_protocols=[])  # it refers to nothing, and shall not
    page, looks = HTML(string=html, url_fetcher=nothing), [CSS(string=style.read_text())]
    with _telling(tell):
        for size in sizes:
            document = page.render(stylesheets=[*looks, CSS(string=f"html {{ font-size: {size}pt }}")])
            if len(document.pages) == 1 or size == sizes[-1]:
                fitted: bytes = document.write_pdf()
                return fitted
        made: bytes = page.write_pdf(stylesheets=looks)
    return made


@contextmanager
def _telling(tell: Tell) -> Iterator[None]:
    """WeasyPrint says in a log how far it is. What ``tell`` raises ends the work."""
    progress = logging.getLogger("weasyprint.progress")
    handler = _Handler(tell)
    was = progress.propagate, progress.level
    progress.addHandler(handler)
    progress.propagate = False
    progress.setLevel(logging.INFO)
    try:
        yield
    finally:
        progress.removeHandler(handler)
        progress.propagate, progress.level = was


class _Handler(logging.Handler):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        page = re.search(r"Page (\d+)", record.getMessage())
        self.tell(f"正在排版 PDF 第 {page[1]} 页" if page else "正在排版 PDF")


def has_chinese_fonts() -> bool:
    """By fontconfig, which Pango asks, too; where its command is missing we can't tell, and go on."""
    command = which("fc-list")
    if command is None:
        return True
    asked = [command, ":lang=zh-cn", "family"]  # nothing of it comes from outside
    listed = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 # nosec B603
    return bool(re.search(r"\S", listed.stdout)) or listed.returncode != 0


def _printable(paper: Paper) -> Paper:
    return Paper(paper.bulletin, printable(paper.content), paper.edition)
