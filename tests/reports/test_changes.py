"""What a second edition says of the first: every figure that differs, and why."""

import copy
import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from base import append_only, clock
from reports import actions, frozen
from reports.actions import checksum_of, draft, publish
from reports.bulletin.annexes import annexes_of, changed_in
from reports.bulletin.causes import MOST, said_of
from reports.bulletin.changes import changes_of, is_empty, note_of
from reports.measuring import measure
from reports.models import EditionSources
from reports.rechecking import faults_of
from schools.models import Unit
from submissions.models import CorrectionState, Entry
from targets.actions import set_baseline
from tests import bulletins, factories
from tests.reports.pages import text_of, url
from tests.reports.small import HALF, NOW, make_rate, report

LATER = datetime.date(2025, 7, 20)
NEXT = datetime.date(2025, 7, 15)


@pytest.fixture
def first(published):
    return published


@pytest.fixture
def again(first, adoption, officer, director):
    """``again()``: measure, draft and publish what is there by now, some days after the first edition."""

    def published():
        with clock.pinned(NEXT):
            return bulletins.issued(draft(measure(adoption, HALF, by=officer), by=officer), by=director)

    return published


@pytest.fixture
def correct(school, officer, clerk):
    """``correct(code, value)``: the school's figure, by a correction that was granted and approved."""

    def corrected(code="TRAINED", value=32, *, unit=school, reason="漏了两人"):
        entry = Entry.objects.get(unit=unit, element__code=code, quarter=NOW)
        with clock.pinned(datetime.date(2025, 7, 10)):
            Entry.objects.filter(pk=entry.pk).update(value=value, approved_value=value, approved_at=clock.now())
            made = {"decided_at": clock.now(), "decided_by": officer, "asked_at": clock.now(), "asked_by": clerk}
            entry.corrections.create(reason=reason, state=CorrectionState.DONE, ended_at=clock.now(), **made)
        return entry

    return corrected


def figures_of(edition):
    return {
        one["code"]: {each["label"]: (each["before"], each["after"]) for each in one["fields"]}
        for one in edition.content["changes"]["figures"]
    }


def causes_of(edition, code="TRAINING"):
    figures = {one["code"]: one for one in edition.content["changes"]["figures"]}
    return [said_of(cause) for cause in figures[code]["causes"]]


def test_a_first_edition_changes_nothing(first):
    assert "changes" not in first.content
    assert note_of(first.content) == ""


def test_a_corrected_value_is_told_with_its_reason(first, again, correct):
    correct()
    second = again()
    assert figures_of(second) == {"TRAINING": {"完成值": ("92.9%", "94.3%"), "还差": ("3\u00a0人", "1\u00a0人")}}
    assert causes_of(second) == [
        "第一小学2025年第二季度TRAINED人数由30人更正为32人，基础教育科2025年7月10日审核，理由：漏了两人"
    ]


def test_new_and_withdrawn_values(first, again, school, junior_school):
    Entry.objects.filter(unit=junior_school, element__code="TRAINED").update(
        approved_value=None, approved_at=None, approved_by=None, state="draft"
    )
    trained = Entry.objects.get(unit=school, element__code="TRAINED").element
    factories.make_entry(trained, school, NOW - 1, 20, approved_at=clock.now())
    second = again()
    said = causes_of(second)
    assert said[0].startswith("第一中学2025年第二季度TRAINED人数撤销100人")
    assert said[1].startswith("第一小学2025年第一季度TRAINED人数新核定20人，基础教育科2025年7月")


def test_many_values_are_counted_after_the_first(first, again, district, school):
    trained = Entry.objects.get(unit=school, element__code="TRAINED").element
    for _ in range(MOST + 3):
        factories.make_entry(trained, factories.make_unit(district), NOW, 1)
    said = causes_of(again())
    assert len([one for one in said if "新核定1人" in one]) == MOST
    assert "TRAINED人数另有3项数值变动" in said


def test_of_hidden_values_only_their_number_is_told(first, again, correct):
    correct("PASSED", 3517, reason="机密的理由")
    content = again().content
    assert causes_of_content(content, "EXAMS") == ["PASSED人数有1项数值变动（不列各校）"]
    stored = json.dumps(content["changes"], ensure_ascii=False)
    assert [one for one in ("3517", "机密", "第一小学2025") if one in stored] == []
    assert (content["changes"]["told"]["units"], content["changes"]["told"]["values"]) == ({}, {})


def causes_of_content(content, code):
    return [said_of(cause) for one in content["changes"]["figures"] if one["code"] == code for cause in one["causes"]]


def test_goal_and_version_of_a_definition(first, again, rate):
    definition = rate.definitions.get()
    definition.goals.update(value=90)
    assert causes_of(again()) == ["目标值或期限有调整"]
    rate.definitions.update(version=2, scale=1000)
    third = again()
    assert third.content["changes"]["against"] == 2
    assert causes_of(third) == ["口径由第1版改为第2版"]


def test_what_only_the_new_definition_reads_was_not_approved_since(first, again, rate, school):
    definition, more = rate.definitions.get(), factories.make_element("MORE", "MORE人数")
    factories.make_entry(more, school, NOW, 10)
    definition.terms.create(element=more, part="denominator", position=2)
    rate.definitions.update(version=2)
    assert causes_of(again()) == ["口径由第1版改为第2版"]


