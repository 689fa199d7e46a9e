"""The life of entries in words."""

from base.audit import record
from base.quarters import Quarter
from submissions.history import lives_of
from targets.models import ValueType
from tests import factories

Q2 = Quarter.parse("2025Q2")


def test_lives_of_entries_in_one_query(school, clerk, officer, django_assert_num_queries):
    count = factories.make_entry(factories.make_element(), school, Q2, 12)
    yes = factories.make_entry(factories.make_element("SMART", value_type=ValueType.BOOLEAN), school, Q2, 1)
    record(count, "created", by=clerk, after="12")
    record(yes, "imported", by=None, before="0", after="1")
    record(count, "returned", by=officer, before="submitted", after="returned", why="请核对")

    with django_assert_num_queries(1):
        lives = lives_of([count, yes])

    told = [(one.who, one.what, one.value, one.before, one.why, one.is_return) for one in lives[count.pk]]
    assert told == [
        (str(clerk), "填报", "12", "（空白）", "", False),
        (str(officer), "退回", "", "", "请核对", True),
    ]
    assert [(one.who, one.what, one.value, one.before) for one in lives[yes.pk]] == [
        ("系统", "历史数据导入", "是", "否")
    ]
