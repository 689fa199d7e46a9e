"""Pages on which a drafted bulletin is worded, sent, taken back and sent back."""

import datetime

import pytest

from base import clock
from reports.actions import set_head, word
from reports.models import Bulletin, Wording
from submissions.models import Entry
from tests import factories
from tests.bulletins import issued, sent
from tests.reports.pages import HTMX, text_of, url
from tests.reports.small import HALF


def typed(text, version=0, section="summary", **more):
    return {f"text.{section}": text, f"version.{section}": version, **more}


class TestEdit:
    def test_shows_every_section_and_the_length_of_the_whole(self, drafted, client_of, officer):
        page = client_of(officer).get(url("edit", HALF))
        assert page.content.decode().count("data-refs") == len(page.context["texts"]) >= 4
        assert f"正文 {page.context['length']} 字，一般不超过 4000 字" in text_of(page)

    def test_a_field_that_is_left_is_saved(self, drafted, client_of, officer):
        part = client_of(officer).post(url("edit", HALF), typed("完成{TRAINING.value}，原定77.7%。"), headers=HTMX)
        assert Wording.objects.get().text == "完成{TRAINING.value}，原定77.7%。"
        assert "手写的数与结果对不上：77.7。" in text_of(part)
        assert part.content.decode().count('class="sheet words wording"') == 1

    def test_without_javascript_all_is_saved_at_once(self, drafted, client_of, officer):
        client = client_of(officer)
        response = client.post(
            url("edit", HALF), typed("总体平稳。") | typed("继续努力。", section="next"), follow=True
        )
        assert "已保存。" in text_of(response)
        assert {one.section: one.text for one in Wording.objects.all()} == {
            "summary": "总体平稳。",
            "next": "继续努力。",
        }

    def test_two_at_once_see_both_texts(self, drafted, client_of, officer, researcher):
        client_of(researcher).post(url("edit", HALF), typed("总体向好。"))
        response = client_of(officer).post(url("edit", HALF), typed("总体平稳。"))
        assert response.status_code == 409
        assert "用我写的 总体平稳。" in text_of(response)
        assert "用已存的 总体向好。" in text_of(response)
        assert "<mark>总体向好。</mark>" in response.content.decode()
        assert Wording.objects.get().text == "总体向好。"

    @pytest.mark.parametrize("text", ["", "{NO.value}", "字" * 4001])
    def test_what_cannot_stand_is_refused_and_stays_in_its_field(self, drafted, client_of, officer, text):
        response = client_of(officer).post(url("edit", HALF), typed(text))
        assert response.status_code == 409
        assert "data-refs" in response.content.decode()
        assert f">{text}</textarea>" in response.content.decode()
        assert response.content.decode().count('name="restore" value="summary"') == 1
        assert not Wording.objects.exists()

    def test_an_old_page_freezes_nothing_that_nobody_typed(self, drafted, client_of, officer, researcher):
        client = client_of(officer)
        data = {"text.summary": "总体平稳。"}
        for one in client.get(url("edit", HALF)).context["texts"]:
            version, over = one.read
            data = {
                f"text.{one.section}": one.text,
                f"version.{one.section}": version,
                f"over.{one.section}": over,
            } | data
        word(drafted, "next", "继续努力。", seen=0, by=researcher)
        assert "已保存。" in text_of(client.post(url("edit", HALF), data, follow=True))
        assert {one.section: one.text for one in Wording.objects.all()} == {
            "next": "继续努力。",
            "summary": "总体平稳。",
        }

    def test_the_drafted_text_comes_back(self, drafted, client_of, officer):
        word(drafted, "summary", "总体平稳。", seen=0, by=officer)
        response = client_of(officer).post(url("edit", HALF), typed("别的", 1, restore="summary"), follow=True)
        assert "已恢复自动起草的文字" in text_of(response)
        assert Wording.objects.get().text == ""

    def test_what_was_typed_elsewhere_is_saved_when_one_is_given_back(self, drafted, client_of, officer):
        word(drafted, "summary", "总体平稳。", seen=0, by=officer)
        data = typed("总体平稳。", 1, restore="summary") | typed("继续努力。", section="next")
        client_of(officer).post(url("edit", HALF), data)
        assert {one.section: one.text for one in Wording.objects.all()} == {"summary": "", "next": "继续努力。"}

    @pytest.mark.parametrize("data", [typed("x", section="action.77"), {"restore": "x" * 21}])
    def test_what_no_page_sends_is_refused(self, drafted, client_of, officer, data):
        assert client_of(officer).post(url("edit", HALF), data).status_code == 400

    def test_nothing_is_half_saved(self, drafted, client_of, officer):
        data = typed("总体平稳。") | typed("x", section="action.77")
        assert client_of(officer).post(url("edit", HALF), data).status_code == 400
        assert not Wording.objects.exists()

    def test_in_review_nothing_is_lost(self, drafted, client_of, officer):
        sent(drafted)
        client = client_of(officer)
        assert "data-refs" not in client.get(url("edit", HALF)).content.decode()
        part = client.post(url("edit", HALF), typed("总体平稳。"), headers=HTMX)
        assert "已经送签，没有保存" in text_of(part)
        assert "您写的是：总体平稳。" in text_of(part)


