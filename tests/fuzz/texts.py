"""What people, spreadsheets and attackers put where a text or a number is wanted."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = int(os.environ.get("FUZZ_CASES", 100))

NASTY = [
    *("", " ", "\t", "\r", "\n", "\0", "\x1b[31m", "\ufeff", "\u200b", "\u202e六", "\ud800", "e\u0301" * 50, "﷽" * 40),
    *("0", "-0", "-1", "1e309", "1e-400", "NaN", "inf", "-inf", "0x10", "1_000", "1,00,0", "１２３", "٣", "Ⅷ", "½"),
    *("2147483648", "9223372036854775808", "-9223372036854775809", "1" + "0" * 400, "0." + "0" * 400 + "1", "9" * 5000),
    *("=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A1", "\t=1", "\r=1"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7*7 }}", "{% debug %}", "&lt;", "&#0;", "]]>"),
    *("' OR 1=1 --", '"; DROP TABLE x; --', "%", "_", "\\", "${jndi:ldap://x}", "%s%s%n", "../../etc/passwd"),
    *(
        "2024-02-30",
        "0000-00-00",
        "9999-12-31",
        "10000-01-01",
        "2024年2月30日",
        "2024Q5",
        "2024Q0",
        "0000Q1",
        "99999Q1",
    ),
    *("null", "None", "true", "[]", "{}", "[" * 2000, "&a *a", "!!python/object:os.system", "- " * 500, "a: " * 200),
    "a" * 70_000,
]
nasty = st.sampled_from(NASTY)
numbers = st.integers().map(str) | st.floats().map(str)
texts = nasty | st.text(max_size=40) | numbers | st.builds("{}{}".format, nasty, nasty)  # lone surrogates among them


def cases(*strategies: st.SearchStrategy[Any], share: int = 1) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """``given``, with FUZZ_CASES cases, or CASES divided by ``share`` where that is not set. A test's fixtures stay as
    they are from case to case."""
    number = CASES if "FUZZ_CASES" in os.environ else CASES // share
    checks = list(HealthCheck)
    how = settings(max_examples=number, deadline=None, database=None, suppress_health_check=checks)
    return lambda test: how(given(*strategies)(test))


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@st.composite
def mangled(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with up to four places cut out, doubled, overwritten or filled in, or its end cut off."""
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 12))
        doubled = st.just(content[at : at + 60])
        new = draw(st.binary(max_size=12) | nasty.map(lambda text: encoded(text)[:200]) | doubled)
        content = content[:at] + new + content[at + length :]
    return content[: draw(st.integers(0, len(content)))] if draw(st.integers(0, 9)) == 0 else content


@st.composite
def tables(draw: st.DrawFn, head: list[str], usual: list[list[str]]) -> bytes:
    """A CSV: a heading, mostly the right one, and rows of usual and of any cells, in some encoding, or mangled."""
    rows = [list(head)]
    for _ in range(draw(st.integers(0, 6))):
        places = range(draw(st.integers(len(head) - 1, len(head) + 1)))
        rows.append([draw(st.sampled_from(usual[place % len(usual)]) | texts) for place in places])
    if draw(st.integers(0, 5)) == 0:
        rows[0][draw(st.integers(0, len(head) - 1))] = draw(texts)
    cell = _quoted if draw(st.booleans()) else str
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(",".join(map(cell, row)) for row in rows)
    content = text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])), "replace")
    return draw(mangled(content)) if draw(st.booleans()) else content


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
