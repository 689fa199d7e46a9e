"""What a bulletin lacks when it is drafted: said before, in the draft, and on the paper."""

import datetime

import pytest

from base import clock
from reports.actions import draft
from reports.bulletin.unready import Lack, note_of, unready_of
from reports.documents.word import word_document
from reports.measuring import measure
from submissions.models import Entry
from tests import bulletins, factories
from tests.reports.editions import text_in_word
from tests.reports.pages import text_of, url
from tests.reports.small import HALF, NOW

AFTER = datetime.date(2025, 7, 20)


@pytest.fixture
def silent(today, rate, adoption, district):
    """Two schools have all approved, a third nothing; it is the third of July and the form is open until the ninth."""
    return factories.make_unit(district, "z9", "乙小学")


def whole(**columns):
    return {"waiting": [], "silent": {"count": 0, "names": []}, "missing": 0, **columns}


def test_an_open_quarter_with_a_school_that_is_silent(silent, adoption):
    first, second = unready_of(adoption, HALF)
    assert (first.quarter, first.until) == ("2025Q1", "")
    assert (second.quarter, second.until, second.silent) == (
        "2025Q2",
        "2025年7月9日",
        {"count": 1, "names": ["乙小学"]},
    )
    assert second.missing == 2
    assert second.said == "2025年第二季度仍在填报（2025年7月9日关闭）：1所学校没有报送（乙小学），2项没有填"


def test_closed_it_still_says_what_never_came(silent, adoption):
    with clock.pinned(AFTER):
        assert unready_of(adoption, HALF)[-1].said.startswith("2025年第二季度填报已经关闭：1所学校没有报送（乙小学）")


def test_what_waits_is_counted_by_quarter_and_section(silent, adoption, school):
    Entry.objects.filter(quarter=NOW, element__code="TRAINED").update(state="submitted")
    trained = Entry.objects.filter(element__code="TRAINED").first().element
    factories.make_entry(trained, school, NOW - 4, 1, state="submitted")
    found = {one.quarter: one.waiting for one in unready_of(adoption, HALF)}
    assert found["2025Q2"] == [{"section": "基础教育科", "count": 2}]
    assert found["2024Q2"] == [{"section": "基础教育科", "count": 1}]


def test_many_schools_are_counted_after_five(silent, adoption, district):
    for number in range(6):
        factories.make_unit(district, f"y{number}", f"第{number}小学")
    said = unready_of(adoption, HALF)[-1].said
    assert "7所学校没有报送（第0小学、第1小学、第2小学、第3小学、第4小学等7所）" in said


def test_the_paper_says_so_only_while_a_form_was_open():
    closed, still = (Lack("2025Q2", "2025年第二季度", until, **whole(missing=3)) for until in ("", "2025年7月9日"))
    assert note_of({}) == note_of({"unready": [as_json(closed)]}) == ""
    said = note_of({"unready": [as_json(closed), as_json(still)]})
    assert said == "起草时2025年第二季度仍在填报（2025年7月9日关闭）：3项没有填，均未计入本期结果。"


def as_json(lack):
    return {name: getattr(lack, name) for name in Lack.__slots__}


def test_before_it_is_drafted_the_page_asks(silent, adoption, client_of, officer):
    raw = client_of(officer).get(url("bulletin", HALF)).content.decode()
    assert (
        'hx-confirm="2025年第二季度仍在填报（2025年7月9日关闭）：1所学校没有报送（乙小学），2项没有填。现在生成' in raw
    )
    assert "现在还缺这些，生成时不计入结果" in raw
    assert '/desk/?quarter=2025Q2"' in raw
    with clock.pinned(AFTER):
        assert "hx-confirm" not in client_of(officer).get(url("bulletin", HALF)).content.decode()


def test_the_draft_and_its_paper_say_it_first(silent, adoption, client_of, officer, director):
    drafted = draft(measure(adoption, HALF, by=officer), by=officer)
    said = text_of(client_of(officer).get(url("bulletin", HALF)))
    assert said.index("起草时还缺这些") < said.index("工作进展：") < said.index("起草时2025年第二季度仍在填报")
    edition = bulletins.issued(drafted, by=director)
    assert "起草时2025年第二季度仍在填报" in text_in_word(word_document(edition.content))
    after = text_of(client_of(officer).get(url("bulletin", HALF)))
    assert "起草时还缺这些" not in after
    assert "起草时2025年第二季度仍在填报" in after


def test_the_list_says_it_of_the_newest_that_is_not_published(silent, adoption, client_of, officer, clerk):
    said = text_of(client_of(officer).get(url("bulletins")))
    assert "2025年上半年通报 可以生成通报" in said
    assert "2025年第二季度仍在填报（2025年7月9日关闭）：1所学校没有报送（乙小学）" in said
    assert "没有报送" not in text_of(client_of(clerk).get(url("bulletins")))
