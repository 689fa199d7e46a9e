"""docs/security.md names proofs that there are."""

import re
from collections.abc import Iterator

from tests.worker import ROOT

NAMED = re.compile(r"`((?:tests/|…)?[\w/.]*(?:::[\w:]+)?/?)`")


def proofs() -> Iterator[tuple[str, list[str]]]:
    """File or folder, and the names in it; ``…`` and nothing before ``::`` stand for the file named before."""
    file = ""
    for proof in NAMED.findall((ROOT / "docs" / "security.md").read_text(encoding="utf-8")):
        path, *names = proof.split("::")
        if path.startswith("tests/"):
            file = path
        elif not names or path not in ("", "…"):
            continue
        yield file, names


def test_every_proof_is_there():
    found = list(proofs())
    assert len(found) > 40
    missing = [(file, name) for file, names in found for name in names if f" {name}(" not in text_of(file, name)]
    assert missing == []


def text_of(file: str, name: str) -> str:
    text = (ROOT / file).read_text(encoding="utf-8")
    return text.replace(f"class {name}:", f"class {name}(")


def test_every_file_is_there():
    assert [file for file, _ in proofs() if not (ROOT / file).exists()] == []
