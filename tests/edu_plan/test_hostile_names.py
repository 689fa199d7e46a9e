"""Names, notes and reasons that are markup and formulas: on no page, in no chart and in no file are they either."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser

import openpyxl
import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from base import audit
from base.append_only import AppendOnlyModel
from base.tables import FORMULA_SIGNS
from reports.actions import draft
from reports.measuring import measure
from submissions.models import Evidence
from tests.bulletins import issued
from tests.edu_plan.crawl import crawl
from tests.edu_plan.world import PERIOD

pytestmark = [pytest.mark.security, pytest.mark.once]

HOSTILE = """=1+1'"><xss onxss=a href='http:x'>"""
TYPED = {  # what people type, and plan files say
    *("name", "contact", "phone", "group", "note", "summary", "short", "reason", "unit", "counted", "not_counted"),
    *("example", "statement", "source", "baseline_source", "message", "return_reason", "answer", "saying", "error"),
    *("subject", "body", "what", "lifted_why"),
}


@pytest.fixture
def hostile(world, adoption, officer, director, clerk):
    """The world with all that people type replaced, and with a bulletin that tells of it."""
    for model in apps.get_models():
        texts = (models.CharField, models.TextField)
        fields = [one for one in model._meta.fields if isinstance(one, texts) and one.name in TYPED and not one.choices]
        if not issubclass(model, AppendOnlyModel) and fields and model.__module__.split(".")[0] in ROOMS:
            rows = model.objects.filter(**{f"{fields[0].name}__gt": ""})
            for one in fields:
                type_over(rows, one)
    audit.record(clerk, "changed", by=clerk, before=HOSTILE, after=HOSTILE, why=HOSTILE)
    issued(draft(measure(adoption, PERIOD, by=officer), by=officer), by=director)
    for args in world.values():
        if "evidence" in args:
            args["name"] = Evidence.objects.get(pk=args["evidence"]).file.name
    return world


def type_over(rows, field):
    """In every row; where the database wants some of them empty (an answer not given yet), in those that are not."""
    typed = {field.name: HOSTILE[: field.max_length]}
    try:
        with transaction.atomic():
            rows.update(**typed)
    except IntegrityError:
        rows.filter(**{f"{field.name}__gt": ""}).update(**typed)


ROOMS = ("base", "schools", "tasks", "targets", "submissions", "reports")


@pytest.mark.parametrize("role", ["clerk", "director", "admin", "auditor"])
def test_what_is_typed_is_text_everywhere(role, hostile, clients):
    faults, told = {}, 0
    for url, response, content in crawl(clients[role], hostile):
        kind = response["Content-Type"].split(";")[0]
        faults[url] = list(FAULTS[kind](content))
        told += b"onxss" in content
    assert {url: found for url, found in faults.items() if found} == {}
    assert told > 3, "nothing hostile was shown: the look finds nothing"


class Look(HTMLParser):
    """Elements and attributes that come from what was typed; scripts in the page; markup in the data of charts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.is_data = tag == "script" and named.get("type") == "application/json"
        if tag == "xss" or any(name.startswith("on") for name in named):
            self.found.append(self.get_starttag_text() or tag)
        if tag == "script" and not self.is_data and "src" not in named:
            self.found.append("a script in the page")
        if any((value or "").strip().lower().startswith("javascript:") for value in named.values()):
            self.found.append("an address that is a script")

    def handle_data(self, data: str) -> None:
        if self.is_data and "<xss" in json.dumps(json.loads(data)):
            self.found.append("markup in a chart")

    def handle_endtag(self, tag: str) -> None:
        self.is_data = False


def of_page(content: bytes) -> list[str]:
    look = Look()
    look.feed(content.decode())
    return look.found


def of_csv(content: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        yield from (cell for cell in row if len(cell) > 1 and cell.startswith(FORMULA_SIGNS) and not is_number(cell))


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def of_workbook(content: bytes) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or cell.hyperlink:
                    yield f"{cell.coordinate} {cell.value}"
                if str(cell.value or "").startswith(FORMULA_SIGNS) and not (
                    is_number(str(cell.value)) or cell.quotePrefix
                ):
                    yield f"{cell.coordinate} is no marked text"


def of_pack(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            yield from (f"{name}: {cell}" for cell in of_csv(package.read(name)))


FAULTS = {
    "text/html": of_page,
    "text/csv": of_csv,
    "text/plain": lambda content: [],  # /healthz and /readyz
    "application/zip": of_pack,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": of_workbook,
    "image/png": lambda content: [],
}


@pytest.mark.parametrize(
    "page", [f"<p>{HOSTILE}", f'<p title="{HOSTILE}">', "<script>1</script>", "<a href='javascript:1'>"]
)
def test_the_look_finds_markup(page):
    assert of_page(page.encode())


def test_the_look_finds_formulas():
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append([HOSTILE])
    book.save(out)
    assert list(of_workbook(out.getvalue()))
    assert list(of_csv(b"a,@x\n")) == ["@x"]
    assert list(of_csv(b"-1,+2.5\n")) == []
