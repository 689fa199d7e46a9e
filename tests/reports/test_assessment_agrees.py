"""A published assessment: stored rows, pages, notice, workbook and sheets of A4 have the same figures, every one."""

import io
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.urls import reverse
from lxml import html
from pypdf import PdfReader

from base.templatetags.numbers import NONE
from reports.documents.assessment import notice, sheet_pdf, workbook_letter
from reports.documents.excel import HEAD, figure_of, filled
from reports.documents.word import written
from reports.models import LineScore, SubjectScore
from tests.reports.assessments import PUBLISHED, make_published
from tests.reports.editions import sheets_in, squeezed, tables_in_word

pytestmark = pytest.mark.django_db

# What decisions changed is not in the rows of lines: value, what it was, attainment, points.
CORRECTED = {
    ("P4", "TRAINING"): ("80.0%", "60.0%", "84.21%", "50.53"),
    ("P5", "TRAINING"): ("95.0%", "—", "100.00%", "60.00"),
    ("P2", ""): ("4\xa0个季度", "3\xa0个季度", "100.00%", "10.00"),
}


@pytest.fixture
def edition(settings, tmp_path):
    return make_published(tmp_path, settings)


@pytest.fixture
def page_of(edition, client_of):
    client = client_of(edition.published_by)

    def page(name, *args):
        there = reverse(f"reports:{name}", args=[edition.assessment.adoption.plan.code, 2025, *args])
        return html.fromstring(client.get(there).content.decode())

    return page


