"""No page leaves out its escaping, no query is a string: what the sources may not hold, but for a list with reasons."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker import ROOT

pytestmark = pytest.mark.security

ROOMS = ("base", "schools", "tasks", "targets", "submissions", "reports", "edu_plan")
TRUSTING = {"mark_safe", "SafeString", "SafeText", "html_safe", "safe"}
SQL = {"raw", "extra", "cursor", "RawSQL", "RunSQL"}
# Which source may, and why.
MAY_TRUST = {"reports/charts/painter.py": "draws an SVG; each text is escaped where it is written"}
MAY_TELL_SQL = {
    "base/append_only.py": "triggers, with nothing in them but the names of tables",
    "base/backing.py": "asks for a snapshot, a constant",
    "base/bulk.py": "COPY, with nothing in it but the names of a model's table and columns",
    "base/restoring.py": "what Django says to set sequences",
    "reports/assessment/guard.py": "a trigger, constant throughout",
}
UNESCAPED = re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+off|\{%\s*filter\s+safe")


def sources() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls(module: ast.Module, names: set[str]) -> list[str]:
    found = (node.func for node in ast.walk(module) if isinstance(node, ast.Call))
    called = (getattr(func, "attr", getattr(func, "id", "")) for func in found)
    return sorted(name for name in called if name in names)


def built_formats(module: ast.Module) -> list[int]:
    """Lines on which format_html() gets a format that was put together."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "format_html"
        and not isinstance(node.args[0], ast.Constant | ast.Name)
    ]


def templates() -> list[Path]:
    return sorted([*(ROOT / "templates").rglob("*"), *ROOT.glob("*/templates/**/*")])


def test_no_template_leaves_out_the_escaping():
    assert len(templates()) > 50
    texts = {path: path.read_text(encoding="utf-8") for path in templates() if path.is_file()}
    assert [path.name for path, text in texts.items() if UNESCAPED.search(text)] == []


def test_no_code_declares_text_to_be_markup():
    found = {path: calls(module, TRUSTING) for path, module in sources()}
    assert {path for path, names in found.items() if names} == set(MAY_TRUST)


def test_no_format_of_markup_is_put_together():
    assert {path: lines for path, module in sources() if (lines := built_formats(module))} == {}


def test_no_view_and_no_action_tells_sql():
    """Migrations may: they take nothing from anybody."""
    found = {path: names for path, module in sources() if "/migrations/" not in path and (names := calls(module, SQL))}
    assert set(found) == set(MAY_TELL_SQL), found


@pytest.mark.parametrize("line", ["mark_safe(x)", "safestring.mark_safe(x)"])
def test_the_look_finds_trust(line):
    assert calls(ast.parse(line), TRUSTING) == ["mark_safe"]


@pytest.mark.parametrize("line", ["Unit.objects.raw(f'{x}')", "q.extra(where=[x])", "connection.cursor().execute(x)"])
def test_the_look_finds_sql(line):
    assert calls(ast.parse(line), SQL)


@pytest.mark.parametrize("line", ["{{ x|safe }}", "{{ x | safe }}", "{% autoescape off %}", "{% filter safe %}"])
def test_the_look_finds_what_is_not_escaped(line):
    assert UNESCAPED.search(line)
    assert built_formats(ast.parse("format_html(f'<b>{x}</b>')")) == [1]
