"""The page that explains plan files tells the truth."""

import re
from pathlib import Path

import pytest

from targets.core import model as core
from targets.loader import load_plan
from targets.models import CheckKind, Target

PAGE = Path(__file__).parents[2] / "docs" / "plan-file.md"


@pytest.mark.django_db
def test_the_pages_example_loads(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1], encoding="utf-8")
    load_plan(file, by=None)
    assert Target.objects.get().definitions.get().goals.count() == 2


@pytest.mark.parametrize(
    "words",
    [core.Measure, core.PeriodKind, core.About, core.ValueType, core.Window, core.Comparator, core.Basis, CheckKind],
)
def test_the_page_names_every_word(words):
    page = PAGE.read_text(encoding="utf-8")
    assert [word for word in words if str(word) not in page] == []