def rounded(number, places):
    return str(Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def text(points):
    return "" if points is None else rounded(points, 2)


def lines_of(row):
    """Name, marks, weight, goal, value, what it was before, attainment, points of each, as printed."""
    for line in row.lines.select_related("line__target", "definition"):
        code = line.line.target.code if line.line else ""
        rated = "" if line.value is None else f"{rounded(line.value, 1)}%" if code else f"{line.value:g}\xa0个季度"
        goal = f"{line.goal:g}{'%' if code else chr(0xA0) + '个季度'}" if line.goal is not None else NONE
        attained = NONE if line.attainment is None else f"{rounded(line.attainment * 100, 2)}%"
        value, before, *counted = rated or NONE, "", attained, text(line.points) or NONE
        if row.unit and (row.unit.code, code) in CORRECTED:
            value, before, *counted = CORRECTED[row.unit.code, code]
        name = line.definition.name if line.definition else code or "报送及时性"
        small = "（小基数）" if line.denominator and line.denominator < 20 else ""
        marks = f"{small}{'（暂定）' if line.provisional and line.mark == 'counted' else ''}"
        yield [name, marks, f"{line.weight.normalize():f}", goal, value, before, *counted]


def stored():
    """By what it is called: its row, what holds now, its lines."""
    for row in SubjectScore.objects.select_related("unit", "section", "scheme", "revised"):
        yield str(row.unit or row.section), row, getattr(row, "revised", row), list(lines_of(row))


def route_of(row):
    return ("sheet", row.unit.code) if row.unit else ("section_sheet", row.section.code)


def cells(row):
    return [squeezed(" ".join(cell.itertext())) for cell in row]


def test_each_page_of_a_sheet_has_every_figure(edition, page_of):
    seen = 0
    for name, row, now, lines in stored():
        page = page_of(*route_of(row))
        said = squeezed(page.text_content())
        if row.reason:
            assert (row.reason in ("closed", "merged"), "不参评" in said, "总分" in said) == (True, True, False)
        else:
            totals = f"各项得分{text(now.score)}，加分{text(now.bonus)}，扣分{text(now.deduction)}"
            assert f"总分{text(now.total)}，等次{now.get_grade_display()}" in said
            assert totals + ("，答复异议增减−1.50。" if name == "P1学校" else "。") in said
            was = f"答复异议前为{text(row.total)}分、{row.get_grade_display()}。"
            assert (was in said) == ((row.total, row.grade) != (now.total, now.grade))
            assert (f"居{now.get_band_display()}。" in said) == bool(now.band)
        for shown, line in zip(page.iterfind(".//tbody/tr") if lines else [], lines, strict=True):
            title, marks, weight, goal, value, before, *counted = line
            found = cells(shown)
            assert found[0].startswith(squeezed(title))
            assert [said in found[6] for said in ("基数不足20", "暂定")] == ["小" in marks, "暂定" in marks]
            value = squeezed(value) + (f"原为{squeezed(before)}" if before else "")
            assert found[1:6] == [weight, squeezed(goal), value, *counted]
            seen += 1
    assert seen == LineScore.objects.count()


def listed(page):
    """Name, total and grade of each row of the overview."""
    return [[one for one in cells(row)[:3]] for row in page.iterfind(".//section[@id]//tbody/tr")]


def test_overview_and_notice_list_the_same_and_nobody_else_with_points(edition, page_of):
    page, (results, left_out) = page_of("assessment"), tables_in_word(written(notice(edition.content, PUBLISHED)))
    rows = {row[0]: row[1:] for row in results[1:] if len(row) > 1}
    on_page = {name: [grade, total] for name, total, grade in listed(page)}
    assert {name: [row[0], row[2]] for name, row in rows.items() if row[1] != NONE} == on_page
    for name, _, now, _ in stored():
        if now.total is not None:
            printed = [now.get_grade_display(), text(now.total)]
            assert rows[name] == [printed[0], *([rows[name][1], printed[1]] if name in on_page else [NONE, NONE])]
            assert (name in on_page) or f"{name}（{printed[0]}）" in squeezed(page.text_content())
    assert {row[0] for row in left_out[1:]} == {name for name, row, *_ in stored() if row.reason}
    together = [total for name, (_, total) in on_page.items() if name[:2] in ("P1", "P2", "P3", "P4", "P5", "P6", "J1")]
    assert len(together) == 4  # of seven that are graded together


def number_in(printed):
    figure = figure_of(printed)
    return figure.number if figure else printed


def test_the_workbook_has_every_figure(edition):
    points, lines = sheets_in(filled(workbook_letter(edition.content, PUBLISHED))).values()
    by_name, seen = {row[1]: row for row in points[HEAD:]}, 0
    for name, row, now, counted in stored():
        adjusted = -1.5 if name == "P1学校" else NONE
        figures = [NONE if one is None else float(text(one)) for one in (now.score, now.bonus, now.deduction)]
        total = NONE if now.total is None else float(text(now.total))
        grade, band = (getattr(now, f"get_{one}_display")() or NONE for one in ("grade", "band"))
        assert by_name[name][3:10] == [grade, *figures, adjusted, total, band]
        found = [one for one in lines[HEAD:] if one[1] == name]
        for there, (title, _, weight, goal, value, _, *rest) in zip(found, counted, strict=True):
            assert [there[2], *there[4:9]] == [title, *map(number_in, (weight, goal, value, *rest))]
            seen += 1
        assert row.reason == "" or by_name[name][10]
    assert seen == LineScore.objects.count()


def test_each_sheet_of_a4_has_every_figure(edition):
    contents = {one["name"]: one for one in edition.content["sheets"]}
    for name, row, now, lines in stored():
        pages = PdfReader(io.BytesIO(sheet_pdf(edition.content, contents[name], PUBLISHED, edition.checksum))).pages
        assert len(pages) == 1
        printed = squeezed(pages[0].extract_text())
        if not row.reason:
            adjusted = "−1.50" if name == "P1学校" else ""
            totals = [text(now.score), text(now.bonus), text(now.deduction), adjusted, text(now.total)]
            assert "".join([*totals, now.get_grade_display(), now.get_band_display() or NONE]) in printed
        for number, (title, marks, weight, goal, value, before, *counted) in enumerate(lines, 1):
            value += f"原{before}" if before else ""
            assert squeezed(f"{number}{title}{marks}{weight}{goal}{value}{''.join(counted)}") in printed


def test_all_of_it_is_there(edition):
    """What the other tests compare: two that are merged and closed, a veto, small categories graded together."""
    found = {name: (row, now) for name, row, now, _ in stored()}
    assert (found["P3学校"][1].grade, found["P3学校"][1].best_grade) == ("fail", "fail")
    assert found["P1学校"][0].grouped == ("primary", "junior")
    assert {row.reason for row, _ in found.values()} == {"", "closed", "merged"}
    assert sum(row is not now for row, now in found.values()) >= 5
