"""The style sheets: small, and nothing in them that no page wears."""

import re
from itertools import chain

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
SHEETS = sorted((ROOT / "static").glob("*.css"))
BY_OTHERS = {"htmx-request"}  # put on by htmx
MOST = 30_000  # bytes of app.css


@pytest.fixture(scope="module")
def worn():
    """Every word that a template or a script says, or the code in a string; of a word that is put together
    (``is-{{ tone }}``) its first part."""
    pages = " ".join(file.read_text() for file in chain(ROOT.glob("templates/**/*.html"), ROOT.glob("static/*.js")))
    code = " ".join(re.sub(r'""".*?"""', "", file.read_text(), flags=re.DOTALL) for file in code_files())
    text = " ".join([pages, *re.findall(r'"([^"\n]*)"', code)])
    return {*re.findall(r"[\w-]+", text), *re.findall(r"(\w+-)\{\{", text)}


def code_files():
    rooms = ("base", "schools", "tasks", "targets", "submissions", "reports", "edu_plan")
    return chain(*((ROOT / room).rglob("*.py") for room in rooms))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_class_is_worn_by_something(sheet, worn):
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    named = {
        name for selector in re.findall(r"([^{}]+)\{", rules) for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)
    }

    assert {name for name in named if name not in worn and f"{name.split('-')[0]}-" not in worn} == BY_OTHERS & named


def test_the_sheet_of_all_pages_is_small():
    assert (ROOT / "static/app.css").stat().st_size < MOST
