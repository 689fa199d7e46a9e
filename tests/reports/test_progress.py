"""What sections write about their tasks: saving, handing in, taking back; two people on the same text; the pages."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from base import audit, clock
from base.models import AuditRow
from base.quarters import Period
from reports.actions import hand_in, reopen, save_texts
from reports.models import WORDS, Passage, Progress
from reports.progress import Typed, sheet_of, sheets_of, writing_window
from submissions.calendar import Closed, Phase
from tests import factories
from tests.reports.pages import HTMX, text_of, url
from tests.reports.small import HALF

BEFORE = Period.parse("2024H2")
WHOLE = {"1.done": Typed("走访十所学校。", 0), "1.problems": Typed("无", 0), "1.plans": Typed("开现场会。", 0)}


@pytest.fixture
def basic(today, adoption, sections):
    """The basic section answers for task 1."""
    task = factories.make_task(factories.make_action(adoption.plan), 1, "扩大优质资源")
    factories.make_adopted_task(adoption, task, sections["basic"])
    return sections["basic"]


@pytest.fixture
def save(adoption, basic, officer):
    def saving(typed, *, period=HALF, by=officer):
        return save_texts(adoption, period, basic, typed, by=by)

    return saving


def stored():
    return {one.kind: (one.text, one.version) for one in Passage.objects.all()}


def write_before(save, adoption, basic, officer):
    with clock.pinned(datetime.date(2025, 1, 3)):
        save(WHOLE, period=BEFORE)
        hand_in(adoption, BEFORE, basic, by=officer)


class TestWindow:
    @pytest.mark.parametrize(
        ("day", "phase"),
        [
            ("2025-06-19", Phase.NOT_YET),
            ("2025-06-20", Phase.OPEN),
            ("2025-07-05", Phase.OPEN),
            ("2025-07-06", Phase.OVERDUE),
            ("2025-12-19", Phase.OVERDUE),
            ("2025-12-20", Phase.CLOSED),
        ],
    )
    def test_words_are_due_with_the_figures_and_may_come_late(self, adoption, day, phase):
        with clock.pinned(datetime.date.fromisoformat(day)):
            assert writing_window(adoption, HALF).phase == phase


class TestSaving:
    def test_each_text_is_kept_with_its_version_and_an_audit_row(self, save, officer):
        save({"1.done": Typed(" 走访\r\n十所。 ", 0)})
        sheet = save({"1.done": Typed("走访九所。", 1)})
        assert stored() == {"done": ("走访九所。", 2)}
        assert [text.key for text in sheet.saved] == ["1.done"]
        rows = audit.history(Passage.objects.get())
        assert [(row.verb, row.before, row.after, row.by) for row in rows] == [
            ("written", "", "走访\n十所。", officer),
            ("written", "走访\n十所。", "走访九所。", officer),
        ]

    def test_what_did_not_change_writes_nothing(self, save):
        save({"1.done": Typed("走访十所。", 0)})
        save({"1.done": Typed("走访十所。", 0), "1.plans": Typed(" ", 0), "9.done": Typed("别科", 0)})
        assert stored() == {"done": ("走访十所。", 1)}

    def test_of_two_people_the_second_sees_both(self, save):
        save({"1.done": Typed("甲写的。", 0)})
        sheet = save({"1.done": Typed("乙写的。", 0), "1.plans": Typed("另一段。", 0)})
        text = sheet.texts["1.done"]
        assert (text.conflict, text.text, text.stored, text.version) == (True, "乙写的。", "甲写的。", 1)
        assert stored() == {"done": ("甲写的。", 1), "plans": ("另一段。", 1)}
        save({"1.done": Typed("乙写的。", 1)})
        assert stored()["done"] == ("乙写的。", 2)

    def test_too_long_a_text_is_refused_and_not_cut(self, save):
        sheet = save({"1.done": Typed("长" * (WORDS + 1), 0), "1.problems": Typed("长" * WORDS, 0)})
        text = sheet.texts["1.done"]
        assert (text.length, text.is_too_long) == (401, True)
        assert text.problem == "超过 400 字（现有 401 字），没有保存，请压缩。"
        assert set(stored()) == {"problems"}

    def test_a_closed_half_year_takes_nothing(self, save):
        with pytest.raises(Closed, match="已归档"):
            save(WHOLE, period=BEFORE)
        with clock.pinned(datetime.date(2025, 6, 1)), pytest.raises(Closed, match="6月20日起填写"):
            save(WHOLE)
        assert not Progress.objects.exists()


class TestBefore:
    def test_next_steps_begin_with_last_times_and_count_as_unwritten(self, save, adoption, basic, officer):
        write_before(save, adoption, basic, officer)
        (line,) = sheet_of(adoption, HALF, basic).lines
        plans = line.texts[2]
        assert (plans.text, plans.is_offered, plans.is_written) == ("开现场会。", True, False)
        assert [text.kind.label for text in line.missing] == ["进展", "问题", "下一步"]
        sheet = save({"1.plans": Typed("开现场会。", 0)})
        assert (sheet.texts["1.plans"].is_offered, sheet.texts["1.plans"].is_repeated) == (False, True)

    def test_what_was_emptied_on_purpose_is_not_offered_again(self, save, adoption, basic, officer):
        write_before(save, adoption, basic, officer)
        save({"1.plans": Typed("新的。", 0)})
        save({"1.plans": Typed("", 1)})
        assert sheet_of(adoption, HALF, basic).texts["1.plans"].text == ""


class TestHandingIn:
    def test_only_whole_tasks_are_handed_in(self, save, adoption, basic, officer):
        other = factories.make_task(adoption.plan.actions.get(), 2)
        factories.make_adopted_task(adoption, other, basic)
        save(WHOLE | {"2.done": Typed("一半。", 0)})
        assert [line.task.no for line in hand_in(adoption, HALF, basic, by=officer)] == [1]
        assert hand_in(adoption, HALF, basic, by=officer) == []
        assert [line.label for line in sheet_of(adoption, HALF, basic).lines] == ["已提交", "未写全"]
        assert AuditRow.objects.filter(verb="handed_in").count() == 1

    def test_what_is_handed_in_does_not_change_until_taken_back(self, save, adoption, basic, officer):
        save(WHOLE)
        hand_in(adoption, HALF, basic, by=officer)
        assert "已经提交" in save({"1.done": Typed("改。", 1)}).texts["1.done"].problem
        for _ in range(2):
            assert not reopen(adoption, HALF, basic, 1, by=officer).is_handed_in
        assert save({"1.done": Typed("改。", 1)}).refused == []
        assert AuditRow.objects.filter(verb="taken_back").count() == 1
        with pytest.raises(ValidationError, match="没有这项任务"):
            reopen(adoption, HALF, basic, 9, by=officer)

    def test_late_words_say_so(self, save, adoption, basic, officer):
        with clock.pinned(datetime.date(2025, 7, 6)):
            assert sheet_of(adoption, HALF, basic).lines[0].label == "逾期未写"
            save(WHOLE)
            hand_in(adoption, HALF, basic, by=officer)
        assert sheet_of(adoption, HALF, basic).lines[0].label == "逾期提交"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stands", [0, 1])
def test_of_many_officers_on_the_same_text_one_wins(save, sections, stands):
    people = [factories.make_officer(sections["basic"]) for _ in range(4)]
    if stands:
        save({"1.done": Typed("原来的。", 0)})

    def write(number):
        try:
            return save({"1.done": Typed(f"第{number}人写的。", stands)}, by=people[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        sheets = list(pool.map(write, range(len(people))))
    assert sorted(len(sheet.saved) for sheet in sheets) == [0, 0, 0, 1]
    assert sum(len(sheet.refused) for sheet in sheets) == 3
    assert (Passage.objects.get().version, AuditRow.objects.count()) == (1 + stands, 1 + stands)


class TestPages:
    @pytest.fixture
    def client(self, basic, client_of, officer):
        return client_of(officer)

    def test_a_section_writes_and_hands_in_without_javascript(self, client):
        assert "还有 1 项任务没有写全" in text_of(client.get(url("progress", HALF, "basic")))
        data = {"text.1.done": "走访。", "version.1.done": "0", "text.1.problems": "无", "version.1.problems": "0"}
        part = client.post(url("progress", HALF, "basic"), data | {"do": "hand_in"})
        assert part.status_code == 422
        assert "任务 1 ： 下一步" in text_of(part)
        more = {"text.1.plans": "开会。", "version.1.plans": "0", "do": "hand_in"}
        whole = client.post(url("progress", HALF, "basic"), more, follow=True)
        assert "已提交 1 项任务的进展" in text_of(whole)
        assert "撤回修改" in text_of(whole)
        back = client.post(url("progress", HALF, "basic"), {"do": "reopen", "task": "1"}, follow=True)
        assert "任务 1 已撤回" in text_of(back)

    def test_htmx_gets_the_text_as_the_page_would_have_it(self, client):
        data = {"text.1.done": "走访。", "version.1.done": "0"}
        part = client.post(url("progress", HALF, "basic"), data, headers=HTMX).text
        page = client.get(url("progress", HALF, "basic")).text
        begin, end = '<div id="f-1-done"', '<div id="standing"'
        text = part[part.index(begin) : part.index(end)].strip()
        assert text in page
        assert 'id="standing"' in part
        assert 'name="version.1.done" value="1"' in text

    def test_a_conflict_shows_both_texts_to_choose_from(self, client, save):
        save({"1.done": Typed("甲写的。", 0)})
        said = client.post(url("progress", HALF, "basic"), {"text.1.done": "乙写的。", "version.1.done": "0"})
        assert said.status_code == 409
        for words in ("用我写的", "乙写的。", "用已存的", "甲写的。", "没有覆盖"):
            assert words in said.text

    def test_after_the_closing_what_was_typed_is_not_lost(self, client):
        data = {"text.1.done": "来晚了。", "version.1.done": "0"}
        said = client.post(url("progress", BEFORE, "basic"), data)
        assert (said.status_code, "来晚了。" in said.text, "已归档" in said.text) == (409, True, True)

    @pytest.mark.parametrize("data", [{"do": "x"}, {"do": "reopen"}, {"do": "reopen", "task": "x"}])
    def test_nonsense_is_a_bad_request(self, client, data):
        assert client.post(url("progress", HALF, "basic"), data).status_code == 400

    @pytest.mark.parametrize("period", ["2025", "2025Q2", "2025H2", "2022H2"])
    def test_only_half_years_of_the_plan_that_have_opened_are_there(self, client, period):
        assert client.get(url("progress", Period.parse(period), "basic")).status_code == 404
        assert client.get(url("board", Period.parse(period))).status_code == 404

    def test_the_board_names_who_has_not_written(self, client, save, client_of, director):
        said = text_of(client_of(director).get(url("board", HALF)))
        assert "1 项任务中 0 项已提交进展 ， 1 个科室没有交齐" in said
        assert "2025年上半年还没有测算" in said

    def test_empty_states(self, today, adoption, client_of, officer):
        assert "任务还没有分给科室" in text_of(client_of(officer).get(url("board", HALF)))
        assert "不用写工作进展" in text_of(client_of(officer).get(url("progress", HALF, "basic")))

    def test_the_desk_leads_there(self, client):
        assert url("board", HALF) in client.get("/desk/").text

    @pytest.mark.parametrize(("name", "args", "queries"), [("board", (), 11), ("progress", ("basic",), 12)])
    @pytest.mark.parametrize("tasks", [1, 26])
    def test_number_of_queries_is_the_same_with_1_and_26_tasks(
        self, client, save, adoption, basic, name, args, queries, tasks, django_assert_num_queries
    ):
        for no in range(2, tasks + 1):
            factories.make_adopted_task(adoption, factories.make_task(adoption.plan.actions.get(), no), basic)
        save({f"{no}.done": Typed("写了。", 0) for no in range(1, tasks + 1)})
        with django_assert_num_queries(queries):
            client.get(url(name, HALF, *args))


def test_sections_without_tasks_have_no_sheet(basic, adoption, sections):
    assert [sheet.section for sheet in sheets_of(adoption, HALF)] == [basic]
