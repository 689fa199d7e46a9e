"""The workbook's cells."""

import io

import pytest
from openpyxl import load_workbook

from reports.documents.excel import HEAD, figure_of, workbook
from tests.reports.editions import content_in, hostile, sheets_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("68.2%", (68.2, '#,##0.0"%"')),
        ("1,236\u00a0人", (1236, '#,##0"\u00a0人"')),
        ("不超过 5\u00a0起", (5, '"不超过 "#,##0"\u00a0起"')),
        ("-0.5", (-0.5, "#,##0.0")),
        ("0", (0, "#,##0")),
        ("—", None),
        ("完成", None),
        ("10%–15%", None),
        ('3"', None),
        ("2025年底", None),
        ("关于2025年上半年情况的通报", None),
        ("101中学", None),
        ("第3小学", None),
        ("=1+1", None),
    ],
)
def test_figure_of(text, figure):
    assert figure_of(text) == figure


def test_hostile_names_are_never_formulas(passing_world):
    with passing_world() as adoption:
        content = hostile(content_in(adoption))
    made = workbook(content)
    sheets = list(sheets_in(made).values())
    assert sheets[0][HEAD][1] == '=HYPERLINK("http://x")<script>alert(1)</script>'
    assert sheets[0][HEAD + 1][1] == "坏字符"
    assert sheets[1][HEAD][0] == "+1&<w:br/>"
    book = load_workbook(io.BytesIO(made))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+")))


def test_text_is_text_and_no_longer_than_excel_takes(passing_world):
    with passing_world() as adoption:
        content = content_in(adoption)
    first = content["schools"][0]
    content["schools"] = [first | {"name": name} for name in ("#N/A", "12", "长" * 40_000)]
    sheet = load_workbook(io.BytesIO(workbook(content))).worksheets[1]
    found = [(cell.data_type, cell.value) for cell in sheet["A"][HEAD:]]
    assert found == [("s", "#N/A"), ("s", "12"), ("s", "长" * 32_767)]


def test_an_edition_without_annexes_is_a_workbook_all_the_same(passing_world):
    with passing_world() as adoption:
        content = content_in(adoption)
    for part in [*content["actions"], content["safeguards"]]:
        part["rows"] = []
    content |= {"schools": [], "quality": [], "rectifications": None}
    assert sheets_in(workbook(content)) == {"没有附件": [["这一版没有附件。"]]}
