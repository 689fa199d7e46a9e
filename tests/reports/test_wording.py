"""What people write into a drafted bulletin, and its way through review."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from base import clock
from base.audit import history
from base.models import Message
from base.quarters import Period, Quarter
from reports.actions import draft, publish, restore, send, send_back, set_head, withdraw, word
from reports.actions.wording import EMPTY, IN_REVIEW
from reports.bulletin.outline import outline
from reports.composing import composed, is_of_draft, texts_of
from reports.measuring import measure
from reports.models import Bulletin, Wording
from submissions.models import Entry
from targets.core import measure as core
from tests import factories
from tests.bulletins import issued, sent

HALF = Period.parse("2025H1")


@pytest.fixture
def bulletin(today, adoption, plan, sections, school, officer):
    """Of one rate: 30 of 40."""
    terms = [factories.make_element("TRAINED"), factories.make_element("TEACHERS")]
    target = factories.make_target(factories.make_task(factories.make_action(plan)), "TRAINING")
    fields = {"measure": "ratio", "scale": 100, "decimals": 1, "unit": "%", "goal_scope": "each"}
    definition = factories.make_definition(target, numerator=terms[:1], denominator=terms[1:], **fields)
    factories.make_goal(definition, 95)
    factories.make_adopted_target(adoption, target, sections["basic"])
    for element, value in zip(terms, (30, 40), strict=True):
        factories.make_entry(element, school, Quarter.parse("2025Q2"), value)
    return draft(measure(adoption, HALF, by=officer), by=officer)


@pytest.fixture
def colleague(sections):
    return factories.make_officer(sections["basic"])


def correct(trained):
    now = {"value": trained, "approved_value": trained, "approved_at": clock.now()}
    Entry.objects.filter(element__code="TRAINED").update(**now)


def remeasured(bulletin, trained):
    correct(trained)
    return draft(measure(bulletin.adoption, HALF, by=bulletin.drafted_by), by=bulletin.drafted_by)


def paper(bulletin):
    return "\n".join(block.text for part in outline(composed(bulletin)) for block in part.blocks)


def refused(action, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        action(*args, **kwargs)
    return caught.value


SAID = "培训完成{TRAINING.value}，距目标{TRAINING.goal}还有差距。"


class TestWord:
    def test_a_section_says_what_was_written_and_the_others_what_was_drafted(self, bulletin, officer):
        before = paper(bulletin)
        assert word(bulletin, "action.1", SAID, seen=0, by=officer).problem == ""
        assert "培训完成75.0%，距目标95%还有差距。" in paper(bulletin)
        assert paper(bulletin).split("\n")[:3] == before.split("\n")[:3]
        wording = Wording.objects.get()
        assert [(row.verb, row.by, row.after) for row in history(wording)] == [("worded", officer, SAID)]

    def test_empty_lines_and_blanks_in_front_are_no_paragraphs(self, bulletin, officer):
        before = paper(bulletin).count("\n")
        word(bulletin, "next", "一要抓紧。\n\n\u3000\u3000二要落实。\n", seen=0, by=officer)
        assert paper(bulletin).endswith("\n1. 一要抓紧。\n2. 二要落实。")
        assert paper(bulletin).count("\n") == before + 2 - len(bulletin.content["next"])

    def test_measuring_again_loses_no_word_and_renews_the_figure(self, bulletin, officer):
        word(bulletin, "action.1", SAID, seen=0, by=officer)
        again = remeasured(bulletin, 36)
        assert "培训完成90.0%，距目标95%还有差距。" in paper(again)
        assert [text.section for text in texts_of(again) if text.is_behind] == ["action.1"]

    def test_of_two_at_once_the_second_chooses(self, bulletin, officer, colleague):
        word(bulletin, "summary", "总体平稳。", seen=0, by=officer)
        second = word(bulletin, "summary", "总体向好。", seen=0, by=colleague)
        assert (second.conflict, second.stored, second.text) == (True, "总体平稳。", "总体向好。")
        assert not word(bulletin, "summary", "总体向好。", seen=second.version, by=colleague).conflict
        assert Wording.objects.get().text == "总体向好。"

    def test_a_refused_text_is_still_over_what_was_read(self, bulletin, officer, colleague):
        word(bulletin, "summary", "总体平稳。", seen=0, by=officer)
        assert word(bulletin, "summary", "", seen=0, over="x", by=colleague).read == (0, "x")

    def test_a_text_that_an_old_page_sends_back_untouched_changes_nothing(self, bulletin, officer, colleague):
        read = {one.section: (one.stored, one.read) for one in texts_of(bulletin)}
        word(bulletin, "summary", "总体平稳。", seen=0, by=officer)
        again = remeasured(bulletin, 36)
        for section, (text, (seen, over)) in read.items():
            one = word(again, section, text.replace("\n", "\r\n"), seen=seen, over=over, by=colleague)
            assert (one.conflict, one.problem) == (False, "")
        assert Wording.objects.get().text == "总体平稳。"

    def test_typed_over_a_draft_that_is_no_more_is_a_conflict(self, bulletin, officer):
        one = next(one for one in texts_of(bulletin) if one.section == "next")
        again = remeasured(bulletin, 40)
        second = word(again, "next", "抓紧补训。", seen=one.read[0], over=one.read[1], by=officer)
        assert (second.conflict, second.typed, second.stored) == (True, "抓紧补训。", second.drafted)
        assert not Wording.objects.exists()
        assert word(again, "next", "抓紧补训。", seen=0, over=second.read[1], by=officer).is_worded

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (" \n", EMPTY),
            ("字" * 4001, "超过 4000 字（现有 4001 字），没有保存，请压缩。"),
            (
                "{TRAINING.vaule}和{NO.value}",
                "本期没有这些数：TRAINING.vaule、NO.value，没有保存。请从“插入数字”里选。",
            ),
        ],
    )
    def test_what_cannot_stand_is_refused_and_kept_as_typed(self, bulletin, officer, text, why):
        one = word(bulletin, "summary", text, seen=0, by=officer)
        assert (one.problem, one.text, Wording.objects.count()) == (why, text.strip(), 0)

    def test_a_section_that_is_not_there(self, bulletin, officer):
        assert refused(word, bulletin, "action.9", "x", seen=0, by=officer).code == "gone"

    def test_numbers_typed_by_hand_that_no_figure_says_are_pointed_out(self, bulletin, officer):
        text = "完成75.0%，比76.5%低；目标95%；2025年上半年培训37场。"
        assert word(bulletin, "summary", text, seen=0, by=officer).strange == ["76.5", "37"]
        assert not any(text.strange for text in texts_of(bulletin) if text.section != "summary")

    def test_the_drafted_text_comes_back_and_nothing_is_lost(self, bulletin, officer, colleague):
        drafted = paper(bulletin)
        word(bulletin, "summary", "总体平稳。", seen=0, by=officer)
        assert refused(restore, bulletin, "summary", seen=0, by=colleague).code == "conflict"
        restore(bulletin, "summary", seen=1, by=officer)
        assert paper(bulletin) == drafted
        assert [row.verb for row in history(Wording.objects.get())] == ["worded", "unworded"]
        assert word(bulletin, "summary", "总体向好。", seen=1, by=colleague).conflict  # she saw what stood before


class TestHead:
    GIVEN = {"title": "", "number": "开教〔2025〕3号", "addressees": "各学校", "dated": datetime.date(2025, 7, 12)}

    def test_is_the_offices_and_outlives_a_draft(self, bulletin, officer, director):
        set_head(bulletin, seen=0, by=officer, **self.GIVEN)
        again = remeasured(bulletin, 36)
        head = composed(again)["head"]
        assert (head["number"], head["addressees"]) == ("开教〔2025〕3号", "各学校")
        assert head["title"] == bulletin.content["head"]["title"]
        assert issued(again, by=director).content["edition"]["date"] == "2025-07-12"

    def test_of_two_at_once_the_second_is_told(self, bulletin, officer, colleague):
        set_head(bulletin, seen=0, by=officer, **self.GIVEN)
        assert refused(set_head, bulletin, seen=0, by=colleague, number="x").code == "conflict"


class TestReview:
    def test_what_was_sent_is_changed_by_nobody_until_it_is_taken_back(self, bulletin, officer, colleague):
        sent(bulletin)
        assert word(bulletin, "summary", "总体平稳。", seen=0, by=officer).problem == IN_REVIEW
        assert refused(set_head, bulletin, seen=0, by=officer, number="x").code == "in_review"
        assert refused(restore, bulletin, "summary", seen=0, by=officer).code == "in_review"
        withdraw(bulletin, by=colleague)
        assert word(bulletin, "summary", "总体平稳。", seen=0, by=officer).problem == ""

    def test_tells_the_directors_who_may_sign(self, bulletin, officer, director, district):
        sender = factories.make_director(district)
        send(bulletin, by=sender)
        assert [(one.to, one.subject) for one in Message.objects.all()] == [
            (director, "2025年上半年通报已送签，等您签发")
        ]
        send(bulletin, by=officer)  # a second click
        assert Message.objects.count() == 1

    def test_a_new_draft_ends_it_and_tells_the_sender(self, bulletin, officer, colleague):
        sent(bulletin, by=colleague)
        again = remeasured(bulletin, 36)
        assert not again.is_in_review
        assert [row.verb for row in history(again)][-2:] == ["recalled", "drafted"]
        assert [one.subject for one in Message.objects.filter(to=colleague)] == [
            "2025年上半年通报已重新生成，请看过再送签"
        ]
        remeasured(bulletin, 37)
        assert Message.objects.filter(to=colleague).count() == 1

    def test_nobody_waits_for_the_row_while_it_is_measured(self, bulletin, officer, director, monkeypatch):
        issued(bulletin, by=director)
        word(bulletin, "summary", "更正如下。", seen=0, by=officer)
        depths, measured = [], core.measure

        def noted(*args):
            depths.append(len(connection.savepoint_ids))
            return measured(*args)

        monkeypatch.setattr("reports.frozen.measure", noted)
        monkeypatch.setattr("reports.measuring.measure_book", noted)
        outside = len(connection.savepoint_ids)
        sent(bulletin)
        assert depths == [outside]
        draft(measure(bulletin.adoption, HALF, by=officer), by=officer)
        assert depths == [outside] * 3  # to measure, and to compare

    def test_is_refused_when_a_value_has_changed_since(self, bulletin, officer):
        correct(31)
        assert refused(send, bulletin, by=officer).code == "stale"

    def test_is_refused_while_a_text_refers_to_what_is_no_more(self, bulletin, officer):
        word(bulletin, "action.1", "还差{TRAINING.missing}。", seen=0, by=officer)
        achieved = remeasured(bulletin, 40)
        error = refused(send, achieved, by=officer)
        assert error.code == "unknown"
        assert "TRAINING.missing" in error.messages[0]

    def test_a_director_sends_it_back_with_a_reason(self, bulletin, officer, director, leader):
        sent(bulletin)
        with pytest.raises(PermissionDenied):
            send_back(bulletin, by=leader, reason="不行")
        assert "reason" in refused(send_back, bulletin, by=director, reason=" ").error_dict
        back = send_back(bulletin, by=director, reason="第二部分太长")
        assert (back.is_in_review, back.returned) == (False, "第二部分太长")
        assert Message.objects.filter(to=officer).get().body == "第二部分太长"
        assert refused(send_back, bulletin, by=director, reason="再改").code == "not_sent"
        assert sent(bulletin).returned == ""

    def test_another_edition_wants_its_reason_and_keeps_it(self, bulletin, officer, director):
        edition = issued(bulletin, by=director)
        assert refused(send, bulletin, by=officer, correction="x").code == "published"
        word(bulletin, "summary", "更正如下。", seen=0, by=officer)
        assert "correction" in refused(send, bulletin, by=officer).error_dict
        second = publish(send(bulletin, by=officer, correction="文字有误"), by=director)
        assert second.content["edition"]["correction"] == "文字有误"
        assert second.content["wording"]["summary"]["text"] == "更正如下。"
        edition.refresh_from_db()
        assert "wording" not in edition.content
        assert is_of_draft(second, Bulletin.objects.get())