def test_baseline_and_thresholds(first, again, rate, director):
    rate.definitions.get().goals.update(basis="baseline_plus", value=5)
    second = again()
    set_baseline(rate.adopted.get(), value=50, date=datetime.date(2022, 12, 31), source="统计", by=director)
    rate.adopted.update(ok_at="0.9")
    third = again()
    assert "目标值或期限有调整" in causes_of(second)
    assert causes_of(third) == [
        "基期值由无改为50（2022年第四季度）",
        "判定线由正常线1、偏慢线0.8改为正常线0.9、偏慢线0.8",
    ]


def test_a_school_that_closed_into_another(first, again, school, junior_school):
    Unit.objects.filter(pk=junior_school.pk).update(closed=datetime.date(2025, 5, 1), successor=school)
    second = again()
    assert causes_of(second) == ["第一中学2025年第二季度停办，并入第一小学"]
    assert second.content["changes"]["schools"]["removed"] == ["第一中学"]


def test_a_target_that_counts_other_stages_does_not_blame_it(first, adoption, sections, school, junior_school, again):
    other = make_rate(adoption, sections["basic"], "PRIMARY", elements="A B", stages=["primary"])
    report(other, school, 1, 2)
    second = again()
    Entry.objects.filter(element__code="A").update(value=2, approved_value=2, approved_at=clock.now())
    Unit.objects.filter(pk=junior_school.pk).update(closed=datetime.date(2025, 5, 1))
    third = again()
    assert causes_of(second, "PRIMARY") == ["新增的目标"]
    assert [one for one in causes_of(third, "PRIMARY") if "停办" in one] == []


def test_a_renamed_school_changes_no_figure(first, again, school):
    """Matched by code; both names are told."""
    school.facts.update(name="改名小学")
    second = again()
    changes = second.content["changes"]
    assert changes["schools"]["renamed"] == [{"code": school.code, "before": "第一小学", "after": "改名小学"}]
    assert (changes["figures"], changes["schools"]["count"]) == ([], 0)
    assert "目标数据没有变动。第一小学更名为改名小学。" in note_of(second.content)
    cells = [line.cells for line in changed_in(annexes_of(second.content)).table.lines]
    assert ("改名小学", "名称", "第一小学", "改名小学", "更名，按学校代码对应，数据不变") in cells


def test_texts_that_were_worded_and_texts_whose_figures_moved(first, again, correct, drafted, officer):
    actions.word(drafted, "problems", "存在的问题已经另文通报。", seen=0, by=officer)
    correct()
    how = {one["section"]: one["how"] for one in again().content["changes"]["sections"]}
    assert how["problems"] == "wording"
    assert set(how) > {"problems"}


def test_the_first_edition_stays_byte_for_byte(first, again, correct):
    first.refresh_from_db()
    kept = json.dumps(first.content), first.checksum, EditionSources.objects.get(edition=first).data
    correct()
    second = again()
    first.refresh_from_db()
    assert (json.dumps(first.content), first.checksum, first.sources.data) == kept
    assert first.checksum == checksum_of(first.content)
    assert [*faults_of(first), *faults_of(second)] == []


def test_a_table_of_changes_that_was_altered_is_found(first, again, correct):
    """As somebody who may do all in the database would."""
    correct()
    second = again()
    second.content["changes"]["figures"][0]["fields"][0]["before"] = "93.0%"
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        content = json.dumps(second.content)
        cursor.execute("UPDATE reports_edition SET content = %s WHERE id = %s", [content, second.pk])
    append_only.guard(connection)
    second.refresh_from_db()
    assert "更正对照表的目标数据与两版来源对照的结果不符。" in list(faults_of(second))


def test_an_edition_without_sources_leaves_the_causes_unknown(first, again, correct):
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_editionsources")
    append_only.guard(connection)
    correct()
    assert causes_of(again()) == ["上一版没有保存来源，无从对照"]


def test_what_is_published_is_what_was_sent(first, adoption, officer, director, correct, school):
    """A name that the table tells changes no result, and yet she has not seen it."""
    correct()
    with clock.pinned(NEXT):
        sent = bulletins.sent(draft(measure(adoption, HALF, by=officer), by=officer))
        school.facts.update(name="改名小学")
        with pytest.raises(ValidationError) as caught:
            publish(sent, by=director)
    assert caught.value.code == "changed"


def test_the_draft_shows_what_it_will_change(first, adoption, officer, correct, client_of):
    correct()
    with clock.pinned(NEXT):
        draft(measure(adoption, HALF, by=officer), by=officer)
        page = text_of(client_of(officer).get(url("bulletin", HALF)))
    assert "与第 1 版相比" in page
    assert "TRAINING率1项目标的2处数据有变动" in page
    assert "漏了两人" in page


def test_the_page_says_what_it_replaces_and_why(again, correct, client_of, clerk):
    correct()
    again()
    page = text_of(client_of(clerk).get(url("bulletin", HALF)))
    assert "本通报为第2版，代替2025年7月3日第1版。更正说明：数据更正。与第1版相比，" in page
    assert "逐项对照见附件4。" in page


def test_an_edition_against_itself_changes_nothing(first):
    source = frozen.read(first.sources.data)
    same = changes_of(first.content, copy.deepcopy(first.content), source, source, {"elements": {}})
    assert is_empty(same)
    assert same["figures"] == same["sections"] == []


def test_only_time_is_never_a_cause(first, adoption, officer):
    """Drafted again a fortnight later from the same values: nothing differs, nothing is published."""
    with clock.pinned(LATER):
        again = draft(measure(adoption, HALF, by=officer), by=officer)
    assert again.content["changes"]["figures"] == []
