"""What stands better, worse, newly red than in an earlier period."""

from types import SimpleNamespace

import pytest

from base.quarters import Quarter
from reports.moves import Then, moves_of

END, NEXT = Quarter.parse("2024Q4"), Quarter.parse("2025Q4")


def moved(then, now, due=END):
    reading = SimpleNamespace(status=now, result=SimpleNamespace(target_id=1, due=due))
    moves = moves_of([reading], {1: Then(then, END)})
    return [name for name in ("red", "worse", "better") if getattr(moves, name)]


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ("on_track", "achieved", ["better"]),
        ("behind", "at_risk", ["better"]),
        ("achieved", "on_track", ["worse"]),
        ("on_track", "at_risk", ["worse"]),
        ("at_risk", "behind", ["red"]),
        ("not_due", "overdue", ["red"]),
        ("no_data", "behind", ["red"]),
        ("behind", "overdue", []),  # red it was
        ("on_track", "on_track", []),
        ("not_due", "achieved", []),  # not rated then
        ("on_track", "no_data", []),  # nor now
    ],
)
def test_each_way(then, now, found):
    assert moved(then, now) == found


def test_a_yearly_goal_that_has_begun_anew_is_no_step_back_but_red_is_red():
    assert moved("achieved", "on_track", due=NEXT) == []
    assert moved("achieved", "behind", due=NEXT) == ["red"]


def test_what_was_not_there_has_not_moved():
    reading = SimpleNamespace(status="behind", result=SimpleNamespace(target_id=2, due=END))
    assert moves_of([reading], {1: Then("on_track", END)}).red == []
