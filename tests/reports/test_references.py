"""References to figures in a bulletin's text."""

import pytest

from reports.bulletin.references import figures_of_counts, figures_of_rows, numbers_in, pieces, printed, typed, unknown

FIGURES = {"KG.value": "68.2%", "plan.achieved": "31"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("已达成{plan.achieved}项，覆盖率{KG.value}。", "已达成31项，覆盖率68.2%。"),
        ("没有数字", "没有数字"),
        ("{KG.value}", "68.2%"),
        ("{甲}和{KG}不是引用", "{甲}和{KG}不是引用"),
        ("", ""),
    ],
)
def test_references_are_printed_as_figures(text, said):
    assert printed(text, FIGURES) == said


def test_a_reference_without_a_figure_says_so():
    assert unknown("{KG.goal}和{KG.value}", FIGURES) == ["KG.goal"]
    assert printed("应为{KG.goal}", FIGURES) == "应为（KG.goal 已无此数）"
    assert [piece.key for piece in pieces("甲{KG.value}乙", FIGURES)] == ["", "KG.value", ""]


def test_numbers_are_read_as_written():
    assert numbers_in("共1,236.5人，占68.2%，2024年。") == ["1236.5", "68.2", "2024"]
    assert typed("{KG.value}，比上期多3项") == ["3"]


def test_figures_are_what_rows_and_counts_say():
    row = {"code": "KG", "value": "68.2%", "goal": "70%", "expected": "", "missing": "2 所", "due": "2025年底"}
    assert figures_of_rows([row]) == {
        "KG.value": "68.2%",
        "KG.goal": "70%",
        "KG.missing": "2所",
        "KG.due": "2025年底",
    }
    counted = {"counts": {"achieved": 3, "behind": 1}, "completion": {"shown": "75.0%", "of": 4, "achieved": 3}}
    assert figures_of_counts("plan", counted) == {
        "plan.achieved": "3",
        "plan.behind": "1",
        "plan.all": "4",
        "plan.rated": "4",
        "plan.rate": "75.0%",
    }
