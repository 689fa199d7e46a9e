"""The figures that may be put into a text, by name."""

import re

import pytest

from reports.bulletin import prose
from reports.bulletin.catalogue import catalogue
from tests.reports.situations import SITUATIONS


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_figure_is_called_in_chinese(name):
    told = prose.written(SITUATIONS[name]())
    found = catalogue(told)
    assert [one for one in found if re.search("[a-z_]{2}", one.name + one.what) or not one.name or not one.what] == []
    assert {one.key: one.text for one in found} == {
        key: text for key, text in told["figures"].items() if text not in ("—", "0")
    }
    assert len({(one.name, one.what) for one in found}) == len(found)


def test_figures_have_the_names_of_what_they_count():
    found = {one.key: (one.name, one.what, one.text) for one in catalogue(prose.written(SITUATIONS["all_late"]()))}
    assert found["section.party.overdue"] == ("党建科", "逾期未达", "2")
    assert found["due.2025-12-31.left"] == ("2025年底到期", "尚未达成", "19")
    assert found["ledger.GAPS.due"] == ("教师结构性缺员基本化解的学校占比整改", "期限", "2025年9月30日")
    assert found["ledger.overdue"] == ("整改台账", "已过时限", "1")
    assert found["annex.ledger"] == ("附件序号", "整改台账", "附件2")
