import datetime

import pytest

from base.workdays import after_workdays


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [((1, 16), 1, (1, 19)), ((1, 16), 5, (1, 23)), ((1, 17), 1, (1, 19)), ((1, 19), 5, (1, 26)), ((1, 19), 0, (1, 19))],
)  # 16 January 2026 is a Friday
def test_working_days_are_counted_from_the_next_one(day, count, last):
    assert after_workdays(datetime.date(2026, *day), count) == datetime.date(2026, *last)