class TestHead:
    def test_is_on_the_paper(self, drafted, client_of, officer):
        client = client_of(officer)
        given = {"title": "题" * 200, "number": f"{'开' * 51}[2025]3号", "addressees": "各学校", "dated": "", "seen": 0}
        client.post(url("head", HALF), given)
        page = text_of(client.get(url("bulletin", HALF)))
        assert "题" * 200 in page
        assert "各学校：" in page
        assert f"{'开' * 51}〔2025〕3号 · 草稿" in page

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({"title": "题" * 201}, "201"),
            ({"number": "第3号"}, "年份用六角括号"),
            ({"number": "开教〔2025〕03号"}, "序号不编虚位"),
            ({"dated": "昨天"}, "日期"),
        ],
    )
    def test_faults_are_told_at_their_field(self, drafted, client_of, officer, given, why):
        response = client_of(officer).post(url("head", HALF), given | {"seen": 0})
        assert response.status_code == 422
        assert why in text_of(response)

    def test_date_and_signatory_stand_on_the_page_as_in_the_files(self, drafted, client_of, officer, director):
        set_head(drafted, seen=0, by=officer, dated=datetime.date(2025, 7, 1))
        edition = issued(drafted, by=director)
        signed = str(director)
        director.name = "后来的名字"
        director.save()
        page = text_of(client_of(officer).get(url("bulletin", HALF)))
        assert f"{edition.content['head']['office']} 2025年7月1日" in page
        assert f"第 1 版，{signed}签发" in page

    def test_a_colleagues_head_is_not_overwritten(self, drafted, client_of, officer, researcher):
        client_of(researcher).post(url("head", HALF), {"number": "开教〔2025〕3号", "seen": 0})
        response = client_of(officer).post(url("head", HALF), {"number": "开教〔2025〕4号", "seen": 0})
        assert "版头刚刚由别人改过" in text_of(response)
        assert Bulletin.objects.get().number == "开教〔2025〕3号"


class TestReview:
    def test_sent_taken_back_and_sent_again(self, drafted, client_of, officer, director):
        client = client_of(officer)
        assert "等局领导签发" in text_of(client.post(url("send", HALF), follow=True))
        assert "签发并发布" in text_of(client_of(director).get(url("bulletin", HALF)))
        assert "已撤回" in text_of(client.post(url("withdraw", HALF), follow=True))
        assert "签发并发布" not in text_of(client_of(director).get(url("bulletin", HALF)))

    def test_what_was_published_meanwhile_is_not_called_taken_back(self, drafted, client_of, officer, director):
        issued(drafted, by=director)
        page = text_of(client_of(officer).post(url("withdraw", HALF), follow=True))
        assert "已撤回" not in page
        assert "不在送签中" in page

    def test_a_director_sends_it_back_with_a_reason(self, drafted, client_of, officer, director):
        sent(drafted)
        client = client_of(director)
        assert "请写明退回的意见" in text_of(client.post(url("send_back", HALF), {"reason": ""}, follow=True))
        client.post(url("send_back", HALF), {"reason": "第二部分太长"})
        assert "被退回：第二部分太长" in text_of(client_of(officer).get(url("bulletin", HALF)))
        assert "被退回： 第二部分太长" in text_of(client_of(officer).get(url("edit", HALF)))

    def test_the_director_sees_numbers_that_no_result_says(self, drafted, client_of, officer, director):
        word(drafted, "summary", "完成77.7%。", seen=0, by=officer)
        sent(drafted)
        page = text_of(client_of(director).get(url("bulletin", HALF)))
        assert f"文字改写过：一、总体情况（{officer}）" in page
        assert "一、总体情况里手写的数与结果对不上：77.7。" in page

    def test_figures_approved_since_it_was_sent_are_told(self, drafted, client_of, officer, director):
        sent(drafted)
        Entry.objects.filter(element__code="TRAINED").update(approved_at=clock.now())
        assert "签发前请撤回或退回，重新生成" in text_of(client_of(director).get(url("bulletin", HALF)))

    def test_another_edition_is_told_to_bear_the_number_of_the_last(self, drafted, client_of, officer, director):
        Bulletin.objects.update(number="开教〔2025〕3号")
        issued(drafted, by=director)
        word(drafted, "summary", "更正如下。", seen=0, by=officer)
        assert "仍是上一版的" in text_of(client_of(officer).get(url("bulletin", HALF)))

    def test_what_nobody_could_sign_says_so_and_how_to_mend_it(self, drafted, client_of, officer, director):
        sent(drafted, by=director)
        assert "现在没有人能签发" in text_of(client_of(officer).get(url("bulletin", HALF)))
        factories.make_director(drafted.adoption.district)
        assert "现在没有人能签发" not in text_of(client_of(officer).get(url("bulletin", HALF)))

    def test_another_edition_wants_a_reason(self, drafted, client_of, officer, director):
        issued(drafted, by=director)
        word(drafted, "summary", "更正如下。", seen=0, by=officer)
        client = client_of(officer)
        assert "须写明更正了什么" in text_of(client.post(url("send", HALF), follow=True))
        client.post(url("send", HALF), {"correction": "文字有误"})
        assert "更正说明：文字有误" in text_of(client_of(director).get(url("bulletin", HALF)))
