"""Whole bulletins of five half-years that are far apart, as an official reads them.

``WRITE_GOLDEN=1 pytest tests/reports/test_golden.py`` writes the files anew: read what changed before it is committed.
"""

import os
from pathlib import Path

import pytest

from reports.bulletin import prose
from tests.reports.contents import whole_text
from tests.reports.situations import SITUATIONS

FOLDER = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_bulletin_reads_as_it_did(name):
    path, said = FOLDER / f"{name}.md", whole_text(prose.written(SITUATIONS[name]()))
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(said, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == said


def test_there_is_no_file_without_a_situation():
    assert {path.stem for path in FOLDER.iterdir()} == set(SITUATIONS)
